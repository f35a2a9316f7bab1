"""The seed's conditional U-Net in PyTorch, with the parameter names that the weights of this project use."""

import math

import torch
from torch import nn
from torch.nn import functional as F

LABELS = 11  # ten digits and the null label, 10
TIME_DIM = 32


class SinusoidalEmbedding(nn.Module):
    """t [n] -> [n, 32]: sines and cosines at falling frequencies, interleaved."""

    def forward(self, t):
        frequencies = torch.exp(-math.log(10000) * torch.arange(0, TIME_DIM, 2, device=t.device) / TIME_DIM)
        angles = t[:, None].float() * frequencies
        return torch.stack([angles.sin(), angles.cos()], dim=-1).flatten(1)


class Block(nn.Module):
    """Two convolutions with batch norm and ReLU; time and label are added between them."""

    def __init__(self, in_channels, out_channels):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, out_channels, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(out_channels)
        self.time_mlp = nn.Linear(TIME_DIM, out_channels)
        self.conv2 = nn.Conv2d(out_channels, out_channels, 3, padding=1)
        self.bn2 = nn.BatchNorm2d(out_channels)

    def forward(self, x, condition):
        h = F.relu(self.bn1(self.conv1(x)))
        h = h + self.time_mlp(condition)[..., None, None]
        return F.relu(self.bn2(self.conv2(h)))


class CFGUnet(nn.Module):
    """Predicts the noise in x [n, 1, 32, 32] at timesteps t [n] for labels y [n] (10: none)."""

    def __init__(self):
        super().__init__()
        self.time_mlp = nn.Sequential(SinusoidalEmbedding(), nn.Linear(TIME_DIM, TIME_DIM), nn.ReLU())
        self.label_embedding = nn.Embedding(LABELS, TIME_DIM)
        self.down1, self.down2, self.down3 = Block(1, 32), Block(32, 64), Block(64, 128)
        self.pool = nn.MaxPool2d(2)
        self.bottleneck = Block(128, 256)
        self.up_trans1, self.up1 = nn.ConvTranspose2d(256, 256, 4, 2, 1), Block(256 + 128, 128)
        self.up_trans2, self.up2 = nn.ConvTranspose2d(128, 128, 4, 2, 1), Block(128 + 64, 64)
        self.up_trans3, self.up3 = nn.ConvTranspose2d(64, 64, 4, 2, 1), Block(64 + 32, 32)
        self.final = nn.Conv2d(32, 1, 3, padding=1)

    def forward(self, x, t, y):
        condition = self.time_mlp(t) + self.label_embedding(y)
        d1 = self.down1(x, condition)
        d2 = self.down2(self.pool(d1), condition)
        d3 = self.down3(self.pool(d2), condition)
        h = self.bottleneck(self.pool(d3), condition)
        h = self.up1(torch.cat([self.up_trans1(h), d3], 1), condition)
        h = self.up2(torch.cat([self.up_trans2(h), d2], 1), condition)
        h = self.up3(torch.cat([self.up_trans3(h), d1], 1), condition)
        return self.final(h)
