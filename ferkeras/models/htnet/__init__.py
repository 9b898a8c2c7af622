"""HTNet: hierarchical transformer on the movement of four facial areas (Wang et al. 2024)."""

from ferkeras.models.htnet.model import HTNet

__all__ = ["HTNet"]
