"""Grad-CAM: which places of a picture speak for a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ferkeras.errors import FerkerasError
from ferkeras.explain._score import check_input, check_scores, named_layer, taped_score
from ferkeras.explain.placement import enlarge, find_placement
from ferkeras.types import FloatArray, InputSpec

if TYPE_CHECKING:
    import keras


def grad_cam(
    model: keras.Model,
    picture: FloatArray,
    layer: str,
    label: int,
    *,
    scores: str | None = None,
    spec: InputSpec | None = None,
) -> FloatArray:
    """Heat map of one picture for one class (Selvaraju et al. 2017, ICCV, Eq. 1 and 2).

    A feature map's weight is the mean over its cells of the score's gradient; the heat is the
    weighted sum of the maps, its negative part cut off:
    ``alpha_k = mean_ij(dy / dA_k[i, j])``, ``heat = max(0, sum_k alpha_k A_k)``. Needs Keras on
    TensorFlow.

    Args:
        model: a functional or sequential model with one picture as input, channels last; or with
            ``image``, ``nodes`` and ``edges``: then the map is one of the image.
        picture: float32 ``(height, width, channels)``, in the range that the model takes.
        layer: a layer that gives feature maps ``(batch, h, w, maps)``.
        label: number of the class.
        scores: a layer that gives ``(batch, classes)``, best the scores before the softmax; None
            for the model's output.
        spec: the model's input, as its card has it; needed where the model takes graphs, for the
            picture's own is passed on to it.

    Returns:
        float32 ``(height, width)``, 0..1: 1 is the hottest place, and all is 0 where nothing
        speaks for the class.

    Raises:
        FerkerasError: no such layer, class or path between them, a picture of another shape, or a
            model that takes graphs without ``spec``.

    Example:
        >>> heat = grad_cam(model, crop, "image3_pool", label=3, scores="image_scores")
    """
    rows = grad_cam_rows(model, picture, layer, label, scores=scores, spec=spec)
    if len(rows) != 1:
        raise FerkerasError(
            f"{model.name}: layer {layer!r} gives {len(rows)} rows for one picture; "
            "use grad_cam_rows for patches"
        )
    heat: FloatArray = rows[0]
    return heat


def grad_cam_rows(
    model: keras.Model,
    picture: FloatArray,
    layer: str,
    label: int,
    *,
    scores: str | None = None,
    before: str | None = None,
    spec: InputSpec | None = None,
) -> FloatArray:
    """As `grad_cam` for a layer that sees a picture as several rows, such as patches.

    Each row's maps have weights of their own; the hottest place of all rows is 1.

    Args:
        model, picture, layer, label, scores, spec: see `grad_cam`.
        before: a layer behind ``layer`` that passes some of its vectors on, in place order
            (`ferkeras.layers.NormFeatureSelection`). Those that it leaves out have no gradient
            and so no heat. Named here, they are shown too: each with the gradient of the passed
            vector whose place it would take if it were passed on.

    Returns:
        float32 ``(rows, height, width)``, 0..1, of the size of what a row sees.
    """
    inputs = check_input(model, picture, spec)
    taps = {
        "maps": named_layer(model, layer).output,
        "scores": named_layer(model, scores).output if scores else model.output,
    }
    if before:
        gate = named_layer(model, before)
        taps |= {"offered": gate.input, "passed": gate.output}
    shape: tuple[int | None, ...] = taps["maps"].shape
    if len(shape) != 4:
        raise FerkerasError(
            f"{model.name}: layer {layer!r} gives {shape}, "
            "expected feature maps (batch, height, width, maps)"
        )
    check_scores(model, taps["scores"], label)
    tape, score, values = taped_score(model, inputs, taps, label)
    if before:
        gradient = _gradient_before(tape, score, values)
    else:
        gradient = tape.gradient(score, values["maps"])
    if gradient is None:
        raise FerkerasError(
            f"{model.name}: the scores do not depend on layer {layer!r}"
            + (f" through layer {before!r}" if before else "")
        )
    heat = weigh(np.asarray(values["maps"], np.float64), np.asarray(gradient, np.float64))
    if not np.isfinite(heat).all():
        raise FerkerasError(f"{model.name}: layer {layer!r} or its gradient is not finite")
    return enlarge(heat, find_placement(taps["maps"]))


def weigh(maps: Any, gradient: Any) -> FloatArray:
    """Eq. 1 and 2, each row by itself; then all divided by the largest value.

    Args:
        maps: ``(rows, h, w, maps)``.
        gradient: of the score, by ``maps``.

    Returns:
        float32 ``(rows, h, w)``, 0..1.
    """
    weights = gradient.mean(axis=(1, 2), keepdims=True)
    heat = np.maximum((weights * maps).sum(axis=-1), 0)
    highest = heat.max()
    return np.asarray(heat / highest if highest > 0 else heat, np.float32)


def _gradient_before(tape: Any, score: Any, values: dict[str, Any]) -> Any:
    """Gradient by the maps, as if the selection passed every vector on in its place."""
    of_passed = tape.gradient(score, values["passed"])
    chosen = tape.gradient(values["passed"], values["offered"])  # 1 where passed on, else 0
    if of_passed is None or chosen is None:
        return None
    is_passed = (np.asarray(chosen)[0] != 0).any(axis=1)
    place = np.minimum(np.cumsum(is_passed) - is_passed, is_passed.sum() - 1)
    of_offered = np.asarray(of_passed)[:, place]
    return tape.gradient(values["offered"], values["maps"], output_gradients=of_offered)
