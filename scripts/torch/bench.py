"""PyTorch's side of the bench: reads one JSON command a line, answers one JSON line, idles in between.

{"do": "trainStep" | "forward20" | "sample300", "layout": "contiguous" | "channelsLast" | "compiled", "n": repeats} -> {"seconds": [...]}
{"do": "peakMB"} -> {"MB": peak resident memory of this process}
"""

import json
import os
import resource
import sys
import time

import torch
from torch.nn import functional as F

from seed_model import CFGUnet

torch.set_num_threads(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count())
# "compiled" is torch.compile's network in the second layout, with Adam in one kernel: PyTorch at its fastest.
LAYOUTS = {"contiguous": torch.contiguous_format, "channelsLast": torch.channels_last, "compiled": torch.channels_last}
states = {}


def state(layout):
    """Network, Adam and inputs of one memory layout, made once."""
    if layout not in states:
        torch.manual_seed(0)
        memory = LAYOUTS[layout]
        net = CFGUnet().to(memory_format=memory)
        x, noise = (torch.randn(128, 1, 32, 32).to(memory_format=memory) for _ in range(2))
        t, y = torch.randint(0, 300, (128,)), torch.randint(0, 11, (128,))
        compiled = layout == "compiled"
        adam = torch.optim.Adam(net.parameters(), lr=1e-3, fused=compiled)
        states[layout] = torch.compile(net) if compiled else net, adam, x, noise, t, y
    return states[layout]


def train_step(layout):
    net, adam, x, noise, t, y = state(layout)
    net.train()
    loss = F.mse_loss(net(x, t, y), noise)
    adam.zero_grad()
    loss.backward()
    adam.step()
    return loss.item()


@torch.no_grad()
def forward20(layout):
    net, _, x, _, t, y = state(layout)
    net.eval()
    return net(x[:20], t[:20], y[:20])


@torch.no_grad()
def sample300(layout):
    """The seed's way: 300 steps, doubled batch, w = 2, ten digits."""
    net = state(layout)[0].eval()
    betas = torch.linspace(1e-4, 0.02, 300)
    alphas = 1 - betas
    alpha_bars = alphas.cumprod(0)
    digits = torch.arange(10)
    asked = torch.cat([torch.full_like(digits, 10), digits])
    x = torch.randn(10, 1, 32, 32).to(memory_format=LAYOUTS[layout])
    for t in reversed(range(300)):
        eps_u, eps_c = net(torch.cat([x, x]), torch.full((20,), t), asked).chunk(2)
        eps = eps_u + 2 * (eps_c - eps_u)
        x = (x - betas[t] / (1 - alpha_bars[t]).sqrt() * eps) / alphas[t].sqrt()
        if t > 0:
            x = x + betas[t].sqrt() * torch.randn_like(x)
    return x


WORK = {"trainStep": train_step, "forward20": forward20, "sample300": sample300}

for line in sys.stdin:
    command = json.loads(line)
    if command["do"] == "peakMB":
        answer = {"MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    else:
        seconds = []
        for _ in range(command["n"]):
            start = time.perf_counter()
            WORK[command["do"]](command["layout"])
            seconds.append(time.perf_counter() - start)
        answer = {"seconds": seconds}
    print(json.dumps(answer), flush=True)
