"""PyTorch's layers of the sizes of ESRGAN's generator; `super_resolution.py` runs it.

python benchmarks/super_resolution_torch.py --job paper "channels_last float32" 32

As the published code does: concatenations in the dense blocks, pixels repeated before a
convolution; channels last besides. Written from the paper's description for measuring alone; it
makes no use of ferkeras.
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
    sys.exit("super_resolution_torch.py needs PyTorch: pip install torch, or give TORCH_PYTHON")

SIZES = {"paper": (64, 23, 32, 16_697_987), "light": (32, 8, 16, 1_478_755)}


def conv(channels: int, filters: int) -> nn.Conv2d:
    return nn.Conv2d(channels, filters, 3, padding=1)


def leaky(x: Any) -> Any:
    return nn.functional.leaky_relu(x, 0.2)


class DenseBlock(nn.Module):
    """Five convolutions, each of all maps before it."""

    def __init__(self, features: int, growth: int) -> None:
        super().__init__()
        widths = [growth] * 4 + [features]
        self.convs = nn.ModuleList(
            conv(features + number * growth, width) for number, width in enumerate(widths)
        )

    def forward(self, x: Any) -> Any:
        seen = x
        for layer in self.convs[:-1]:
            seen = torch.cat([seen, leaky(layer(seen))], 1)
        return x + 0.2 * self.convs[-1](seen)


class Residual(nn.Module):
    """Three dense blocks, added to their input."""

    def __init__(self, features: int, growth: int) -> None:
        super().__init__()
        self.blocks = nn.Sequential(*(DenseBlock(features, growth) for _ in range(3)))

    def forward(self, x: Any) -> Any:
        return x + 0.2 * self.blocks(x)


class Network(nn.Module):
    """The whole generator: pictures of four times the side."""

    def __init__(self, features: int, blocks: int, growth: int) -> None:
        super().__init__()
        self.first = conv(3, features)
        self.body = nn.Sequential(*(Residual(features, growth) for _ in range(blocks)))
        self.trunk, self.large = conv(features, features), conv(features, features)
        self.ups = nn.ModuleList(conv(features, features) for _ in range(2))
        self.last = conv(features, 3)

    def forward(self, x: Any) -> Any:
        x = self.first(x / 255)
        x = x + self.trunk(self.body(x))
        for up in self.ups:
            x = leaky(up(nn.functional.interpolate(x, scale_factor=2, mode="nearest")))
        return 255 * self.last(leaky(self.large(x)))


def job(variant: str, kind: str, side: int) -> Callable[[], Any]:
    """A function that enlarges one picture."""
    *sizes, weights = SIZES[variant]
    network = Network(*sizes).eval()
    parameters = sum(parameter.numel() for parameter in network.parameters())
    assert parameters == weights, parameters
    layout, precision = kind.split()
    order = torch.channels_last if layout == "channels_last" else torch.contiguous_format
    form = {"dtype": getattr(torch, precision), "memory_format": order}
    network = network.to(**form)
    picture = (255 * torch.rand(1, 3, side, side)).to(**form)
    return torch.inference_mode()(lambda: network(picture).float().numpy())


if __name__ == "__main__":
    _, _, variant, kind, side = sys.argv
    print(json.dumps(clock(job(variant, kind, int(side)))))
