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


@dataclass(frozen=True)
class ExplainedComponents:
    """What each component of CS-GBSBF sees (Fig. 6 of Liu et al. 2025), by the names of its layers.

    Attributes:
        title: stands over the pictures.
        maps: gives feature maps of the picture, ``(batch, height, width, maps)``.
        scores: gives class scores before the softmax, ``(batch, 1 + K, classes)``, row 0 of the
            fused feature.
        visual, spatial: give the components' features, ``(batch, K, units)``; ``spatial`` is None
            without a graph.
        nodes: gives features of the balls, ``(batch, nodes, channels)``.
    """

    title: str
    maps: str
    scores: str
    visual: str
    spatial: str | None = None
    nodes: str | None = None


Explained = ExplainedLayer | ExplainedNodes | ExplainedComponents
