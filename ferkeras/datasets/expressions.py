"""Names of the expressions that all readers share, so that data sets can be mixed."""

from __future__ import annotations

BASIC_SIX = ("angry", "disgust", "fear", "happy", "sad", "surprise")
SEVEN = ("angry", "disgust", "fear", "happy", "neutral", "sad", "surprise")
EIGHT = ("angry", "contempt", "disgust", "fear", "happy", "neutral", "sad", "surprise")
THREE = ("negative", "positive", "surprise")
"""Classes of micro-expressions that SMIC has and into which MEGC 2019 maps the other data sets."""
FIVE = ("disgust", "happy", "others", "repression", "surprise")
"""Classes of micro-expressions of CASME II."""

_SYNONYMS = {
    "anger": "angry",
    "happiness": "happy",
    "sadness": "sad",
    "surprised": "surprise",
    "disgusted": "disgust",
    "fearful": "fear",
}


def expression_named(text: str) -> str | None:
    """The shared name of an expression ("Happiness" -> "happy"); None where it is not one."""
    name = text.strip().lower()
    name = _SYNONYMS.get(name, name)
    return name if name in EIGHT else None
