"""The U-Net of any description in PyTorch, with the parameter names that the weights of this project use.

Unet(patch=2, channels=[32, 64, 96], conditionLength=64, upKernel=2) is the small network; with guided=True it is the one
that takes the guidance scale as an input.
"""

import math

import torch
from torch import nn
from torch.nn import functional as F

LABELS = 11  # ten digits and the null label, 10
ANGLES_OF_ONE = 75  # a guidance scale of 4 is told as the timestep 300 would be


class SinusoidalEmbedding(nn.Module):
    """t [n] -> [n, dim]: sines and cosines at falling frequencies, interleaved."""

    def __init__(self, dim):
        super().__init__()
        self.dim = dim

    def forward(self, t):
        frequencies = torch.exp(-math.log(10000) * torch.arange(0, self.dim, 2, device=t.device) / self.dim)
        angles = t[:, None].float() * frequencies
        return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


class Block(nn.Module):
    """Two convolutions with batch norm and ReLU; time and label are added between them."""

    def __init__(self, in_channels, out_channels, condition):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.time_mlp = nn.Linear(condition, out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x, condition):
        h = F.relu(self.bn1(self.conv1(x)))
        h = h + self.time_mlp(condition)[..., None, None]
        return F.relu(self.bn2(self.conv2(h)))


class Unet(nn.Module):
    """Predicts the noise, or v, in x [n, 1, 32, 32] at timesteps t [n] for labels y [n] (10: none); guided by w [n]."""

    def __init__(self, patch, channels, conditionLength, upKernel, guided=False):
        super().__init__()
        self.patch, self.levels = patch, len(channels) - 1
        linear = nn.Linear(conditionLength, conditionLength)
        self.time_mlp = nn.Sequential(SinusoidalEmbedding(conditionLength), linear, nn.ReLU())
        self.label_embedding = nn.Embedding(LABELS, conditionLength)
        self.scale_embedding = SinusoidalEmbedding(conditionLength)
        self.guided = guided
        if guided:
            names = ("condition", "scale", "out")
            self.scale_mlp = nn.ModuleDict({k: nn.Linear(conditionLength, conditionLength) for k in names})
        for i in range(self.levels):
            self.add_module(f"down{i + 1}", Block(channels[i - 1] if i else patch**2, channels[i], conditionLength))
        self.bottleneck = Block(channels[-2], channels[-1], conditionLength)
        for i in range(self.levels):
            wide, narrow = channels[-1 - i], channels[-2 - i]
            up = nn.ConvTranspose2d(wide, wide, upKernel, 2, (upKernel - 2) // 2)
            self.add_module(f"up_trans{i + 1}", up)
            self.add_module(f"up{i + 1}", Block(wide + narrow, narrow, conditionLength))
        self.final = nn.Conv2d(channels[0], patch**2, 3, padding=1)

    def forward(self, x, t, y, w=None):
        condition = self.time_mlp(t) + self.label_embedding(y)
        if self.guided:
            told = self.scale_mlp["scale"](self.scale_embedding(ANGLES_OF_ONE * w))
            condition = condition + self.scale_mlp["out"](F.relu(self.scale_mlp["condition"](condition) + told))
        h, skips = F.pixel_unshuffle(x, self.patch) if self.patch > 1 else x, []
        for i in range(self.levels):
            h = getattr(self, f"down{i + 1}")(h, condition)
            skips.append(h)
            h = F.max_pool2d(h, 2)
        h = self.bottleneck(h, condition)
        for i in range(self.levels):
            h = getattr(self, f"up_trans{i + 1}")(h)
            h = getattr(self, f"up{i + 1}")(torch.cat([h, skips.pop()], 1), condition)
        h = self.final(h)
        return F.pixel_shuffle(h, self.patch) if self.patch > 1 else h
