"""Pictures and clips in and out of files and arrays; knows no faces.

Everything past this folder sees one kind of picture: uint8 ``(height, width, 3)``, RGB, upright.
"""

from ferkeras.media.arrays import as_picture
from ferkeras.media.camera import Camera
from ferkeras.media.degrade import degrade
from ferkeras.media.frame import Frame
from ferkeras.media.frame_files import FrameFiles
from ferkeras.media.images import decode_image, read_image, write_image
from ferkeras.media.resample import resample
from ferkeras.media.videos import is_video, iter_video, read_video

__all__ = [
    "Camera",
    "Frame",
    "FrameFiles",
    "as_picture",
    "decode_image",
    "degrade",
    "is_video",
    "iter_video",
    "read_image",
    "read_video",
    "resample",
    "write_image",
]
