"""How a prepared picture becomes the graph that a model takes beside it."""

from __future__ import annotations

import math
import numbers
from dataclasses import dataclass
from typing import Any

from ferkeras.errors import FerkerasError


@dataclass(frozen=True)
class GraphSpec:
    """Settings of `ferkeras.graphs.granular_balls` for a model that takes pictures and graphs.

    The graph is made of the very picture that the model takes, so the two always belong together,
    whatever was done to the picture before.

    Attributes:
        purity, tolerance, variance: when a ball may grow.
        max_nodes: balls at most; beyond it the nearest are merged.
        colour: 13 features a node in the place of 10; needs pictures of three channels.
        compat: None, or ``"official"``: balls grow, and are merged, as in the authors' program.
    """

    purity: float = 0.7
    tolerance: int = 30
    variance: float = 50.0
    max_nodes: int = 2048
    colour: bool = False
    compat: str | None = None

    def __post_init__(self) -> None:
        for name in ("purity", "tolerance", "variance", "max_nodes"):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, numbers.Real):
                raise FerkerasError(f"GraphSpec.{name} is {value!r}, expected a number")
        if not 0 <= self.purity <= 0.99:
            raise FerkerasError(f"GraphSpec.purity is {self.purity}, expected 0..0.99")
        if self.tolerance not in range(256):
            raise FerkerasError(
                f"GraphSpec.tolerance is {self.tolerance}, expected a whole number in 0..255"
            )
        if not (self.variance > 0 and math.isfinite(self.variance)):
            raise FerkerasError(f"GraphSpec.variance is {self.variance}, expected above 0")
        if not (self.max_nodes >= 1 and math.isfinite(self.max_nodes) and self.max_nodes % 1 == 0):
            raise FerkerasError(
                f"GraphSpec.max_nodes is {self.max_nodes}, expected a whole number of 1 or more"
            )
        if not isinstance(self.colour, bool):
            raise FerkerasError(f"GraphSpec.colour is {self.colour!r}, expected true or false")
        if self.compat not in (None, "official"):
            raise FerkerasError(f"GraphSpec.compat is {self.compat!r}, expected None or 'official'")

    @property
    def features(self) -> int:
        """Columns of a node."""
        return 13 if self.colour else 10

    @property
    def settings(self) -> dict[str, Any]:
        """Keyword arguments of `ferkeras.graphs.granular_balls`."""
        return {
            "purity": self.purity,
            "tolerance": int(self.tolerance),
            "variance": self.variance,
            "max_nodes": int(self.max_nodes),
            "colour": self.colour,
            "compat": self.compat,
        }
