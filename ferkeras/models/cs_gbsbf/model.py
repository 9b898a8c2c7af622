"""Builder of CS-GBSBF."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from ferkeras.layers._checks import check_count, check_rate
from ferkeras.layers.attention_guidance import AttentionGuidance
from ferkeras.layers.ball_nodes import BallNodes
from ferkeras.layers.bootstrap_fusion import BootstrapFusion
from ferkeras.layers.component_separation import ComponentSeparation
from ferkeras.layers.graph_conv import GraphConv
from ferkeras.models._weights import load_weights
from ferkeras.models.cs_gbsbf.backbones import visual_features
from ferkeras.models.cs_gbsbf.variants import VARIANTS


def CSGBSBF(
    input_shape: tuple[int, ...] | None = None,
    classes: int = 7,
    weights: str | None = None,
    classifier_activation: str | None = "softmax",
    name: str = "cs_gbsbf",
    *,
    variant: str = "paper",
    backbone: str | None = None,
    pretrained: bool = False,
    embedding: int | None = None,
    components: int | None = None,
    component_units: int | None = None,
    hidden_units: int | None = None,
    graph_filters: Sequence[int] | None = None,
    node_features: int = 10,
    graph_stream: bool | None = None,
    guidance: bool | None = None,
    dropout: float | None = None,
    branch_outputs: bool = False,
) -> keras.Model:
    """Component separation and granular-ball space bootstrap fusion, Liu et al. 2025.

    A backbone sees the picture (VREN, F^v), a graph network its granular balls (SREN); F^v through
    a dense layer is added to what the latter gives (AGM, Eq. 4: F^s). Each is separated into K
    components (Eq. 5), the spatial ones weigh the visual ones (Eq. 6), whose weighted sum (Eq. 7)
    is classified by a dense layer. The same layer classifies each visual component alone, for
    `ferkeras.losses.BootstrapAlignmentLoss`.

    Args:
        input_shape: ``(height, width, 1 or 3)`` of the picture; None takes the variant's. Backbones
            of keras-hub see it resized to 224x224, inside the model.
        classes: number of classes.
        weights: None (random), a released tag such as ``"fer2013-small"``, or a path to a
            ``.keras`` or ``.weights.h5`` file.
        classifier_activation: ``"softmax"``, or None for the scores before it.
        name: the model's name.
        variant: a named setting of `VARIANTS`; each argument below that is not None overrides it.
        backbone: ``"small"``, ``"resnet50"``, ``"vgg16"``, ``"swin_base"`` (the paper's) or
            ``"swin_large"``; all but the first need ``ferkeras[backbones]``.
        pretrained: ImageNet weights of the backbone, fetched by keras-hub.
        embedding: size of F^v and F^s (the paper: 1024). A backbone that gives another number of
            channels is followed by a dense layer.
        components: K (the paper: 9).
        component_units: size of a component's feature (the paper: 128).
        hidden_units: h of the visual separation (128).
        graph_filters: channels of the graph convolutions; a dense layer follows where the last has
            not ``embedding``.
        node_features: 10, or 13 of the colour form.
        graph_stream: False leaves the graph out: the model takes the picture alone, and every
            component weighs the same (Table 2 without SRSN).
        guidance: False leaves the AGM out (Table 2).
        dropout: rate before the separations and before the dense layer.
        branch_outputs: the model gives a dict ``{"probabilities": (batch, classes), "components":
            (batch, 1 + K, classes + 1)}`` as `BootstrapAlignmentLoss` needs it.

    Returns:
        A functional model. Input: a dict of ``image`` float32 ``(batch, height, width, channels)``,
        0..255, ``nodes`` and ``edges`` as `ferkeras.prepare.model_inputs` makes them of it; without
        ``graph_stream`` the picture alone. Output: float32 ``(batch, classes)``.

    Raises:
        ValueError: an unknown variant, backbone or option, or sizes that do not fit.
        FerkerasError: keras-hub is missing, or its weights cannot be had.
    """
    if variant not in VARIANTS:
        raise ValueError(f"no variant {variant!r} of CSGBSBF; known: {', '.join(VARIANTS)}")
    if classifier_activation not in ("softmax", None):
        raise ValueError(f"classifier_activation is {classifier_activation!r}, not softmax or None")
    given = {
        "input_shape": input_shape,
        "backbone": backbone,
        "embedding": embedding,
        "components": components,
        "component_units": component_units,
        "hidden_units": hidden_units,
        "graph_filters": graph_filters,
        "graph_stream": graph_stream,
        "guidance": guidance,
        "dropout": dropout,
    }
    setting = {**VARIANTS[variant], **{k: v for k, v in given.items() if v is not None}}
    shape = tuple(setting["input_shape"])
    known = len(shape) == 3 and all(isinstance(side, int) and side > 0 for side in shape)
    if not known or shape[2] not in (1, 3) or classes < 1:
        raise ValueError(
            f"input_shape is {shape} and classes {classes}; expected (height, width, 1 or 3) and "
            "at least 1"
        )
    filters = setting["graph_filters"]
    if isinstance(filters, str) or not isinstance(filters, Sequence) or not filters:
        raise ValueError(f"graph_filters is {filters!r}, expected one or more whole numbers")
    for channels in filters:
        check_count("graph_filters", channels)
    for choice in ("graph_stream", "guidance"):
        if not isinstance(setting[choice], bool):
            raise ValueError(f"{choice} is {setting[choice]!r}, expected True or False")
    for count in ("embedding", "components", "component_units", "hidden_units"):
        check_count(count, setting[count])
    check_rate("dropout", setting["dropout"])

    def drop(features: Any, label: str) -> Any:
        rate = setting["dropout"]
        return layers.Dropout(rate, name=f"{label}_dropout")(features) if rate else features

    # === Layers ===
    size, parts = setting["embedding"], setting["components"]
    picture = keras.Input(shape, name="image" if setting["graph_stream"] else "input")
    inputs: Any = picture
    visual = visual_features(picture, setting["backbone"], pretrained)
    if visual.shape[-1] != size:
        visual = layers.Dense(size, name="visual_embedding")(visual)
    separate = {"components": parts, "units": setting["component_units"]}
    visual_parts = ComponentSeparation(
        **separate, hidden_units=setting["hidden_units"], name="visual_components"
    )(drop(visual, "visual"))
    if setting["graph_stream"]:
        nodes = keras.Input((None, node_features), name="nodes")
        edges = keras.Input((2, None), dtype="int32", name="edges")
        inputs = {"image": picture, "nodes": nodes, "edges": edges}
        spatial = _graph_features(nodes, edges, shape[:2], setting["graph_filters"])
        if spatial.shape[-1] != size:
            spatial = layers.Dense(size, name="spatial_embedding")(spatial)
        if setting["guidance"]:
            spatial = AttentionGuidance(name="guidance")([spatial, visual])
        spatial_parts = ComponentSeparation(**separate, name="spatial_components")(
            drop(spatial, "spatial")
        )
        fused, shares = BootstrapFusion(return_weights=True, name="fusion")(
            [visual_parts, spatial_parts]
        )
    else:
        fused = ops.mean(visual_parts, axis=1)
        shares = ops.full_like(visual_parts[:, :, 0], 1.0 / parts)
    # Row 0 is the fused feature, the others are the components: one dense layer for all.
    rows = ops.concatenate([ops.expand_dims(fused, 1), visual_parts], axis=1)
    scores = layers.Dense(classes, dtype="float32", name="scores")(drop(rows, "head"))
    fused_scores = layers.Identity(dtype="float32", name="fused_scores")(scores[:, 0])

    # === Functional model ===
    outputs: Any = fused_scores
    if classifier_activation:
        outputs = layers.Softmax(dtype="float32", name="probabilities")(fused_scores)
    if branch_outputs:
        shown = layers.Softmax(dtype="float32", name="row_probabilities")(scores)
        shares = ops.pad(ops.cast(shares, "float32"), [[0, 0], [1, 0]])
        table = ops.concatenate([shown, ops.expand_dims(shares, -1)], axis=-1)
        outputs = {"probabilities": outputs, "components": table}
    model = keras.Model(inputs, outputs, name=name)
    load_weights(model, weights, system="cs_gbsbf")
    return model


def _graph_features(nodes: Any, edges: Any, size: tuple[int, ...], filters: Sequence[int]) -> Any:
    """SREN: graph convolutions over the balls, then the mean of the real nodes."""
    x = BallNodes(size, name="ball_nodes")(nodes)
    present = ops.cast(ops.min(edges, axis=1) >= 0, "float32")
    ends = ops.maximum(edges, 0)
    for number, channels in enumerate(filters, start=1):
        x = GraphConv(channels, activation="relu", name=f"graph_conv{number}")([x, ends, present])
    return layers.GlobalAveragePooling1D(name="graph_pool")(x)
