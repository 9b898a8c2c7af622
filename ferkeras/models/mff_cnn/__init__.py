"""MFF-CNN: whole face and sixteen patches (Zou, Zhang and Lee 2021)."""

from ferkeras.models.mff_cnn.model import MFFCNN

__all__ = ["MFFCNN"]
