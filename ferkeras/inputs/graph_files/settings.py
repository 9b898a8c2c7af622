"""How a picture becomes its graph."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ferkeras.types import InputSpec


@dataclass(frozen=True)
class GraphSettings:
    """What decides a graph beside its picture.

    Attributes:
        spec: how the face is cut out and made larger or smaller first; None: the picture as it is,
            which has to be a face crop.
        purity, tolerance, variance: when a ball may grow; these and all that follow are the
            arguments of `ferkeras.graphs.granular_balls`.
        max_nodes: balls at most; None: as many as there are.
        colour: features of the three colours too.
        compat: ``"official"``: the growth of the authors' program.
        edge_features: each edge's features too.
    """

    spec: InputSpec | None = None
    purity: float = 0.7
    tolerance: int = 30
    variance: float = 50.0
    max_nodes: int | None = None
    colour: bool = False
    compat: str | None = None
    edge_features: bool = True

    @property
    def balls(self) -> dict[str, Any]:
        """Keyword arguments of `ferkeras.graphs.granular_balls`: those that are not its default."""
        return {
            field.name: getattr(self, field.name)
            for field in dataclasses.fields(self)
            if field.name != "spec" and getattr(self, field.name) != field.default
        }

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as written into graphs.json."""
        values = {field.name: getattr(self, field.name) for field in dataclasses.fields(self)}
        return {**values, "spec": None if self.spec is None else self.spec.to_dict()}
