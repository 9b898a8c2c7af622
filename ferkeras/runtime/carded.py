"""Open a model together with its card, so that the labels are those of its output."""

from __future__ import annotations

import os

from ferkeras.errors import ModelFileError
from ferkeras.runtime import open_model
from ferkeras.runtime.card import CARD, ModelCard, find_model, read_card, verify_file
from ferkeras.runtime.named_inputs import described
from ferkeras.runtime.runner import Runner


def open_with_card(
    tag_or_path: str | os.PathLike[str], *, engine: str | None = None, threads: int | None = None
) -> tuple[Runner, ModelCard]:
    """Open a released tag, an exported folder or one file in it, and read its card.

    Args:
        tag_or_path: ``"mff_cnn/fer2013"``, a folder with a card, or a model in such a folder.
        engine, threads: see `ferkeras.runtime.open_model`.

    Raises:
        ModelFileError: no such model, no card, a file that is not the card's, or a card that does
            not fit the model.
    """
    path = find_model(tag_or_path)
    folders = [path, *list(path.absolute().parents)[:2]]
    folder = next((place for place in folders if (place / CARD).is_file()), path)
    card = read_card(folder)
    if folder != path:
        verify_file(folder, card, path.absolute().relative_to(folder).as_posix())
    runner = open_model(path, engine=engine, threads=threads)
    check_card(runner, card)
    return runner, card


def check_card(runner: Runner, card: ModelCard) -> None:
    """Pass if the card's input and labels are those of the model.

    Raises:
        ModelFileError: they are not.
    """
    if runner.input_shapes != card.input.input_shapes or runner.classes != len(card.labels):
        raise ModelFileError(
            f"{runner.source}: takes {described(runner.input_shapes)} and gives {runner.classes} "
            f"classes; its card says {described(card.input.input_shapes)} and {len(card.labels)}"
        )
