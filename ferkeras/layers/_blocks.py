"""Square blocks of a grid of tokens, folded into the batch and back."""

from __future__ import annotations

from typing import Any

from keras import ops


def check_grid(input_shape: tuple[int | None, ...], block_size: int) -> None:
    """Raise ValueError unless blocks of this side cover ``(batch, height, width, channels)``."""
    if len(input_shape) != 4 or None in input_shape[1:]:
        raise ValueError(
            f"expected a grid of tokens (batch, height, width, channels) of known size, got "
            f"{tuple(input_shape)}"
        )
    height, width = input_shape[1:3]
    if block_size < 1 or height % block_size or width % block_size:  # type: ignore[operator]
        raise ValueError(
            f"blocks of {block_size}x{block_size} tokens do not cover a grid of {height}x{width}"
        )


def fold_blocks(grid: Any, block_size: int) -> Any:
    """``(batch, height, width, channels)`` -> ``(batch x blocks, tokens, channels)``.

    Blocks in row order, and the ``block_size ** 2`` tokens of each in row order. Only one
    transposition of four axes, because neighbours in a row of a block stay neighbours.
    """
    width, channels = grid.shape[2:]
    rows = ops.reshape(grid, (-1, block_size, width // block_size, block_size * channels))
    return ops.reshape(ops.transpose(rows, (0, 2, 1, 3)), (-1, block_size**2, channels))


def unfold_blocks(blocks: Any, block_size: int, height: int, width: int) -> Any:
    """Inverse of `fold_blocks`, for a grid of ``height`` x ``width`` tokens."""
    channels = blocks.shape[-1]
    rows = ops.reshape(blocks, (-1, width // block_size, block_size, block_size * channels))
    return ops.reshape(ops.transpose(rows, (0, 2, 1, 3)), (-1, height, width, channels))
