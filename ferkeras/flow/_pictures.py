"""Pictures of a movement, to look at."""

from __future__ import annotations

import cv2
import numpy as np

from ferkeras.errors import FlowError
from ferkeras.flow._checks import check_flow
from ferkeras.types import FloatArray, Flow, Picture

_MOST = 99.5  # percentile of the strength that is drawn in full where the user names none
_FAINTEST = 1e-3  # pixels; no flow or strain below this is drawn in full


def flow_to_rgb(flow: Flow, full: float | None = None) -> Picture:
    """Direction as colour, magnitude as its saturation; no movement is white.

    The hue is the angle in the HSV wheel, clockwise as the picture shows it: right red, down
    yellow-green, left cyan, up violet.

    Args:
        flow: ``(H, W, 2)`` in pixels.
        full: magnitude in pixels drawn in full colour, as all above it; None for the 99.5th
            percentile of this flow. Give it to compare pictures.

    Returns:
        uint8 RGB ``(H, W, 3)``.

    Raises:
        FlowError: not a flow, or ``full`` not positive.
    """
    flow = check_flow(flow)
    magnitude, angle = cv2.cartToPolar(flow[..., 0], flow[..., 1], angleInDegrees=True)
    share = _share(np.asarray(magnitude, np.float32), full)
    hsv = cv2.merge([np.asarray(angle, np.float32), share, np.ones_like(share)])
    return np.rint(255 * np.asarray(cv2.cvtColor(hsv, cv2.COLOR_HSV2RGB))).astype(np.uint8)


def strain_to_rgb(strain: FloatArray, full: float | None = None) -> Picture:
    """Optical strain in the colours black, violet, orange, light yellow (matplotlib's inferno).

    Args:
        strain: ``(H, W)``, 0 or more.
        full: strain drawn in the lightest colour, as all above it; None for the 99.5th percentile.

    Returns:
        uint8 RGB ``(H, W, 3)``.

    Raises:
        FlowError: another shape, NaN, or ``full`` not positive.
    """
    array = np.asarray(strain, np.float32)
    if array.ndim != 2 or not np.isfinite(array).all():
        raise FlowError(f"strain has shape {array.shape}, expected (H, W) without NaN")
    share = np.rint(255 * _share(array, full)).astype(np.uint8)
    coloured = cv2.applyColorMap(share, cv2.COLORMAP_INFERNO)
    return np.asarray(cv2.cvtColor(coloured, cv2.COLOR_BGR2RGB), np.uint8)


def draw_quiver(
    picture: Picture,
    flow: Flow,
    step: int = 14,
    full: float | None = None,
    colour: tuple[int, int, int] = (255, 230, 0),
) -> Picture:
    """Arrows of the movement on a copy of a picture.

    Args:
        picture: uint8 RGB ``(H, W, 3)`` or grey ``(H, W)``.
        flow: ``(H, W, 2)`` in pixels.
        step: pixels between arrows.
        full: magnitude in pixels whose arrow is ``step`` long; None for the 99.5th percentile of
            this flow. Shorter than a twentieth of it is not drawn.
        colour: RGB.

    Returns:
        uint8 RGB ``(H, W, 3)``.

    Raises:
        FlowError: shapes that do not fit, or a step below 2.
    """
    flow = check_flow(flow)
    given = np.asarray(picture)
    if given.dtype != np.uint8 or given.shape[:2] != flow.shape[:2] or given.ndim not in (2, 3):
        raise FlowError(
            f"picture has shape {given.shape} of {given.dtype}, expected uint8 {flow.shape[:2]} "
            "as the flow"
        )
    if step < 2:
        raise FlowError(f"step is {step}, expected 2 pixels or more")
    drawn = cv2.cvtColor(given, cv2.COLOR_GRAY2RGB) if given.ndim == 2 else given.copy()
    reach = _full(np.hypot(flow[..., 0], flow[..., 1]), full)
    fraction = 4  # bits of a pixel's fraction that OpenCV draws with
    for y in range(step // 2, flow.shape[0], step):
        for x in range(step // 2, flow.shape[1], step):
            u, v = (flow[y, x] * (step / reach)).tolist()
            if np.hypot(u, v) < step / 20:
                continue
            ends = (np.array([[x, y], [x + u, y + v]]) * 2**fraction).round().astype(int)
            start, end = tuple(ends[0].tolist()), tuple(ends[1].tolist())
            cv2.line(drawn, start, end, colour, 1, cv2.LINE_AA, fraction)
            cv2.circle(drawn, end, 20, colour, -1, cv2.LINE_AA, fraction)
    return np.asarray(drawn, np.uint8)


def _full(strength: FloatArray, full: float | None) -> float:
    if full is None:
        return max(_FAINTEST, float(np.percentile(strength, _MOST)))
    if not full > 0:
        raise FlowError(f"full is {full}, expected above 0")
    return full


def _share(strength: FloatArray, full: float | None) -> FloatArray:
    return np.clip(strength / np.float32(_full(strength, full)), 0, 1).astype(np.float32)
