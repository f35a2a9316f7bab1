"""Writes small-unet.json: U-Nets of other forms than the seed's, with the formula's weights and inputs of unet.json, in PyTorch.

pip install torch; python make_small_unet.py
"""

import json
import math
import pathlib
import sys

import torch
from torch.nn import functional as F

sys.path.insert(0, str(pathlib.Path(__file__).parents[2] / "scripts" / "torch"))
from unet import Unet  # noqa: E402

SALT = 0
TIMESTEPS, LABELS = [0, 17, 150, 299], [3, 10, 0, 9]
DESCRIPTIONS = [
    {"patch": 2, "channels": [24, 48, 96, 192], "conditionLength": 64, "upKernel": 2},
    {"patch": 4, "channels": [8, 12], "conditionLength": 16, "upKernel": 4},
]


def unit(n, k):
    i = torch.arange(n, dtype=torch.int64)
    return ((31 * i * i + 618033 * i + 104729 * (k + SALT)) % 1000003).double() / 1000003


def noise(shape, k):
    return (3**0.5 * (2 * unit(math.prod(shape), k) - 1)).float().reshape(shape)


def formula_weights(net):
    entries = {k: v for k, v in net.state_dict().items() if not k.endswith("num_batches_tracked")}
    state = {}
    for k, (name, value) in enumerate(entries.items()):
        u = unit(value.numel(), k)
        sym = 2 * u - 1
        if name.endswith("running_var"):
            filled = 1 + 0.5 * u
        elif ".bn" in name:
            filled = 1 + 0.1 * sym if name.endswith(".weight") else 0.1 * sym
        elif name == "label_embedding.weight":
            filled = sym
        else:
            weight = entries[name.rsplit(".", 1)[0] + ".weight"]
            fan = 4 * weight.shape[0] if name.startswith("up_trans") else math.prod(weight.shape[1:])
            filled = sym / math.sqrt(fan)
        state[name] = filled.float().reshape(value.shape)
    return state


def golden(description):
    net = Unet(**description)
    start = formula_weights(net)
    net.load_state_dict(start, strict=False)
    betas = torch.linspace(1e-4, 0.02, 300)
    alphas = 1 - betas
    alpha_bars = alphas.cumprod(0)
    t, y = torch.tensor(TIMESTEPS), torch.tensor(LABELS)
    x0, eps = 0.5 * noise((4, 1, 32, 32), 1001), noise((4, 1, 32, 32), 1002)
    a = alpha_bars[t][:, None, None, None]
    xt = a.sqrt() * x0 + (1 - a).sqrt() * eps
    result = {"description": description, "parameters": [[k, list(v.shape)] for k, v in start.items()]}
    net.eval()
    with torch.no_grad():
        result["eval"] = net(xt, t, y).flatten().tolist()
        result["path"] = path(net, betas, alphas, alpha_bars)
    net.train()
    adam, losses = torch.optim.Adam(net.parameters(), lr=1e-3, eps=1e-8), []
    for step in range(3):
        prediction = net(xt, t, y)
        loss = F.mse_loss(prediction, eps)
        losses.append(loss.item())
        adam.zero_grad()
        loss.backward()
        if step == 0:
            result["train"] = prediction.flatten().tolist()
            result["grads"] = {k: entry(p.grad, "norm") for k, p in net.named_parameters()}
            running = {k: v for k, v in net.state_dict().items() if ".running_" in k}
            result["running1"] = {k: v[:8].tolist() for k, v in running.items()}
        adam.step()
    result["losses"] = losses
    result["after3"] = {k: entry(p.detach() - start[k], "change") for k, p in net.named_parameters()}
    result["zeroGradient"] = [k for k in result["grads"] if k.endswith(("conv1.bias", "conv2.bias"))]
    return result


def entry(values, name):
    return {name: values.double().norm().item(), "values": values.flatten()[:4].tolist()}


def path(net, betas, alphas, alpha_bars):
    """The seed's sampler: two images, labels 7 and 2, w = 2."""
    x, after = noise((2, 1, 32, 32), 2000), {}
    asked = torch.tensor([10, 10, 7, 2])
    for t in reversed(range(300)):
        eps_u, eps_c = net(torch.cat([x, x]), torch.full((4,), t), asked).chunk(2)
        eps = eps_u + 2 * (eps_c - eps_u)
        x = (x - betas[t] / (1 - alpha_bars[t]).sqrt() * eps) / alphas[t].sqrt()
        if t > 0:
            x = x + betas[t].sqrt() * noise((2, 1, 32, 32), 2001 + t)
        if t in (299, 298, 200, 100, 0):
            after[str(t)] = {"values": x.flatten()[:64].tolist(), "norm": x.double().norm().item()}
    return after


def rounded(value):
    """Nine digits hold a float32."""
    if isinstance(value, float):
        return float(f"{value:.9g}")
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    return [rounded(v) for v in value] if isinstance(value, list) else value


about = f"PyTorch {torch.__version__} on the CPU, float32; the formula of README.md"
result = {"about": about, "salt": SALT, "small": [rounded(golden(description)) for description in DESCRIPTIONS]}
pathlib.Path(__file__).with_name("small-unet.json").write_text(json.dumps(result) + "\n")
