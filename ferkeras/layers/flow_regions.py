"""The four regions of a flow picture as HTNet takes them, inside a model."""

from __future__ import annotations

from typing import Any

import keras
import numpy as np
from keras import ops

from ferkeras.layers._checks import check_count
from ferkeras.layers._graph_layer import as_list, shape_list
from ferkeras.layers._planes import PlanarLayer, sample_numbers

_LAYOUT = ((0, 1), (3, 4))  # of the five landmarks: both eyes above both corners of the lips
_POINTS = 5


@keras.saving.register_keras_serializable("ferkeras")
class FlowRegions(PlanarLayer):
    """Cut out both eyes and both corners of the lips and put them together as one picture.

    Wang et al. 2024, "HTNet for micro-expression recognition", sections 3.1 and 4.2; as the kind of
    input ``"flow_regions"`` of `ferkeras.prepare` does. Each region has half the side of the whole
    picture, lies around its landmark at whole pixels, and is moved into the picture where it would
    reach over the border. There is no gradient to the landmarks.

    Args:
        face_size: side in pixels of the square picture in which the landmarks count.

    Input shapes: channels ``(batch, height, width, channels)`` of a known size, both sides
    multiples of 4; landmarks ``(batch, 5, 2)``, (x, y) in the order of
    `ferkeras.types.LANDMARK_NAMES`. Output shape: that of the channels, ``[[left eye, right eye],
    [left lip, right lip]]``.

    Raises:
        ValueError: inputs of other shapes.
    """

    def __init__(self, face_size: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_count("face_size", face_size)
        self.face_size = face_size

    def build(self, input_shape: Any) -> None:
        """Check the shapes; there are no weights to learn."""
        self.compute_output_shape(input_shape)

    def call(self, inputs: Any) -> Any:
        """Cut the regions out: one gather of pixels."""
        channels, landmarks = (self.exact(one) for one in as_list(inputs))
        _, height, width, depth = channels.shape
        factor = self.exact(np.array([width, height]) / self.face_size)
        # A point counts from the centre of a pixel, a box from its border.
        places = ops.round((landmarks + 0.5) * factor)
        quarter = self.exact(np.array([width // 4, height // 4]))
        half = self.exact(np.array([width // 2, height // 2]))
        corners = ops.cast(ops.clip(places - quarter, 0.0, half), "int32")
        inside = np.arange(height // 2)[:, None] * width + np.arange(width // 2)
        first = sample_numbers(channels) * (height * width)

        def pixels(point: int) -> Any:
            start = first + corners[:, point, 1] * width + corners[:, point, 0]
            return ops.reshape(start, (-1, 1, 1)) + ops.convert_to_tensor(inside, "int32")

        rows = [ops.concatenate([pixels(point) for point in row], axis=2) for row in _LAYOUT]
        chosen = ops.reshape(ops.concatenate(rows, axis=1), (-1,))
        found = ops.take(ops.reshape(channels, (-1, depth)), chosen, axis=0)
        return ops.reshape(found, (-1, height, width, depth))

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """That of the channels."""
        shapes: list[Any] = shape_list(input_shape)
        fits = len(shapes) == 2 and len(shapes[0]) == 4 and shapes[1][1:] == (_POINTS, 2)
        if not fits or None in shapes[0][1:] or shapes[0][1] % 4 or shapes[0][2] % 4:
            raise ValueError(
                f"{self.name}: expected channels (batch, height, width, channels), sides multiples "
                f"of 4, and landmarks (batch, {_POINTS}, 2), got {shapes}"
            )
        return shapes[0]

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments."""
        return {**super().get_config(), "face_size": self.face_size}
