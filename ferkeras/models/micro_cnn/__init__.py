"""MicroCNN: three convolutions and two hidden layers (Mariyathas et al. 2025)."""

from ferkeras.models.micro_cnn.model import MicroCNN

__all__ = ["MicroCNN"]
