"""CS-GBSBF: granular-ball graphs guide component features of a face (Liu et al. 2025)."""

from ferkeras.models.cs_gbsbf.model import CSGBSBF

__all__ = ["CSGBSBF"]
