"""Classes of micro-expressions that the readers share, and how emotions are mapped onto them."""

from __future__ import annotations

from ferkeras.datasets._class_mapping import class_mapping, mappings
from ferkeras.datasets.expressions import THREE, expression_named
from ferkeras.errors import DatasetError

FOUR = ("negative", "others", "positive", "surprise")
"""`THREE` and all the rest, as for CAS(ME)^3."""

THREE_OF = class_mapping("three").targets
"""Emotion -> one of three classes, by ``mappings/three.csv``: See et al. 2019, "MEGC 2019 - The
Second Facial Micro-Expressions Grand Challenge", FG; Wang et al. 2024, "HTNet for micro-expression
recognition", section 4.1, names all but repression. What is not here ("others") has no class."""

_EXTRA = {"other": "others", "others": "others", "repression": "repression"}


def emotion_named(text: str) -> str:
    """The shared name of an annotated emotion ("Happiness" -> "happy", "Other" -> "others").

    Raises:
        DatasetError: empty, or not a name that the data sets use.
    """
    if not text:
        raise DatasetError("no emotion")
    name = _EXTRA.get(text.strip().lower()) or expression_named(text)
    if name is None or name == "neutral":
        known = sorted({*THREE_OF, "others"})
        raise DatasetError(f"emotion {text!r} is not known; known: {', '.join(known)}")
    return name


def class_of(text: str, classes: tuple[str, ...]) -> str:
    """The class of an annotated emotion among ``classes``.

    Raises:
        DatasetError: an unknown emotion, or one that has no class among them.
    """
    name = emotion_named(text)
    if set(THREE) <= set(classes):
        name = THREE_OF.get(name, name)
    if name not in classes:
        raise DatasetError(f"{name} is not one of the classes {', '.join(classes)}")
    return name


def classes_named(reader: str, name: str, known: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """The classes of option ``classes=<name>``.

    Raises:
        DatasetError: another name.
    """
    if name not in known:
        names = dict.fromkeys((*known, *mappings()))
        raise DatasetError(f"{reader}: option classes={name} is not {' or '.join(names)}")
    return known[name]
