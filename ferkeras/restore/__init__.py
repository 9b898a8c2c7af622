"""Small pictures -> larger ones, by a trained network or by bicubic interpolation.

`Restorer` opens any of them.
"""

from ferkeras.restore.restorer import Restorer

__all__ = ["Restorer"]
