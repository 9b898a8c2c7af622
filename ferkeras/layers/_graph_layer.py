"""What the graph layers share: the inputs, the mask of nodes, bias and activation."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

Shapes = Any  # one input's shape, or a list of shapes


def as_list(inputs: Any) -> list[Any]:
    """The inputs of a layer that takes one tensor or several."""
    return list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]


def shape_list(input_shape: Shapes) -> list[tuple[int | None, ...]]:
    """The shapes of a layer's inputs, node features first."""
    several = bool(input_shape) and isinstance(input_shape[0], (list, tuple))
    return [tuple(shape) for shape in (input_shape if several else [input_shape])]


def check_nodes(name: str, shape: tuple[int | None, ...], nodes: int | None = None) -> int:
    """The number of channels of node features, after a check of their shape.

    Args:
        name: of the layer, for the message.
        shape: ``(batch, nodes, channels)``.
        nodes: how many a fixed graph has; None: any number.

    Raises:
        ValueError: another number of axes or nodes, or channels that are not known.
    """
    wrong_count = nodes is not None and len(shape) == 3 and shape[1] != nodes
    if len(shape) != 3 or shape[2] is None or wrong_count:
        raise ValueError(
            f"{name}: expected node features (batch, {nodes or 'nodes'}, channels), got {shape}"
        )
    return shape[2]


def check_square(what: str, shape: tuple[int | None, ...], nodes: int | None) -> None:
    """Raise ValueError, beginning with ``what``, unless this is ``(batch, nodes, nodes)``."""
    if len(shape) != 3 or shape[1:] != (nodes, nodes):
        size = "nodes" if nodes is None else nodes
        raise ValueError(f"{what} (batch, {size}, {size}), got {shape}")


def node_mask(mask: Any, shape: tuple[int | None, ...]) -> Any:
    """The mask of the first input as bool ``(batch, nodes)``, or None.

    Raises:
        ValueError: a mask of another shape.
    """
    mask = mask[0] if isinstance(mask, (list, tuple)) else mask
    if mask is None:
        return None
    nodes = shape[1] if len(mask.shape) != 2 else mask.shape[1]
    if len(mask.shape) != 2 or (None not in (nodes, shape[1]) and nodes != shape[1]):
        raise ValueError(f"mask: expected (batch, {shape[1]}), True for a node, got {mask.shape}")
    return ops.cast(mask, "bool")


def zero_padding(nodes: Any, mask: Any) -> Any:
    """``nodes`` with zeros where ``mask`` is False (also in place of NaN)."""
    if mask is None:
        return nodes
    return ops.where(ops.expand_dims(mask, -1), nodes, ops.zeros_like(nodes))


class GraphConvolution(keras.layers.Layer):
    """Base of the graph convolutions.

    Inputs stay in the type they have (no autocast), so that a basis, a Laplacian or an adjacency
    matrix in float32 is used in float32 also where the layer computes in float16 or bfloat16.
    """

    def __init__(
        self, filters: int, activation: Any = None, use_bias: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(autocast=False, **kwargs)
        if filters < 1:
            raise ValueError(f"filters must be at least 1, got {filters}")
        self.filters = filters
        self.activation = keras.activations.get(activation)
        self.use_bias = use_bias

    def _take_shapes(self, input_shape: Shapes, *names: str) -> list[tuple[int | None, ...]]:
        """The shape of each named input; later calls must have them too (but for the batch).

        Raises:
            ValueError: another number of inputs.
        """
        shapes = shape_list(input_shape)
        if len(shapes) != len(names):
            wanted = ", ".join(names)
            raise ValueError(f"{self.name}: expected as input [{wanted}], got shapes {shapes}")
        specs = [keras.layers.InputSpec(shape=(None, *shape[1:])) for shape in shapes]
        self.input_spec = specs if len(specs) > 1 else specs[0]
        return shapes

    def _add_weights(self, kernel_shape: tuple[int, ...], inputs: int, outputs: int) -> None:
        """``kernel``, by Glorot's uniform distribution for these numbers, and ``bias``."""
        limit = (6.0 / (inputs + outputs)) ** 0.5
        self.kernel = self.add_weight(
            shape=kernel_shape,
            initializer=keras.initializers.RandomUniform(-limit, limit),
            autocast=False,
            name="kernel",
        )
        self.bias = None
        if self.use_bias:
            self.bias = self.add_weight(
                shape=(self.filters,), initializer="zeros", autocast=False, name="bias"
            )

    def _finish(self, nodes: Any, mask: Any) -> Any:
        """Bias and activation in the compute type; padding is zero."""
        nodes = ops.cast(nodes, self.compute_dtype)
        if self.bias is not None:
            nodes = nodes + ops.cast(self.bias, nodes.dtype)
        return zero_padding(self.activation(nodes), mask)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask of the node features."""
        return previous_mask[0] if isinstance(previous_mask, (list, tuple)) else previous_mask

    def compute_output_shape(self, input_shape: Shapes) -> tuple[int | None, ...]:
        """``(batch, nodes, filters)``."""
        return (*shape_list(input_shape)[0][:2], self.filters)

    def get_config(self) -> dict[str, Any]:
        """Constructor arguments that all have."""
        return {
            **super().get_config(),
            "filters": self.filters,
            "activation": keras.activations.serialize(self.activation),
            "use_bias": self.use_bias,
        }
