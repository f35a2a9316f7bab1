"""Writes guided.json: what PyTorch predicts with the shipped guided network, for the formula's inputs of unet.json.

pip install torch; python make_guided.py
"""

import json
import math
import pathlib
import struct
import sys

import torch

ROOT = pathlib.Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "scripts" / "torch"))
from unet import Unet  # noqa: E402

T, Y, W = [0, 17, 150, 299], [3, 10, 0, 9], [0.0, 1.0, 1.25, 4.0]
KINDS = {"F16": torch.float16, "F32": torch.float32}


def load(file):
    """The tensors of a safetensors file."""
    data = file.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header, body = json.loads(data[8 : 8 + length]), bytearray(data[8 + length :])
    header.pop("__metadata__", None)
    return {
        name: torch.frombuffer(body, dtype=KINDS[entry["dtype"]], offset=entry["data_offsets"][0],
                               count=math.prod(entry["shape"])).reshape(entry["shape"]).float()
        for name, entry in header.items()
    }


def noise(shape, k):
    i = torch.arange(math.prod(shape), dtype=torch.int64)
    unit = ((31 * i * i + 618033 * i + 104729 * k) % 1000003).double() / 1000003
    return (3**0.5 * (2 * unit - 1)).float().reshape(shape)


net = Unet(patch=2, channels=[32, 64, 96], conditionLength=64, upKernel=2, guided=True)
missing, unexpected = net.load_state_dict(load(ROOT / "lib" / "weights" / "guided.safetensors"), strict=False)
assert not unexpected and all(name.endswith("num_batches_tracked") for name in missing), (missing, unexpected)
net.eval()
with torch.no_grad():
    prediction = net(noise((4, 1, 32, 32), 1002), torch.tensor(T), torch.tensor(Y), torch.tensor(W))
result = {
    "about": f"PyTorch {torch.__version__} on the CPU, float32, guided.safetensors; the formula's noise 1002 of README.md",
    "timesteps": T,
    "labels": Y,
    "guidanceScale": W,
    "prediction": [float(f"{value:.7g}") for value in prediction.flatten().tolist()],
}
pathlib.Path(__file__).with_name("guided.json").write_text(json.dumps(result) + "\n")
