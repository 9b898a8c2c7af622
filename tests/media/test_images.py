import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image
from skimage import data

import ferkeras.media.images
from ferkeras.errors import MediaError
from ferkeras.media import decode_image, read_image, write_image

FACE = data.astronaut()[:256, 100:300]


def save(path, image, **options):
    image.save(path, **options)
    return path


def png_of_size(width, height):
    """A PNG file that announces a size, and holds far fewer pixels."""
    chunks = (b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0), b"IDAT" + bytes(9))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
        for chunk in chunks
    )


@pytest.mark.parametrize("ending", ["png", "bmp", "tif", "tiff"])
def test_what_is_written_is_read_again(tmp_path, ending):
    write_image(tmp_path / f"a.{ending}", FACE)
    assert np.array_equal(read_image(tmp_path / f"a.{ending}"), FACE)
    assert [file.name for file in tmp_path.iterdir()] == [f"a.{ending}"]


@pytest.mark.parametrize("ending", ["jpg", "JPEG", "webp"])
def test_lossy_formats_come_close_in_the_right_colour_order(tmp_path, ending):
    write_image(tmp_path / f"a.{ending}", FACE)
    assert abs(read_image(str(tmp_path / f"a.{ending}")).astype(int) - FACE).mean() < 4


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_undone(tmp_path, orientation):
    # how the camera stored the upright picture, by the meaning of the tag's eight values
    stored = {
        1: FACE,
        2: FACE[:, ::-1],
        3: FACE[::-1, ::-1],
        4: FACE[::-1],
        5: FACE.transpose(1, 0, 2),
        6: np.rot90(FACE, 1),
        7: FACE[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(FACE, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = save(tmp_path / "a.png", Image.fromarray(np.ascontiguousarray(stored)), exif=exif)
    assert np.array_equal(read_image(path), FACE)


def test_modes(tmp_path):
    grey = FACE[..., 0]
    path = save(tmp_path / "grey.png", Image.fromarray(grey))
    assert np.array_equal(read_image(path), np.dstack([grey] * 3))
    path = save(tmp_path / "deep.png", Image.fromarray(grey.astype(np.uint16) * 257))
    assert np.array_equal(read_image(path), np.dstack([grey] * 3))
    path = save(tmp_path / "palette.png", Image.fromarray(FACE).quantize(256))
    assert abs(read_image(path).astype(int) - FACE).mean() < 8
    path = save(tmp_path / "cmyk.jpg", Image.fromarray(FACE).convert("CMYK"), quality=95)
    assert abs(read_image(path).astype(int) - FACE).mean() < 4
    path = save(tmp_path / "bits.png", Image.fromarray(grey > 128))
    assert np.array_equal(read_image(path)[..., 1], np.where(grey > 128, 255, 0))
    path = save(tmp_path / "float.tif", Image.fromarray((grey / 255).astype(np.float32)))
    assert np.array_equal(read_image(path)[..., 2], grey)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparent_parts_become_white(tmp_path, mode):
    image = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    image.paste((0, 0, 0, 255), (0, 0, 2, 4))
    picture = read_image(save(tmp_path / "a.png", image.convert(mode)))
    assert picture[:, :2].max() == 0
    assert picture[:, 2:].min() == 255


def test_a_transparent_colour_of_an_rgb_png_becomes_white(tmp_path):
    path = save(tmp_path / "a.png", Image.new("RGB", (2, 2), (9, 8, 7)), transparency=(9, 8, 7))
    assert read_image(path).min() == 255


def test_an_animated_gif_gives_its_first_frame(tmp_path):
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "blue")]
    path = save(tmp_path / "a.gif", frames[0], save_all=True, append_images=frames[1:])
    assert read_image(path)[0, 0].tolist() == [255, 0, 0]


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA", "LA"])
def test_large_pictures_are_taken_a_few_rows_at_a_time(tmp_path, monkeypatch, mode):
    image = Image.fromarray(FACE).convert(mode)
    if "A" in mode:
        image.putalpha(Image.fromarray(FACE[..., 1]))
    whole = read_image(save(tmp_path / "a.png", image))
    monkeypatch.setattr(ferkeras.media.images, "_STRIP", 7 * FACE.shape[1] + 3)
    assert np.array_equal(read_image(tmp_path / "a.png"), whole)
    if mode == "RGB":
        assert np.array_equal(whole, FACE)


def test_one_pixel(tmp_path):
    write_image(tmp_path / "a.png", np.array([[[1, 2, 3]]], np.uint8))
    assert read_image(tmp_path / "a.png").tolist() == [[[1, 2, 3]]]


def bad_files(folder):
    full = io.BytesIO()
    Image.fromarray(FACE).save(full, "JPEG")
    (folder / "cut.jpg").write_bytes(full.getvalue()[: len(full.getvalue()) // 2])
    full = io.BytesIO()
    Image.fromarray(FACE).save(full, "PNG")
    (folder / "cut.png").write_bytes(full.getvalue()[: len(full.getvalue()) // 2])
    (folder / "cut_in_header.png").write_bytes(full.getvalue()[:20])
    (folder / "empty.jpg").touch()
    (folder / "text.png").write_text("this is no picture")
    (folder / "vector.png").write_text("%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n")
    (folder / "folder.jpg").mkdir()
    (folder / "huge.png").write_bytes(png_of_size(20000, 20000))
    (folder / "large.png").write_bytes(png_of_size(11000, 10000))
    Image.new("I", (2, 2), 70000).save(folder / "wide.tif")
    return folder


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("missing.png", "no such file"),
        ("text.png/a.png", "cannot be opened"),
        ("nul\0.png", "cannot be opened"),
        ("folder.jpg", "is a folder"),
        ("empty.jpg", "the file is empty"),
        ("cut.jpg", "damaged or cut off"),
        ("cut.png", "damaged or cut off"),
        ("cut_in_header.png", "not a picture|damaged"),
        ("text.png", "not a picture .* starts with b'this is "),
        ("vector.png", "not a picture"),
        ("huge.png", "has 400 megapixels, the limit is 100"),
        ("large.png", "has 110 megapixels, the limit is 100"),
        ("wide.tif", "pixels are int32"),
    ],
)
def test_bad_files_give_one_line(tmp_path, name, message):
    path = bad_files(tmp_path) / name
    with pytest.raises(MediaError, match=message) as caught:
        read_image(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_the_size_limit_can_be_set(tmp_path):
    write_image(tmp_path / "a.png", FACE)
    with pytest.raises(MediaError, match="megapixels"):
        read_image(tmp_path / "a.png", max_pixels=FACE.shape[0] * FACE.shape[1] - 1)
    assert read_image(tmp_path / "a.png", max_pixels=FACE.shape[0] * FACE.shape[1]).any()


def test_a_file_without_permission(tmp_path):
    path = tmp_path / "a.png"
    write_image(path, FACE)
    path.chmod(0)
    is_root = os.geteuid() == 0  # root may read everything, so it asks as another user
    if is_root:
        os.seteuid(65534)
    try:
        with pytest.raises(MediaError, match="no permission to read it"):
            read_image(path)
    finally:
        if is_root:
            os.seteuid(0)


@pytest.mark.parametrize("name", ["a.xyz", "a", "text/a.png", "nul\0.png"])
def test_what_cannot_be_written_gives_one_line_and_leaves_nothing(tmp_path, name):
    (tmp_path / "text").touch()
    with pytest.raises(MediaError, match=str(tmp_path)):
        write_image(tmp_path / name, FACE)
    assert [file.name for file in tmp_path.iterdir()] == ["text"]


def test_writing_refuses_what_is_no_picture(tmp_path):
    with pytest.raises(MediaError, match="NaN"):
        write_image(tmp_path / "a.png", np.full((2, 2), np.nan))


def test_a_picture_in_memory_is_read_as_a_file_is(tmp_path):
    write_image(tmp_path / "a.png", FACE)
    assert np.array_equal(decode_image((tmp_path / "a.png").read_bytes()), FACE)
    for content, message in (
        (b"", r"upload: is empty"),
        (b"<html></html>", r"upload: not a picture that can be read \(it starts with b'<html></"),
        ((tmp_path / "a.png").read_bytes()[:2000], r"upload: the picture is damaged or cut off"),
        (png_of_size(20_000, 20_000), r"upload: the picture has .* megapixels, the limit is 100"),
    ):
        with pytest.raises(MediaError, match=message):
            decode_image(content, "upload")
