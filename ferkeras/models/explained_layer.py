"""Which layer of a system a heat map is drawn for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExplainedLayer:
    """One heat map of a system, by the names of its layers.

    A system lists them in ``models/<system>/explained_layers.py``, a function
    ``explained_layers(model) -> list[ExplainedLayer]``.

    Attributes:
        title: stands over the picture.
        layer: gives feature maps ``(batch, height, width, maps)``, or ``(batch x patches, ...)``.
        scores: gives the class scores ``(batch, classes)`` that ``layer`` speaks for, before their
            softmax; None for the model's output.
        patches: the `ferkeras.layers.OverlappingPatches` layer, where ``layer`` sees patches.
        before: a `ferkeras.layers.NormFeatureSelection` layer whose left-out maps are shown too.
    """

    title: str
    layer: str
    scores: str | None = None
    patches: str | None = None
    before: str | None = None
