"""Picture files in and out."""

from __future__ import annotations

import io
import os
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import ArrayLike
from PIL import Image, ImageOps, UnidentifiedImageError

from ferkeras.errors import MediaError
from ferkeras.files import write_bytes
from ferkeras.media.arrays import as_picture
from ferkeras.media.files import open_file, suffix
from ferkeras.types import Picture

_FILTERS = threading.Lock()
_STRIP = 2**20  # pixels that are taken out of Pillow at a time
FORMATS = {
    ".bmp": "BMP",
    ".gif": "GIF",
    ".jpeg": "JPEG",
    ".jpg": "JPEG",
    ".pgm": "PPM",
    ".png": "PNG",
    ".ppm": "PPM",
    ".tif": "TIFF",
    ".tiff": "TIFF",
    ".webp": "WEBP",
}


def read_image(path: str | os.PathLike[str], *, max_pixels: int = 100_000_000) -> Picture:
    """Read a picture file: uint8 ``(height, width, 3)``, RGB, upright by its EXIF orientation.

    Reads JPEG, PNG, BMP, WebP, TIFF, GIF and PPM; grey, palette and CMYK become RGB, 16 bits a
    channel are scaled to 8, transparent parts are laid on white. Of an animated file this is
    the first frame; `ferkeras.media.read_video` reads all frames of a GIF.

    Args:
        path: the file.
        max_pixels: larger pictures are refused before they are decoded. Pillow's own guard,
            ``PIL.Image.MAX_IMAGE_PIXELS`` (twice that is refused: 179 megapixels), stays on.

    Raises:
        MediaError: the file is missing, a folder, empty, unreadable, cut off, damaged, too
            large, or not a picture in one of these formats.
    """
    with open_file(path) as file:
        return _decoded(file, path, max_pixels)


def decode_image(
    content: bytes, source: str = "picture", *, max_pixels: int = 100_000_000
) -> Picture:
    """A picture that is in memory, such as an upload; as `read_image`.

    Args:
        content: what a picture file holds.
        source: what messages call it.
        max_pixels: see `read_image`.

    Raises:
        MediaError: empty, cut off, damaged, too large, or not a picture in one of these formats.
    """
    if not content:
        raise MediaError(f"{source}: is empty")
    return _decoded(io.BytesIO(content), source, max_pixels)


def _decoded(file: BinaryIO, source: str | os.PathLike[str], max_pixels: int) -> Picture:
    try:
        with _quiet():
            image = Image.open(file, formats=sorted(set(FORMATS.values())))
    except Image.DecompressionBombError as error:
        found = re.search(r"\((\d+) pixels\)", str(error))
        raise _too_large(source, int(found[1]) if found else None, max_pixels) from error
    except UnidentifiedImageError as error:
        file.seek(0)
        raise MediaError(
            f"{source}: not a picture that can be read (it starts with {file.read(8)!r}); "
            "expected JPEG, PNG, BMP, WebP, TIFF, GIF or PPM"
        ) from error
    except Exception as error:
        raise damaged(source, error) from error
    if image.width * image.height > max_pixels:
        raise _too_large(source, image.width * image.height, max_pixels)
    try:
        image.load()
        with _quiet():
            ImageOps.exif_transpose(image, in_place=True)
        values = image_pixels(image)
    except Exception as error:
        # Damaged files make Pillow raise OSError, SyntaxError, struct.error, IndexError, ...
        raise damaged(source, error) from error
    return as_picture(values, str(source))


@contextmanager
def _quiet() -> Iterator[None]:
    """Without Pillow's warnings of odd metadata and large pictures (the size is checked here).

    Python's warning filters belong to the whole process, so one thread at a time changes them.
    """
    with _FILTERS, warnings.catch_warnings():
        warnings.filterwarnings("ignore", module="PIL")
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        yield


def image_pixels(image: Image.Image) -> np.ndarray:
    """Pixels of a decoded Pillow image as an array that `as_picture` takes."""
    if image.mode.startswith("I;16"):
        return np.asarray(image).astype(np.uint16)
    if image.mode == "I":  # 16-bit grey PNG in older Pillow; anything wider is refused
        wide = np.asarray(image)
        return wide.astype(np.uint16) if wide.min() >= 0 and wide.max() <= 65535 else wide
    see_through = image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info
    if image.mode == "F" and not see_through:
        return np.asarray(image)
    if image.mode not in ("L", "RGB", "RGBA") or see_through:
        image = image.convert("RGBA" if see_through else "RGB")
    return _in_strips(image)


def _in_strips(image: Image.Image) -> np.ndarray:
    """The array of a picture of 8 bits; Pillow, which copies twice, gets a few rows at a time."""
    bands = len(image.getbands())
    values = np.empty((image.height, image.width, bands)[: 3 if bands > 1 else 2], np.uint8)
    rows = max(1, _STRIP // image.width)
    for top in range(0, image.height, rows):
        bottom = min(top + rows, image.height)
        values[top:bottom] = np.asarray(image.crop((0, top, image.width, bottom)))
    return values


def write_image(path: str | os.PathLike[str], picture: ArrayLike) -> None:
    """Write a picture; the ending of the name gives the format (JPEG at quality 95).

    The file appears whole or not at all. Its folder is made if there is none.

    Args:
        path: ends in one of `FORMATS`.
        picture: anything that `as_picture` takes.

    Raises:
        MediaError: not a picture, an unknown ending, or the file cannot be written.
    """
    if suffix(path) not in FORMATS:
        raise MediaError(f"{path}: the name must end in one of {', '.join(FORMATS)}")
    image = Image.fromarray(np.ascontiguousarray(as_picture(picture)))
    buffer = io.BytesIO()
    try:
        image.save(buffer, format=FORMATS[suffix(path)], quality=95)
        write_bytes(Path(path), buffer.getvalue())
    except (OSError, ValueError) as error:  # a side too long for JPEG, no permission
        raise MediaError(f"{path}: cannot be written ({error})") from error


def damaged(path: str | os.PathLike[str], error: Exception) -> MediaError:
    """The error for a picture file whose decoding failed with ``error``."""
    reason = str(error).splitlines()[0] if str(error) else type(error).__name__
    return MediaError(f"{path}: the picture is damaged or cut off ({reason})")


def _too_large(path: str | os.PathLike[str], pixels: int | None, limit: int) -> MediaError:
    size = "too many" if pixels is None else f"{pixels / 1e6:.0f}"
    return MediaError(
        f"{path}: the picture has {size} megapixels, the limit is {limit / 1e6:g}; "
        "make it smaller first"
    )
