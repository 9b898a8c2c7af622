"""Picture files in the graph against OpenCV, Pillow and `ferkeras.prepare`."""

from __future__ import annotations

import io
import struct
import zlib

import cv2
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from ferkeras.detect.crop import crop
from ferkeras.errors import FaceError
from ferkeras.export.serving.face_crop import boxed_face, grey, whole_picture
from ferkeras.export.serving.picture_bytes import decoded
from ferkeras.export.serving.resize import resized
from ferkeras.media import read_image
from ferkeras.prepare import prepare
from ferkeras.types import Face, InputSpec


def photo(height, width, seed=0):
    """Uint8 RGB, from noise of single pixels to slow changes."""
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return cv2.GaussianBlur(noise, (0, 0), 1 + seed % 3) if seed % 4 else noise


@tf.function(input_signature=[tf.TensorSpec((), tf.string)])
def decode(content):
    return decoded(content, tf.constant(3), "input_bytes")


def encoded(picture, form, **settings):
    buffer = io.BytesIO()
    image = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    image.save(buffer, form, **settings)
    return buffer.getvalue()


def read(content, tmp_path):
    (tmp_path / "picture").write_bytes(content)
    return read_image(tmp_path / "picture").astype(int)


def test_grey_is_opencvs():
    picture = photo(300, 300)
    wanted = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    np.testing.assert_array_equal(grey(picture)[..., 0], wanted)


@pytest.mark.parametrize("channels", [1, 3])
def test_resizing_is_opencvs_up_to_one_level(channels):
    apart = []
    for height, width in ((48, 48), (28, 36), (9, 5)):

        @tf.function(input_signature=[tf.TensorSpec((None, None, channels), tf.uint8)])
        def resize(pixels, size=(height, width)):
            return resized(pixels, *size)

        sizes = [(1, 1), (height, width), (height - 1, width), (2 * height, 2 * width)]
        sizes += [(3 * height, 3 * width), (3 * height, width), (height + 1, width + 1)]
        sizes += [(height // 2, width // 3), (31 * height // 3, 27 * width // 4)]
        for seed, (rows, columns) in enumerate(sizes):
            pixels = photo(rows, columns, seed)[..., :channels]
            larger = rows > height or columns > width
            method = cv2.INTER_AREA if larger else cv2.INTER_CUBIC
            wanted = cv2.resize(pixels, (width, height), interpolation=method)
            got = resize(pixels).numpy()
            np.testing.assert_array_equal(got, np.rint(got))
            apart.append(np.abs(got - wanted.reshape(got.shape).astype(np.float32)).ravel())
    everywhere = np.concatenate(apart)
    assert everywhere.max() <= 1
    assert np.mean(everywhere > 0) < 0.01


SPECS = (
    InputSpec(height=48, width=48, channels=1, margin=0.1),
    InputSpec(height=40, width=30, channels=3, margin=-0.07),
    InputSpec(height=30, width=47, channels=3, margin=0.15),
)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.height}x{spec.width}")
def test_a_face_crop_is_prepared_as_in_python(spec):
    @tf.function(input_signature=[tf.TensorSpec((None, None, 3), tf.uint8)])
    def whole(picture):
        return whole_picture(picture, *spec.shape)

    rng = np.random.default_rng(1)
    sizes = [(1, 1), (48, 48), (1, 90), (spec.height, spec.width), (96, 96), (7, 200)]
    sizes += [tuple(rng.integers(2, 150, 2)) for _ in range(60)]
    for seed, (rows, columns) in enumerate(sizes):
        picture = photo(rows, columns, seed)
        wanted = prepare(picture, None, spec)
        assert np.abs(whole(picture) - wanted).max() <= 1, (rows, columns)


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: f"{spec.height}x{spec.width}")
def test_a_face_in_a_photograph_is_prepared_as_in_python(spec):
    @tf.function(
        input_signature=[tf.TensorSpec((None, None, 3), tf.uint8), tf.TensorSpec((4,), tf.float32)]
    )
    def face(picture, box):
        return boxed_face(picture, box, spec.margin, tf.constant(0), *spec.shape)

    picture, rng = photo(120, 170), np.random.default_rng(2)
    boxes = [(0, 0, 170, 120), (-30, -20, 60, 61), (150, 100, 55, 40), (5.5, 6.5, 1, 1)]
    boxes += [rng.integers(0, 100, 4) + np.array([0, 0, 1, 1]) for _ in range(80)]  # halves, too
    boxes += [rng.uniform(0, 100, 4) + np.array([0, 0, 1, 1]) for _ in range(40)]
    for box in np.float32(boxes):
        wanted = prepare(picture, Face(tuple(map(float, box)), 1.0), spec)
        assert np.abs(face(picture, box) - wanted).max() <= 1, box


