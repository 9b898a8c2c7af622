"""Which layer of a system a picture is drawn for.

A system lists its pictures in ``models/<system>/explained_layers.py``, a function
``explained_layers(model)`` that returns a list of these.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ExplainedLayer:
    """One heat map of a system, by the names of its layers.

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


@dataclass(frozen=True)
class ExplainedNodes:
    """One picture of the nodes of a system's graph, by the names of its layers.

    Attributes:
        title: stands over the picture.
        layer: gives features of the nodes, ``(batch, nodes, channels)``.
        scores: gives the class scores ``(batch, classes)``, before their softmax.
        pixels: the `ferkeras.layers.PixelNodes` layer that knows where the nodes are; None where
            the model's input is the landmarks themselves.
        learned: draw how much the trained model weighs each node, whatever the face; otherwise
            what speaks for a class in this face.
    """

    title: str
    layer: str
    scores: str
    pixels: str | None = None
    learned: bool = False
