"""Find and open what a `Restorer` runs: by tag, folder, file or name."""

from __future__ import annotations

import os
from typing import Literal, NamedTuple

import numpy as np

from ferkeras.errors import ModelFileError
from ferkeras.restore import bicubic
from ferkeras.restore.enlarge import ANY_SIZE, Run, Size, enlarge
from ferkeras.restore.torch_checkpoint import SUFFIXES, open_checkpoint
from ferkeras.runtime import ModelCard, Runner, find_model, open_model
from ferkeras.runtime.carded import card_folder, open_restorer_with_card
from ferkeras.runtime.output_form import PICTURE

_PROBE = 16, 24  # a picture to find out the scale by: its sides are multiples of 8, and differ


class Enlarger(NamedTuple):
    """Something that enlarges pictures.

    Attributes:
        name: tag, path, or ``"bicubic"``.
        engine: what runs it.
        run: float32 ``(n, height, width, 3)``, RGB, 0..255 -> the same, ``scale`` times larger.
        scale: how many times.
        size: height and width that it is fixed to; None: any.
        card: of a model that has one.
    """

    name: str
    engine: str
    run: Run
    scale: int
    size: Size = ANY_SIZE
    card: ModelCard | None = None


def open_enlarger(
    source: str | os.PathLike[str], engine: str | None, threads: int | None
) -> Enlarger:
    """Open what `ferkeras.restore.Restorer.load` takes; arguments and errors as there."""
    if source == bicubic.NAME:
        if engine not in (None, bicubic.ENGINE) or threads is not None:
            raise ModelFileError(
                f"{bicubic.NAME} is no model: it takes neither an engine nor threads"
            )
        return Enlarger(bicubic.NAME, bicubic.ENGINE, bicubic.run, bicubic.SCALE)
    try:
        path = find_model(source)
    except ModelFileError as error:
        raise ModelFileError(
            f"{error}; a restorer may also be {bicubic.NAME!r}, a model file, or a PyTorch "
            "checkpoint (.pth)"
        ) from error
    card = None
    given: int | Literal["all"] = "all" if threads is None else threads
    if path.is_file() and path.suffix in SUFFIXES:
        runner = open_checkpoint(path, engine, threads)
    elif card_folder(path) is None:
        runner = open_model(path, engine=engine, threads=given)
    else:
        runner, card = open_restorer_with_card(path, engine=engine, threads=given)
    size = _checked_size(runner)
    name = f"{card.system}/{card.tag}" if card else str(source)
    sides = [fixed or free for fixed, free in zip(size, _PROBE, strict=True)]
    answer = enlarge(runner.predict, np.zeros((1, *sides, 3)), name=name)
    scale = answer.shape[1] // sides[0]
    if card and card.scale != scale:
        raise ModelFileError(
            f"{runner.source}: makes pictures {scale} times larger, its card says {card.scale}"
        )
    return Enlarger(name, runner.engine, runner.predict, scale, size, card)


def _checked_size(runner: Runner) -> Size:
    """Height and width that a model of RGB pictures is fixed to.

    Raises:
        ModelFileError: it is of another kind.
    """
    if runner.output.name != PICTURE:
        raise ModelFileError(
            f"{runner.source}: gives {runner.classes} class probabilities and no pictures; use "
            "ferkeras.Recognizer, or give a restorer"
        )
    height, width, channels = runner.input_shape
    if channels != 3 or runner.output.shape[2] != 3:
        raise ModelFileError(
            f"{runner.source}: takes pictures of {channels} channels and gives such of "
            f"{runner.output.shape[2]}, expected RGB, 3 channels, which come last"
        )
    return height, width
