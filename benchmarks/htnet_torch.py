"""PyTorch layers of the same sizes as HTNet's variant ``official``; `htnet.py` runs it.

python benchmarks/htnet_torch.py --job official train 32      # needs PyTorch

As the published code does: 1x1 convolutions, channels first, Q and K computed, Adam. Written from
the layers' description for measuring alone; it makes no use of ferkeras.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from htnet import clock

try:
    import torch
    from torch import nn
except ImportError:
    sys.exit("htnet_torch.py needs PyTorch: pip install torch, or give TORCH_PYTHON to htnet.py")

DIMS, HEADS, REPEATS, PATCH, SIDE = (256, 512, 1024), (3, 6, 12), (2, 2, 8), 7, 28


class Norm(nn.Module):
    """Layer normalisation over channels, channels first."""

    def __init__(self, dim: int) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1, dim, 1, 1))
        self.shift = nn.Parameter(torch.zeros(1, dim, 1, 1))

    def forward(self, x: Any) -> Any:
        variance, mean = torch.var_mean(x, dim=1, unbiased=False, keepdim=True)
        return (x - mean) * torch.rsqrt(variance + 1e-5) * self.gain + self.shift


class Attention(nn.Module):
    """Multi-head attention over all positions of a block."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.heads, self.length = heads, dim // heads
        self.qkv = nn.Conv2d(dim, 3 * heads * self.length, 1, bias=False)
        self.out = nn.Conv2d(heads * self.length, dim, 1)

    def forward(self, x: Any) -> Any:
        count, _, height, width = x.shape
        shape = (count, 3, self.heads, self.length, height * width)
        query, key, value = self.qkv(x).reshape(shape).transpose(3, 4).unbind(1)
        shares = (query @ key.transpose(2, 3) * self.length**-0.5).softmax(dim=-1)
        mixed = (shares @ value).transpose(2, 3).reshape(count, -1, height, width)
        return self.out(mixed)


class Layer(nn.Module):
    """One transformer layer."""

    def __init__(self, dim: int, heads: int) -> None:
        super().__init__()
        self.attention = nn.Sequential(Norm(dim), Attention(dim, heads))
        self.mlp = nn.Sequential(
            Norm(dim), nn.Conv2d(dim, 4 * dim, 1), nn.GELU(), nn.Conv2d(4 * dim, dim, 1)
        )

    def forward(self, x: Any) -> Any:
        x = x + self.attention(x)
        return x + self.mlp(x)


class Network(nn.Module):
    """The whole network, pictures to scores."""

    def __init__(self) -> None:
        super().__init__()
        self.patches = nn.Conv2d(3 * PATCH**2, DIMS[0], 1)
        self.positions = nn.ParameterList(nn.Parameter(torch.randn(1)) for _ in DIMS)
        self.levels = nn.ModuleList(
            nn.Sequential(*(Layer(dim, heads) for _ in range(repeats)))
            for dim, heads, repeats in zip(DIMS, HEADS, REPEATS, strict=True)
        )
        self.joins = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(dim, 2 * dim, 3, padding=1), Norm(2 * dim), nn.MaxPool2d(3, 2, 1)
            )
            for dim in DIMS[:-1]
        )
        self.norm, self.scores = Norm(DIMS[-1]), nn.Linear(DIMS[-1], 3)

    def forward(self, x: Any) -> Any:
        x = nn.functional.pixel_unshuffle(x, PATCH)
        x = self.patches(x)
        for number, (level, position) in enumerate(zip(self.levels, self.positions, strict=True)):
            side = x.shape[-1]
            tokens = x.permute(0, 2, 3, 1).reshape(-1, x.shape[1], 1, 1)  # a block a token
            tokens = level(tokens + position)
            x = tokens.reshape(-1, side, side, x.shape[1]).permute(0, 3, 1, 2).contiguous()
            if number < len(self.joins):
                x = self.joins[number](x)
        return self.scores(self.norm(x).mean((2, 3)))


def job(kind: str, batch: int) -> Callable[[], Any]:
    """A function that runs one prediction or one training step."""
    network = Network()
    parameters = sum(parameter.numel() for parameter in network.parameters())
    assert parameters == 114_429_446, parameters
    pictures, classes = 255 * torch.rand(batch, 3, SIDE, SIDE), torch.randint(0, 3, (batch,))
    if kind == "forward":
        network.eval()
        return torch.inference_mode()(lambda: network(pictures).numpy())
    optimizer = torch.optim.Adam(network.parameters(), lr=5e-5)

    def step() -> float:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(network(pictures), classes)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


if __name__ == "__main__":
    _, _, _, kind, batch = sys.argv
    print(json.dumps(clock(job(kind, int(batch)))))
