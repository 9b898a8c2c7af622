"""Open a model together with its card, so that the card is that of its output."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from ferkeras.errors import ModelFileError
from ferkeras.runtime import open_model
from ferkeras.runtime.card import CARD, ModelCard, find_model, read_card, verify_file
from ferkeras.runtime.named_inputs import INPUT, described
from ferkeras.runtime.output_form import PICTURE
from ferkeras.runtime.runner import Runner


def open_with_card(
    tag_or_path: str | os.PathLike[str], *, engine: str | None = None, threads: int | None = None
) -> tuple[Runner, ModelCard]:
    """Open a classifier, a released tag, an exported folder or one file in it, and read its card.

    Args:
        tag_or_path: ``"mff_cnn/fer2013"``, a folder with a card, or a model in such a folder.
        engine, threads: see `ferkeras.runtime.open_model`.

    Raises:
        ModelFileError: no such model, no card, a file that is not the card's, a card that does not
            fit the model, or a restorer.
    """
    return _open(find_model(tag_or_path), engine, threads, check_classifier, check_card)


def open_restorer_with_card(
    path: Path, *, engine: str | None = None, threads: int | Literal["all"] | None = None
) -> tuple[Runner, ModelCard]:
    """The same of a model that gives larger pictures; ``path`` is there, see `card_folder`.

    Raises:
        ModelFileError: as there, or a classifier.
    """
    return _open(path, engine, threads, check_restorer, check_restorer_card)


def card_folder(path: Path) -> Path | None:
    """The folder whose card is that of ``path``: itself, or one of the two above; or None."""
    folders = [path, *list(path.absolute().parents)[:2]]
    return next((place for place in folders if (place / CARD).is_file()), None)


def _open(
    path: Path,
    engine: str | None,
    threads: int | Literal["all"] | None,
    check_kind: Callable[[ModelCard], None],
    check_fit: Callable[[Runner, ModelCard], None],
) -> tuple[Runner, ModelCard]:
    folder = card_folder(path) or path
    card = read_card(folder)
    check_kind(card)
    if folder != path:
        verify_file(folder, card, path.absolute().relative_to(folder).as_posix())
    runner = open_model(path, engine=engine, threads=threads)
    check_fit(runner, card)
    return runner, card


def check_classifier(card: ModelCard) -> None:
    """Pass if the card is of a model that names classes.

    Raises:
        ModelFileError: it gives pictures.
    """
    if card.scale is not None:
        raise ModelFileError(
            f"{card.system}/{card.tag} makes pictures {card.scale} times larger and names no "
            "expression; use ferkeras.Restorer or `ferkeras restore`, or give a model with labels"
        )


def check_restorer(card: ModelCard) -> None:
    """Pass if the card is of a model that gives larger pictures.

    Raises:
        ModelFileError: it names classes.
    """
    if card.scale is None:
        raise ModelFileError(
            f"{card.system}/{card.tag} names expressions ({', '.join(card.labels)}) and gives no "
            "pictures; use ferkeras.Recognizer or `ferkeras predict`, or give a restorer"
        )


def check_card(runner: Runner, card: ModelCard) -> None:
    """Pass if the card is of a classifier, and its input and labels are those of the model.

    Raises:
        ModelFileError: they are not.
    """
    check_classifier(card)
    if runner.input_shapes != card.input.input_shapes or runner.classes != len(card.labels):
        gives = f"{runner.classes} classes" if runner.classes else "pictures"
        raise ModelFileError(
            f"{runner.source}: takes {described(runner.input_shapes)} and gives {gives}; "
            f"its card says {described(card.input.input_shapes)} and {len(card.labels)}"
        )


def check_restorer_card(runner: Runner, card: ModelCard) -> None:
    """Pass if the card is of a restorer, and its input and scale can be those of the model.

    A side that the model leaves open fits any card; of sides that are open, so is the scale.

    Raises:
        ModelFileError: they are not.
    """
    check_restorer(card)
    assert card.scale is not None
    takes, said = runner.input_shapes.get(INPUT, ()), card.input.shape
    fits = len(takes) == len(said) and all(a in (None, b) for a, b in zip(takes, said, strict=True))
    wanted = tuple(side and side * card.scale for side in takes[:2])
    gives = runner.output.shape[:2]
    large = all(a is None or b is None or a == b for a, b in zip(gives, wanted, strict=True))
    if runner.output.name != PICTURE or not fits or not large:
        raise ModelFileError(
            f"{runner.source}: takes {takes} and gives {runner.output.shape}; its card says "
            f"{said}, and {card.scale} times the side"
        )
