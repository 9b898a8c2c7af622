"""SSGNN: spatial and spectral graph convolution on pixels of a face (Zhang et al. 2022)."""

from ferkeras.models.ssgnn.model import SPAGNN, SPEGNN, SSGNN

__all__ = ["SPAGNN", "SPEGNN", "SSGNN"]
