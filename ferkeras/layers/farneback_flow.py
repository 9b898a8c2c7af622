"""Optical flow by polynomial expansion, inside a model."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from ferkeras.layers._checks import check_count, check_positive
from ferkeras.layers._flow_level import Setting, axis, expand, improved
from ferkeras.layers._flow_matrices import level_scales
from ferkeras.layers._graph_layer import as_list, shape_list
from ferkeras.layers._planes import PlanarLayer, along
from ferkeras.layers._warping import neighbours

_SMALLEST = 16  # pixels of a side


@keras.saving.register_keras_serializable("ferkeras")
class FarnebackFlow(PlanarLayer):
    """Where each pixel of a first picture went in a second one.

    G. Farneback 2003, "Two-frame motion estimation based on polynomial expansion", with the
    pyramid, borders and weights of OpenCV's ``calcOpticalFlowFarneback``, which it equals but for
    rounding. Around each pixel a quadratic x^T A x + b^T x + c is fitted with Gaussian weights. If
    its place moves by d, b becomes b - 2 A d; so d is found by least squares over a window:

        d = (sum w A^T A)^-1 sum w A^T (b1 - b2) / 2

    with A the mean of both pictures', and A and b2 taken from where d led before. This is repeated
    at each level of a pyramid, from the coarsest on. What has no texture does not move.

    Gradients reach both pictures. On a GPU, switch TensorFloat-32 off: its ten bits are too few.

    Args:
        pyr_scale: size of each level of the pyramid as a share of the next finer one.
        levels: of the pyramid, beside the pictures themselves; none is below 32 pixels a side.
        winsize: side of the window over which movement is averaged, in pixels.
        iterations: at each level.
        poly_n: pixels at each side that the quadratic is fitted to, 5 or 7.
        poly_sigma: its Gaussian weights, in pixels.
        gaussian: weigh the window by a Gaussian instead of a box.

    Input shapes: two pictures ``(batch, height, width, 1)``, 0..255, both of one known size of
    16x16 or more. Output shape: float32 ``(batch, height, width, 2)``, u to the right and v down in
    pixels, so that ``second(x + u, y + v) ~ first(x, y)``.

    Raises:
        ValueError: a setting out of range, or inputs of other shapes.

    Example:
        >>> pictures = np.zeros((2, 64, 48, 1), "float32")
        >>> FarnebackFlow()([pictures, pictures]).shape
        (2, 64, 48, 2)
    """

    def __init__(
        self,
        pyr_scale: float = 0.5,
        levels: int = 3,
        winsize: int = 27,
        iterations: int = 3,
        poly_n: int = 5,
        poly_sigma: float = 1.1,
        gaussian: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_positive("pyr_scale", pyr_scale)
        check_positive("poly_sigma", poly_sigma)
        for name, count in (("levels", levels), ("winsize", winsize), ("iterations", iterations)):
            check_count(name, count)
        if pyr_scale >= 1:
            raise ValueError(f"pyr_scale is {pyr_scale!r}, expected a share above 0, below 1")
        if poly_n not in (5, 7):
            raise ValueError(f"poly_n is {poly_n!r}, expected 5 or 7")
        self.pyr_scale = pyr_scale
        self.levels = levels
        self.winsize = winsize
        self.iterations = iterations
        self.poly_n = poly_n
        self.poly_sigma = poly_sigma
        self.gaussian = gaussian

    def build(self, input_shape: Any) -> None:
        """Make the matrices of each level; there are no weights to learn."""
        _, height, width, _ = self.compute_output_shape(input_shape)
        self.input_spec = [keras.layers.InputSpec(shape=(None, height, width, 1))] * 2
        scales = level_scales(height, width, self.pyr_scale, self.levels)
        setting = Setting(self.poly_n, self.poly_sigma, self.winsize, self.gaussian)
        self._levels = []
        for coarser, scale in zip([None, *scales], scales, strict=False):
            rows, columns = (axis(side, scale, coarser, setting) for side in (height, width))
            self._levels.append((rows, columns.transposed()))

    def call(self, inputs: Any) -> Any:
        """Compute the flow."""
        # A constant adds nothing to the coefficients that are used; without it, less is rounded.
        first, second = (ops.squeeze(self.exact(one), 3) - 127.5 for one in as_list(inputs))
        flow = None
        for rows, columns in self._levels:
            before = expand(first, rows, columns, self.exact)
            after = neighbours(expand(second, rows, columns, self.exact))
            if flow is None:
                flow = ops.zeros_like(before[:, :2])
            else:
                larger = along(self.exact(rows.grow), flow, self.exact(columns.grow))
                flow = larger / self.pyr_scale
            average = self.exact(rows.average), self.exact(columns.average)
            for _ in range(self.iterations):
                flow = improved(flow, before, after, average)
        return ops.transpose(flow, (0, 2, 3, 1))

    def compute_output_shape(self, input_shape: Any) -> tuple[Any, ...]:
        """``(batch, height, width, 2)``."""
        shapes: list[Any] = shape_list(input_shape)
        fits = len(shapes) == 2 and shapes[0][1:] == shapes[1][1:] and len(shapes[0]) == 4
        if (
            not fits
            or None in shapes[0][1:]
            or shapes[0][3] != 1
            or min(shapes[0][1:3]) < _SMALLEST
        ):
            raise ValueError(
                f"{self.name}: expected two grey pictures (batch, height, width, 1) of one size of "
                f"{_SMALLEST}x{_SMALLEST} pixels or more, got {shapes}"
            )
        return (*shapes[0][:3], 2)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        names = ("pyr_scale", "levels", "winsize", "iterations", "poly_n", "poly_sigma", "gaussian")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}
