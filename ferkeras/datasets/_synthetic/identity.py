"""One person: the shape of the face, its colours, hair, and how strongly it moves."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets._synthetic.action_units import NUMBERS
from ferkeras.datasets._synthetic.seeds import IDENTITY, stream
from ferkeras.datasets._synthetic.shape import sample_shape

Colour = NDArray[np.float64]

HAIR_STYLES = ("bald", "buzz", "short", "parted", "fringe", "bob", "long")

# Ends of the walks from which colours are drawn, RGB in 0..255.
_SKIN = np.array([(236, 200, 176), (228, 182, 150), (198, 145, 108), (150, 102, 72), (102, 68, 50)])
_HAIR = np.array([(28, 24, 22), (58, 38, 26), (104, 68, 40), (176, 132, 78), (150, 146, 142)])
_IRIS = np.array([(48, 28, 16), (92, 58, 30), (96, 102, 56), (84, 128, 142), (110, 124, 132)])


@dataclass(frozen=True)
class Identity:
    """What stays the same in all pictures of one person.

    Attributes:
        shape: ``(92, 3)`` neutral landmarks (68) and further anchors (24) in face units.
        gains: ``(action units, 2)`` strength of each action unit in the picture's left and right.
        skin, lips, hair, iris, clothes: RGB colours, 0..255.
        hair_style: one of `HAIR_STYLES`.
        hair_line: how far down the forehead the hair grows, face units below the mean.
        iris_radius: face units.
        brow_thickness: face units; brow_density: 0 (thin) to 1.
        age: 0 (smooth) to 1 (lines and dark circles); freckles, stubble: strength 0..1.
        relief: ``(4,)`` heights of nose, brow ridge, cheekbones and chin, relative to the mean.
        texture_seed: where the skin's and the hair's fine patterns come from.
    """

    shape: NDArray[np.float64]
    gains: NDArray[np.float64]
    skin: Colour
    lips: Colour
    hair: Colour
    iris: Colour
    clothes: Colour
    hair_style: str
    hair_line: float
    iris_radius: float
    brow_thickness: float
    brow_density: float
    age: float
    freckles: float
    stubble: float
    relief: NDArray[np.float64]
    texture_seed: int


def _walk(palette: Colour, place: float) -> Colour:
    return np.array(
        [np.interp(place * (len(palette) - 1), range(len(palette)), c) for c in palette.T]
    )


def sample_identity(seed: int, subject: int) -> Identity:
    """Person number ``subject`` of the data set with this seed."""
    random = stream(seed, IDENTITY, subject)
    shape = sample_shape(random)
    gains = np.exp(random.normal(0.0, 0.2, (len(NUMBERS), 1)))
    gains = np.clip(gains * np.exp(random.normal(0.0, 0.06, (len(NUMBERS), 2))), 0.6, 1.4)
    tone = float(random.beta(1.1, 1.5))
    skin = _walk(_SKIN, tone) * random.uniform(0.95, 1.05) + random.normal(0.0, 1.5, 3)
    redness = random.uniform(0.15, 0.6)
    lips = skin * (1 - redness * np.array([0.22, 0.50, 0.42])) - 6
    hair = _walk(_HAIR, random.random() * (1.0 if tone < 0.45 else 0.35))
    iris = _walk(_IRIS, random.random() * (1.0 if tone < 0.5 else 0.3))
    style = random.choice(len(HAIR_STYLES), p=(0.06, 0.12, 0.18, 0.2, 0.1, 0.15, 0.19))
    bearded = style <= 3 and random.random() < 0.6
    return Identity(
        shape=shape,
        gains=gains,
        skin=skin,
        lips=lips,
        hair=hair + random.normal(0.0, 2.0, 3),
        iris=iris,
        clothes=random.uniform(60, 225) + random.normal(0.0, 30.0, 3),
        hair_style=HAIR_STYLES[style],
        hair_line=random.uniform(-0.10, 0.10),
        iris_radius=random.uniform(0.080, 0.100),
        brow_thickness=random.uniform(0.055, 0.105),
        brow_density=random.uniform(0.45, 1.0),
        age=float(random.beta(1.2, 2.0)),
        freckles=max(0.0, random.uniform(-1.5, 1.0)),
        stubble=random.uniform(0.2, 1.0) if bearded else 0.0,
        relief=np.exp(random.normal(0.0, 0.18, 4)),
        texture_seed=int(random.integers(2**31)),
    )
