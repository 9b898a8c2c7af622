"""The HTNet builder: transformer layers within blocks, levels joined by block aggregation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers

from ferkeras.layers._blocks import fold_blocks, unfold_blocks
from ferkeras.layers._checks import check_count, check_rate
from ferkeras.layers.block_aggregation import BlockAggregation
from ferkeras.layers.patch_embedding import PatchEmbedding
from ferkeras.layers.position_embedding import PositionEmbedding
from ferkeras.layers.transformer_block import EPSILON, TransformerBlock
from ferkeras.models._weights import load_weights
from ferkeras.models.htnet.variants import VARIANTS

_POSITIONS = ("token", "scalar")


def HTNet(
    input_shape: tuple[int, int, int] | None = None,
    classes: int = 3,
    weights: str | None = None,
    classifier_activation: str | None = "softmax",
    name: str = "htnet",
    *,
    variant: str = "local",
    patch_size: int | None = None,
    hidden_dim: int | None = None,
    num_heads: int | Sequence[int] | None = None,
    block_repeats: int | Sequence[int] | None = None,
    levels: int | None = None,
    mlp_ratio: float | None = None,
    dropout: float | None = None,
    head_dropout: float | None = None,
    positions: str | None = None,
    rescale: bool | None = None,
    branch_outputs: bool = False,
) -> keras.Model:
    """Hierarchical transformer of Wang et al. 2024 (Neurocomputing 602), after NesT.

    The picture's patches become tokens. On each level, transformer layers attend within square
    blocks of tokens; block aggregation then halves the grid and doubles the channels, so that
    a block covers what four did before. On the last level one block is left. Its tokens are
    normalised, averaged and classified.

    Args:
        input_shape: ``(height, width, channels)``, square; None takes the variant's.
        classes: number of classes.
        weights: None (random), a released tag such as ``"synthetic"``, or a path to a ``.keras`` or
            ``.weights.h5`` file.
        classifier_activation: ``"softmax"``, or None for the scores before it.
        name: the model's name.
        variant: a named setting of `VARIANTS`; each argument below that is not None overrides it.
        patch_size: side of a patch in pixels.
        hidden_dim: channels of a token on the first level; doubled on each further one.
        num_heads: attention heads on the first level, doubled on each further one; or one number a
            level. A head has channels // heads numbers, rounded down.
        block_repeats: transformer layers of each level; one number means the same for all.
        levels: how many levels; None: as many as ``block_repeats`` has entries. The first has
            ``2 ** (levels - 1)`` blocks a side.
        mlp_ratio: width of the MLP as a multiple of the channels.
        dropout: rate in each transformer layer.
        head_dropout: rate before the last dense layer.
        positions: ``"token"``: a learned vector for every token of a level's grid; ``"scalar"``:
            as published, one number for a place within a block, the same in all blocks and
            channels.
        rescale: map the input from 0..255 to -1..1 first, so that no movement in u and v is 0. The
            published network takes 0..255 as it is.
        branch_outputs: the model gives a dict ``{"probabilities": (batch, classes)}``.

    Returns:
        A functional model. Input: float32 ``(batch, height, width, channels)``, values 0..255: u, v
        and optical strain of the four areas, ``[[left eye, right eye], [left lip, right lip]]``.
        Output: float32 ``(batch, classes)``.

    Raises:
        ValueError: an unknown variant, or patches, blocks or heads that do not fit.
    """
    if variant not in VARIANTS:
        raise ValueError(f"no variant {variant!r} of HTNet; known: {', '.join(VARIANTS)}")
    if classifier_activation not in ("softmax", None):
        raise ValueError(f"classifier_activation is {classifier_activation!r}, not softmax or None")
    given = {
        "input_shape": input_shape,
        "patch_size": patch_size,
        "hidden_dim": hidden_dim,
        "num_heads": num_heads,
        "block_repeats": block_repeats,
        "mlp_ratio": mlp_ratio,
        "dropout": dropout,
        "head_dropout": head_dropout,
        "positions": positions,
        "rescale": rescale,
    }
    setting = {**VARIANTS[variant], **{k: v for k, v in given.items() if v is not None}}
    if setting["positions"] not in _POSITIONS:
        raise ValueError(f"positions is {setting['positions']!r}, expected one of {_POSITIONS}")
    _check_shape(setting["input_shape"])
    check_count("classes", classes)
    check_count("patch_size", setting["patch_size"])
    check_count("hidden_dim", setting["hidden_dim"])
    check_rate("head_dropout", setting["head_dropout"])
    repeats = _per_level("block_repeats", setting["block_repeats"], levels, factor=1)
    heads = _per_level("num_heads", setting["num_heads"], len(repeats), factor=2)
    block_size = _block_size(setting["input_shape"], setting["patch_size"], len(repeats))

    # === Layers ===
    def locate(grid: Any, level: int) -> Any:
        """Add the positions of a level."""
        if setting["positions"] == "token":
            position = PositionEmbedding(name=f"level{level}_positions")
        else:
            normal = keras.initializers.RandomNormal(stddev=1.0)
            position = PositionEmbedding(
                block_size, scalar=True, initializer=normal, name=f"level{level}_positions"
            )
        return position(grid)

    def attend(tokens: Any, level: int, number: int, size: int | None) -> Any:
        """One transformer layer."""
        return TransformerBlock(
            heads[level - 1],
            size,
            setting["mlp_ratio"],
            dropout=setting["dropout"],
            name=f"level{level}_block{number}",
        )(tokens)

    # === Functional model ===
    inputs = keras.Input(setting["input_shape"], name="input")
    grid = layers.Rescaling(1 / 127.5, -1.0, name="scale")(inputs) if setting["rescale"] else inputs
    grid = PatchEmbedding(setting["patch_size"], setting["hidden_dim"], name="patches")(grid)
    for level, count in enumerate(repeats, start=1):
        height, width = grid.shape[1:3]
        grid = locate(grid, level)
        # Blocks of one token need no rearrangement; the others are rearranged once a level.
        alone = block_size == 1
        tokens = grid if alone else fold_blocks(grid, block_size)
        for number in range(1, count + 1):
            tokens = attend(tokens, level, number, 1 if alone else None)
        grid = tokens if alone else unfold_blocks(tokens, block_size, height, width)
        if level < len(repeats):
            grid = BlockAggregation(name=f"level{level}_aggregation")(grid)
    features = layers.LayerNormalization(epsilon=EPSILON, name="head_norm")(grid)
    features = layers.GlobalAveragePooling2D("channels_last", name="features")(features)
    if setting["head_dropout"]:
        features = layers.Dropout(setting["head_dropout"], name="head_dropout")(features)
    answer = layers.Dense(classes, dtype="float32", name="scores")(features)
    if classifier_activation:
        answer = layers.Softmax(dtype="float32", name="probabilities")(answer)
    outputs = {"probabilities": answer} if branch_outputs else answer
    model = keras.Model(inputs, outputs, name=name)

    # === Weights ===
    load_weights(model, weights, system="htnet")
    return model


def _check_shape(shape: Any) -> None:
    """Raise ValueError unless three numbers are known: patches and blocks depend on them."""
    known = isinstance(shape, Sequence) and len(shape) == 3
    if not known or not all(isinstance(side, int) and side > 0 for side in shape):
        raise ValueError(
            f"input_shape is {shape!r}, expected three whole numbers (height, width, channels); "
            "HTNet takes pictures of one known size"
        )


def _per_level(
    what: str, value: int | Sequence[int], levels: int | None, factor: int
) -> tuple[int, ...]:
    """One number a level; a single number is multiplied by ``factor`` from level to level."""
    if isinstance(value, int):
        if levels is None:
            raise ValueError(f"{what} is one number, {value}; then levels must be given too")
        value = [value * factor**level for level in range(levels)]
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"{what} is {value!r}, expected a whole number or one for each level")
    if levels is not None and len(value) != levels:
        raise ValueError(f"{what} {tuple(value)} has {len(value)} entries for {levels} levels")
    if not value or not all(isinstance(one, int) and one >= 1 for one in value):
        raise ValueError(f"{what} is {value}; expected at least 1 for each of 1 or more levels")
    return tuple(value)


def _block_size(input_shape: tuple[int, int, int], patch_size: int, levels: int) -> int:
    """Side of a block in tokens."""
    height, width, _ = input_shape
    if height != width:
        raise ValueError(f"HTNet takes square pictures, got {height}x{width}")
    if patch_size < 1 or height % patch_size:
        raise ValueError(
            f"patches of {patch_size}x{patch_size} pixels do not cover {height}x{width}"
        )
    side, rest = divmod(height // patch_size, 2 ** (levels - 1))
    if rest or not side:
        raise ValueError(
            f"{height // patch_size}x{height // patch_size} tokens cannot be halved "
            f"{levels - 1} times, once after each of {levels} levels but the last; take other "
            "sizes of picture or patch, or fewer levels"
        )
    return side