@pytest.mark.parametrize(
    ("box", "reason"),
    [
        ((0, 0, 0.5, 9), r"face box \[0 0 0.5 9\] of picture 7 is not finite, or smaller than 1"),
        ((0, 0, np.nan, 9), "is not finite, or smaller than 1 pixel"),
        ((40, 0, 5, 5), "lies outside the picture of 20 rows and 40 columns"),
        ((0, 0, 150, 5), "with margin 0.1 is more than 4 times as large as the picture of 20 rows"),
    ],
)
def test_a_box_that_is_none_is_named(box, reason):
    @tf.function
    def face(picture, box):
        return boxed_face(picture, box, 0.1, tf.constant(7), 8, 8, 3)

    with pytest.raises(tf.errors.InvalidArgumentError, match=reason):
        face(photo(20, 40), np.float32(box))


def test_each_kind_of_file_is_read_as_pillow_reads_it(tmp_path):
    picture = photo(37, 52, 5)
    level = picture[..., 0]
    alpha = np.dstack([picture, photo(37, 52, 6)[..., 0]])
    files = {
        "png": encoded(picture, "PNG"),
        "grey png": encoded(level, "PNG"),
        "palette png": encoded(Image.fromarray(picture).quantize(32), "PNG"),
        "png with alpha": encoded(alpha, "PNG"),
        "grey png with alpha": encoded(Image.fromarray(alpha).convert("LA"), "PNG"),
        "bmp": encoded(picture, "BMP"),
        "grey bmp": encoded(level, "BMP"),
        "bmp of opencv": cv2.imencode(".bmp", picture)[1].tobytes(),
        "grey bmp of opencv": cv2.imencode(".bmp", level)[1].tobytes(),
        "black and white png": encoded(Image.fromarray(level > 99), "PNG"),
        "png of 2 bits": low_grey(level, 2),
        "png of 4 bits": low_grey(level, 4),
        "jpeg": encoded(picture, "JPEG", quality=90),
        "jpeg 4:4:4": encoded(picture, "JPEG", quality=90, subsampling=0),
        "progressive jpeg": encoded(picture, "JPEG", progressive=True),
        "grey jpeg": encoded(level, "JPEG"),
    }
    for name, content in files.items():
        apart = np.abs(decode(content).numpy().astype(int) - read(content, tmp_path))
        assert apart.max() <= (2 if "jpeg" in name else 0), name


def low_grey(level, bits):
    """A PNG of grey levels of 1, 2 or 4 bits, written from its specification."""
    rows, columns = level.shape
    values = np.unpackbits((level >> 8 - bits)[..., None], axis=2)[..., 8 - bits :]
    lines = np.packbits(values.reshape(rows, columns * bits), axis=1)
    raw = b"".join(b"\0" + line.tobytes() for line in lines)
    header = struct.pack(">IIBBBBB", columns, rows, bits, 0, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )


def test_a_line_is_not_widened_to_gigabytes():
    with pytest.raises(tf.errors.InvalidArgumentError, match="would be widened to more than"):
        whole_picture(decode(encoded(photo(1, 20_000), "PNG")), 48, 48, 1)
    with pytest.raises(FaceError, match="would be widened to 20000x20000; cut it closer"):
        crop(photo(1, 20_000), (0.0, 0.0, 20_000.0, 1.0))


