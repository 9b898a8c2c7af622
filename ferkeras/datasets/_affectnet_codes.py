"""Numbers of the expressions in AffectNet's annotations."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ferkeras.errors import DatasetError

CODES = ("neutral", "happy", "sad", "surprise", "fear", "disgust", "angry", "contempt")
"""Expressions in the order of their numbers 0..7."""

_NO_EXPRESSION = {8: "none of the expressions", 9: "uncertain", 10: "no face"}
_WHOLE = re.compile(r"(\d+)(?:\.0*)?")


def label_of(text: str, classes: Sequence[str]) -> str:
    """The class of an annotated number.

    Args:
        text: the number as it is written, ``"3"`` or ``"3.0"``.
        classes: the classes that are read.

    Raises:
        DatasetError: not a whole number; 8 (none), 9 (uncertain), 10 (no face) or none of 0..10;
            an expression that is not read.
    """
    match = _WHOLE.fullmatch(text.strip())
    if not match:
        raise DatasetError(f"expression {text.strip()[:20]!r} is not a whole number in 0..10")
    code = int(match[1])
    if code in _NO_EXPRESSION:
        raise DatasetError(f"expression {code}: {_NO_EXPRESSION[code]}")
    if code >= len(CODES):
        raise DatasetError(f"expression {code} is not one of 0..10")
    if CODES[code] not in classes:
        raise DatasetError(f"{CODES[code]} is not asked for")
    return CODES[code]
