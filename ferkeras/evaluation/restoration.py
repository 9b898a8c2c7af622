"""How near restored faces come to the sharp ones, bicubic ones beside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ferkeras.evaluation.picture_scores import PictureScores, picture_scores
from ferkeras.media import degrade, resample
from ferkeras.types import Picture

Restore = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]
BICUBIC = "bicubic"


@dataclass(frozen=True)
class RestorationRow:
    """Means over all faces of what one restorer made of them.

    Attributes:
        name: of the restorer.
        psnr, ssim, mse: see `ferkeras.evaluation.picture_scores.PictureScores`.
        gain: mean of each face's PSNR minus that of bicubic, in dB; 0 of bicubic itself.
        gain_low, gain_high: 95 % percentile bootstrap of it over people, or over faces where they
            are not known.
        faces: how many.
    """

    name: str
    psnr: float
    ssim: float
    mse: float
    gain: float
    gain_low: float
    gain_high: float
    faces: int


def compare_restorers(
    faces: Sequence[Picture],
    people: Sequence[str],
    restorers: Mapping[str, Restore],
    *,
    blur: bool = True,
    seed: int = 0,
    luminance: bool = False,
    crop: int = 0,
) -> list[RestorationRow]:
    """Make faces small as the paper does, restore them in each way, and compare.

    Args:
        faces: uint8 RGB ``(side, side, 3)`` each, sides multiples of 4, 44 or more.
        people: who each face shows; equal names are drawn together in the bootstrap.
        restorers: name -> uint8 ``(n, h, w, 3)`` to ``(n, 4h, 4w, 3)``; bicubic is added.
        blur: False: faces are made smaller alone, without Gaussian and median.
        seed: of the median's draw for each face, see `ferkeras.media.degrade`.
        luminance, crop: see `ferkeras.evaluation.picture_scores.picture_scores`.

    Raises:
        FerkerasError: faces that are too small to be compared.
    """
    ways = {BICUBIC: _bicubic, **{k: v for k, v in restorers.items() if k != BICUBIC}}
    window = 3 if blur else 0
    places: dict[tuple[int, ...], list[int]] = {}
    for place, face in enumerate(faces):
        places.setdefault(face.shape, []).append(place)
    found = {name: np.zeros((3, len(faces))) for name in ways}
    for rows in places.values():
        sharp = np.stack([faces[row] for row in rows])
        draws = [np.random.SeedSequence([seed, row]).generate_state(1)[0] for row in rows]
        small = np.stack(
            [
                degrade(face, gaussian=window, median=window, seed=int(draw))
                for face, draw in zip(sharp, draws, strict=True)
            ]
        )
        for name, restore in ways.items():
            one = picture_scores(sharp, restore(small), luminance=luminance, crop=crop)
            found[name][:, rows] = one.psnr, one.ssim, one.mse
    return [_row(name, values, found[BICUBIC], people) for name, values in found.items()]


def _row(
    name: str,
    values: NDArray[np.float64],
    floor: NDArray[np.float64],
    people: Sequence[str],
) -> RestorationRow:
    means = PictureScores(*values).mean()
    both = np.isfinite(values[0]) & np.isfinite(floor[0])
    gains = values[0][both] - floor[0][both]
    low, high = _bootstrap(gains, np.asarray(people)[both])
    gain = float(gains.mean()) if len(gains) else 0.0
    return RestorationRow(name, **means, gain=gain, gain_low=low, gain_high=high, faces=len(both))


def _bootstrap(
    gains: NDArray[np.float64], people: NDArray[np.str_], draws: int = 2000
) -> tuple[float, float]:
    """95 % interval of the mean when whole people are drawn with replacement; of one: NaN."""
    names, owner = np.unique(people, return_inverse=True)
    if len(names) < 2:
        return float("nan"), float("nan")
    totals, sizes = np.bincount(owner, weights=gains), np.bincount(owner)
    drawn = np.random.default_rng(0).integers(len(names), size=(draws, len(names)))
    means = totals[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(low), float(high)


def _bicubic(small: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = (4 * side for side in small.shape[1:3])
    return np.stack([resample(one, height, width, "bicubic") for one in small])
