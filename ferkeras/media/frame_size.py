"""All frames of a clip have one size."""

from __future__ import annotations

from ferkeras.errors import MediaError
from ferkeras.types import Picture


def check_frame_size(picture: Picture, shape: tuple[int, ...], where: str) -> None:
    """Pass if a frame is as large as the first one of its clip.

    Args:
        picture: the frame.
        shape: of the first frame, ``(height, width, 3)``.
        where: names the frame in the message.

    Raises:
        MediaError: another size.
    """
    if picture.shape != shape:
        raise MediaError(
            f"{where}: has {picture.shape[1]}x{picture.shape[0]} pixels, the first frame has "
            f"{shape[1]}x{shape[0]}; all frames of a clip need one size"
        )