def test_of_sixteen_bits_the_upper_eight_count(tmp_path):
    wide = np.random.default_rng(0).integers(0, 65536, (9, 8), np.uint16)
    content = cv2.imencode(".png", wide)[1].tobytes()
    np.testing.assert_array_equal(decode(content).numpy()[..., 0], wide >> 8)
    assert np.abs(decode(content).numpy().astype(int) - read(content, tmp_path)).max() <= 1


@pytest.mark.parametrize("order", ["little", "big"])
@pytest.mark.parametrize("orientation", range(10))
def test_a_jpeg_is_turned_upright(tmp_path, orientation, order):
    content = encoded(photo(24, 40, 5), "JPEG", subsampling=0)
    number = {"little": "<", "big": ">"}[order]
    header = b"II*\0\x08\0\0\0" if order == "little" else b"MM\0*\0\0\0\x08"
    entries = struct.pack(f"{number}H", 2)
    for tag, value in ((0x0100, 40), (0x0112, orientation)):
        entries += struct.pack(f"{number}HHIHH", tag, 3, 1, value, 0)
    segment = b"Exif\0\0" + header + entries + b"\0" * 4
    marker = b"\xff\xe1" + (len(segment) + 2).to_bytes(2, "big") + segment
    comment = b"\xff\xfe\x00\x0a" + b"Exif\0\0.."  # is none
    turned = content[:20] + comment + marker + content[20:]  # behind the 18 bytes of APP0
    wanted = read(turned, tmp_path)
    assert (wanted.shape[0] == 40) == (5 <= orientation <= 8)
    assert np.abs(decode(turned) - wanted).max() <= 2
    damaged = marker[:12] + b"\xff" * (len(marker) - 12)
    assert decode(content[:20] + damaged + content[20:]).shape == (24, 40, 3)


def test_damage_of_any_kind_is_an_error_or_a_picture():
    rng, outcomes = np.random.default_rng(3), set()
    for form in ("PNG", "JPEG", "BMP"):
        whole = encoded(photo(20, 30), form)
        for _ in range(40):
            content = bytearray(whole)
            for place in rng.integers(0, min(len(whole), 400), rng.integers(1, 6)):
                content[place] = rng.integers(0, 256)
            try:
                picture = decode(bytes(content[: rng.integers(1, 2 * len(whole))]))
            except tf.errors.InvalidArgumentError:
                outcomes.add("error")
            else:
                outcomes.add("picture")
                assert (picture.dtype, picture.shape[2]) == (tf.uint8, 3)
    assert outcomes == {"error", "picture"}


def test_what_is_no_picture_is_named():
    png, jpeg = encoded(photo(40, 40), "PNG"), encoded(photo(40, 40), "JPEG")
    bomb = bytearray(png)
    bomb[16:24] = (90_000).to_bytes(4, "big") * 2
    palette = encoded(Image.fromarray(photo(9, 9)).quantize(9), "BMP")
    where = "input_bytes_cut_off_or_damaged"
    for content, reason in (
        (b"", "input_bytes: picture 3 is empty; send the bytes of a picture file"),
        (b"hello", r"picture 3 is no picture, it begins with the bytes \[104 101 108 108 111 0"),
        (encoded(photo(9, 9), "TIFF"), "is no picture"),
        (png[:8], "picture 3 has 0 rows and 0 columns"),
        (png[:8] + b"\0\0\0\x08auXX" + b"\0\0\0\x01" * 3 + png[8:], "has 0 rows and 0 columns"),
        (bytes(bomb), "picture 3 has 90000 rows and 90000 columns, 100000000 pixels are allowed"),
        (palette, "is a BMP that is compressed or has a palette of colours; send it as PNG"),
        (png[: len(png) // 2], where),
        (jpeg[: len(jpeg) // 2], where),
        (jpeg[:30], where),
        (encoded(photo(9, 9), "BMP")[:100], where),
        (encoded(Image.fromarray(photo(9, 9)).quantize(9), "GIF"), "is a GIF; send it as PNG"),
    ):
        with pytest.raises(tf.errors.InvalidArgumentError, match=reason):
            decode(content)
