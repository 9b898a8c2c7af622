"""How near made pictures come to the true ones, picture by picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FerkerasError

_BATCH = 64


@dataclass(frozen=True)
class PictureScores:
    """Scores of each picture, float64 ``(pictures,)``.

    Attributes:
        psnr: in decibels; infinite where a picture is the true one.
        ssim: in -1..1.
        mse: mean squared error of values on the scale 0..1.
    """

    psnr: NDArray[np.float64]
    ssim: NDArray[np.float64]
    mse: NDArray[np.float64]

    @property
    def identical(self) -> int:
        """How many pictures are the true ones, value by value."""
        return int(np.isinf(self.psnr).sum())

    def mean(self) -> dict[str, float]:
        """``psnr``, ``ssim`` and ``mse``, each averaged over the pictures.

        The infinite PSNR of `identical` pictures stands in no mean; tell their number beside it.
        Where all are identical it is infinite.
        """
        finite = self.psnr[np.isfinite(self.psnr)]
        psnr = float(finite.mean()) if len(finite) else float("inf")
        return {"psnr": psnr, "ssim": float(self.ssim.mean()), "mse": float(self.mse.mean())}


def picture_scores(
    true: NDArray[Any], made: NDArray[Any], *, luminance: bool = False, crop: int = 0
) -> PictureScores:
    """PSNR, SSIM and MSE of each picture, equal to those of scikit-image.

    PSNR is ``10 log10(1 / MSE)`` of one picture (see `ferkeras.metrics.PSNR` and
    `ferkeras.metrics.SSIM`); papers average it over pictures, which is more than the PSNR of the
    mean MSE.

    Args:
        true, made: uint8 ``(pictures, height, width, channels)`` of one shape, at least 11x11.
        luminance: compare the luma (BT.601, 16..235) of RGB pictures instead of all channels.
        crop: border pixels left out on each side.

    Raises:
        FerkerasError: no pictures, of other types or shapes, or too small for the crop.
    """
    for name, pictures in (("true", true), ("made", made)):
        kind = getattr(pictures, "dtype", type(pictures).__name__)
        if kind != np.uint8:
            raise FerkerasError(f"the {name} pictures are {kind}, expected uint8 in 0..255")
    if not len(true) or true.shape != made.shape:
        raise FerkerasError(
            f"the true pictures are {true.shape} and the made ones {made.shape}; expected at least "
            "one of each, (pictures, height, width, channels)"
        )
    from keras import ops

    from ferkeras.metrics import PSNR, SSIM

    measures = [kind(luminance=luminance, crop=crop) for kind in (PSNR, SSIM)]
    found = []
    for start in range(0, len(true), _BATCH):
        pair = (true[start : start + _BATCH], made[start : start + _BATCH])
        try:
            scores = [ops.convert_to_numpy(one.per_picture(*pair)) for one in measures]
        except ValueError as error:
            raise FerkerasError(f"pictures cannot be compared: {error}") from error
        found.append(np.asarray(scores, np.float64))
    psnr, ssim = np.concatenate(found, axis=1)
    return PictureScores(psnr, ssim, 10.0 ** (-psnr / 10.0))
