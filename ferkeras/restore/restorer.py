"""Opens a network once and makes pictures larger with it."""

from __future__ import annotations

import os

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import FerkerasError, MediaError
from ferkeras.media import as_picture
from ferkeras.restore.enlarge import enlarge, enlarge_in_tiles
from ferkeras.restore.opening import Enlarger, open_enlarger
from ferkeras.runtime import ModelCard
from ferkeras.types import Picture

TILE, OVERLAP = 128, 16
_PIXELS = TILE * TILE  # of all small pictures that go through a network at once


class Restorer:
    """Makes pictures larger; made by `Restorer.load`. Threads may share one.

    Attributes:
        name: the released tag, the path as it was given, or ``"bicubic"``.
        scale: how many times longer each side becomes.
        engine: what runs it, see `ferkeras.runtime.open_model`; ``"pillow"`` for bicubic.
        card: the model's card; None where it has none.
        size: height and width that its file is fixed to, None for any; pictures of other sizes
            are taken in tiles of that size, and made up to it by repeating their border.

    Example:
        >>> restorer = Restorer.load("RealESRGAN_x4plus.pth")
        >>> large = restorer.restore(ferkeras.media.read_image("small.png"))
    """

    def __init__(self, enlarger: Enlarger) -> None:
        self.name = enlarger.name
        self.scale = enlarger.scale
        self.engine = enlarger.engine
        self.card: ModelCard | None = enlarger.card
        self.size = enlarger.size
        self._run = enlarger.run

    @classmethod
    def load(
        cls,
        source: str | os.PathLike[str],
        *,
        engine: str | None = None,
        threads: int | None = None,
    ) -> Restorer:
        """Open a restorer.

        Args:
            source: a released tag (``"esrgan/..."``); an exported or a run folder with its card;
                a ``.keras``, ``.tflite`` or ``.onnx`` file or a SavedModel, which takes and gives
                float32 RGB pictures in 0..255; a checkpoint of a public PyTorch program of ESRGAN
                (``.pth``, ``.pt``, or the same arrays as ``.npz``); or ``"bicubic"``, four times
                by interpolation.
            engine: see `ferkeras.runtime.open_model`; None takes the quickest that can run here.
            threads: CPU threads of the model (LiteRT and ONNX only); None: one a core.

        Raises:
            ModelFileError: no such model, a damaged file, one that does not fit its card, a
                classifier, the weights of another network, or a model of other than RGB pictures.
        """
        return cls(open_enlarger(source, engine, threads))

    def restore(
        self, picture: ArrayLike, *, tile: int | None = None, overlap: int | None = None
    ) -> Picture:
        """Make one picture of any size larger, tile by tile.

        Args:
            picture: uint8 RGB ``(height, width, 3)``, or what else `ferkeras.media.as_picture`
                takes: grey becomes three equal channels, alpha is laid on white, uint16 is scaled
                to 8 bits, floats are in 0..1.
            tile: side of a tile in pixels of the small picture; None: 128, or what the file is
                fixed to. Memory grows with it.
            overlap: of tiles, in pixels of the small picture; None: 16, or an eighth of a smaller
                tile. See `ferkeras.restore.enlarge.enlarge_in_tiles`.

        Returns:
            uint8 ``(scale * height, scale * width, 3)``, RGB.

        Raises:
            MediaError: not a picture.
            FerkerasError: an overlap of half a tile or more, or another tile than the file's.
            ModelFileError: the model fails, or its values are not finite.
        """
        sides = self._tile(tile)
        return enlarge_in_tiles(
            self._run,
            as_picture(picture),
            tile=sides,
            overlap=min(OVERLAP, min(sides) // 8) if overlap is None else overlap,
            size=self.size,
            name=self.name,
        )

    def restore_batch(self, pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Make many pictures of one size larger; at most 128x128 pixels go in at once.

        The same as `restore` for each, but for a grey level where a value is rounded: engines add
        up in another order for another number of pictures.

        Args:
            pictures: uint8 ``(n, height, width, 3)``, RGB; n may be 0.

        Returns:
            uint8 ``(n, scale * height, scale * width, 3)``, RGB.

        Raises:
            MediaError: another shape or type.
            ModelFileError: the model fails, or its values are not finite.
        """
        pictures = np.asarray(pictures)
        if pictures.dtype != np.uint8 or pictures.ndim != 4 or pictures.shape[3] != 3:
            raise MediaError(
                f"expected pictures as uint8 (n, height, width, 3), got {pictures.dtype} "
                f"{pictures.shape}"
            )
        count, height, width, channels = pictures.shape
        if not height or not width:
            raise MediaError(f"pictures {pictures.shape} have no pixels")
        large = (self.scale * height, self.scale * width, channels)
        result = np.empty((count, *large), np.uint8)
        sides = self._tile(None)
        if height > sides[0] or width > sides[1]:
            for place, picture in enumerate(pictures):
                result[place] = self.restore(picture)
            return result
        step = max(1, _PIXELS // ((self.size[0] or height) * (self.size[1] or width)))
        for start in range(0, count, step):
            part = pictures[start : start + step]
            result[start : start + step] = enlarge(self._run, part, size=self.size, name=self.name)
        return result

    def _tile(self, tile: int | None) -> tuple[int, int]:
        """Height and width of a tile."""
        if tile is not None and (isinstance(tile, bool) or not isinstance(tile, int) or tile < 1):
            raise FerkerasError(f"tile is {tile!r}, expected a whole number of 1 or more")
        if tile is not None and any(side not in (None, tile) for side in self.size):
            raise FerkerasError(
                f"{self.name}: is fixed to pictures of {self.size[0]}x{self.size[1]}, so tile "
                f"cannot be {tile}; leave it out"
            )
        height, width = (side or (TILE if tile is None else tile) for side in self.size)
        return height, width
