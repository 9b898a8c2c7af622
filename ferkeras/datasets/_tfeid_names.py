"""What the names of TFEID's files and folders say.

No description of them is public. What public readers of the database show is certain: folders
``dfh_anger_x``, ``dfh_contempt_x``, ``dfh_disguest_x`` (so spelled), ``dfh_fear_x``,
``dfh_happiness_x``, ``dfh_neutral_x``, ``dfh_sadness_x`` and ``dfh_surprise_x`` of the pictures in
high intensity (in ``dfh_all/dfh_un-rimmed``, or in a folder ``TFEID High``), and files whose names
begin with the person, ``f01_dfh_...jpg`` or ``m01_...``, and whose last part begins with a code of
the expression: ag, dg, fg, hg, ng, pg (surprise) and sg.

The rest is a guess: ``cg`` for contempt; in ``dfh`` the second letter is the view, ``f`` from the
front and any other turned, and the third the intensity, ``h`` high, ``s`` or ``l`` slight. The
words high, slight, frontal and turned in a folder's name are understood as well. A label comes
from the picture's folder, or from the code where the folder names none; where both speak they must
agree.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ferkeras.datasets.expressions import EIGHT, expression_named
from ferkeras.errors import DatasetError

CHOICES = {"intensity": ("high", "slight"), "view": ("frontal", "turned")}

_CODES = dict(zip(("ag", "cg", "dg", "fg", "hg", "ng", "sg", "pg"), EIGHT, strict=True))
_INTENSITIES = {"h": "high", "s": "slight", "l": "slight"}
_SUBJECT = re.compile(r"([fm]\d+)_", re.IGNORECASE)
_SET = re.compile(r"d[a-z][hsl]")


@dataclass(frozen=True)
class Named:
    """One picture and what its name and its folders say.

    Attributes:
        path: the file.
        subject: who is seen, ``"f01"`` or ``"m01"``.
        label: the expression, one of `EIGHT`.
        intensity, view: one of `CHOICES`, or ``"unknown"``.
    """

    path: Path
    subject: str
    label: str
    intensity: str
    view: str


def subject_of(path: Path) -> str | None:
    """The person with whom a file's name begins; None where it does not."""
    match = _SUBJECT.match(path.name)
    return match[1].lower() if match else None


def named(path: Path, folders: Sequence[str]) -> Named:
    """What the names say about one picture.

    Args:
        path: the file.
        folders: names of the folders from the root to the one it lies in.

    Raises:
        DatasetError: no person or no expression is named, or two expressions are.
    """
    subject = subject_of(path)
    if not subject:
        raise DatasetError("its name does not begin with a person such as f01_")
    parts = path.stem.lower().split("_")
    code, label = _CODES.get(parts[-1][:2]), _expression(_words(folders[-1]))
    if label and code and code != label:
        raise DatasetError(f"its folder says {label}, its name {code}")
    label = label or code
    if not label:
        raise DatasetError("neither its folder nor its name says the expression")
    return Named(path, subject, label, **_kind([parts, *map(_words, reversed(folders))]))


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z]+", name.lower())


def _expression(words: Sequence[str]) -> str | None:
    names = ("disgust" if word == "disguest" else expression_named(word) for word in words)
    return next(filter(None, names), None)


def _kind(places: Sequence[Sequence[str]]) -> dict[str, str]:
    """Intensity and view by the words of the file's name, then of the folders, nearest first."""
    kind = dict.fromkeys(CHOICES, "unknown")
    for word in (word for words in places for word in words):
        said = {name: word for name, known in CHOICES.items() if word in known}
        if _SET.fullmatch(word):
            view = "frontal" if word[1] == "f" else "turned"
            said = {"intensity": _INTENSITIES[word[2]], "view": view}
        kind |= {name: value for name, value in said.items() if kind[name] == "unknown"}
    return kind
