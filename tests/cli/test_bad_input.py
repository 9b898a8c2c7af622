"""Bad input, as it comes: one clear line for each file, counted, and nothing else is lost."""

import json
import struct
import zlib

import cv2
import numpy as np
import pytest
import skimage.data
from exported_model import exported, run  # noqa: F401
from PIL import Image

ASTRONAUT = Image.fromarray(skimage.data.astronaut())
MIRRORED = Image.fromarray(skimage.data.astronaut()[:, ::-1].copy())


def huge_png(path):
    """A 20000x20000 grey PNG of 400 million pixels; its first rows are there."""

    def chunk(kind, data):
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    data = zlib.compress(bytes(20001) * 10)
    head = struct.pack(">IIBBBBB", 20000, 20000, 8, 0, 0, 0, 0)
    content = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)


def sixteen_bits(path):
    grey = np.asarray(ASTRONAUT.convert("L")).astype(np.uint16) * 257
    cv2.imwrite(str(path), grey)


def video(path, frames):
    size = ASTRONAUT.size
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*"mp4v"), 25, size)
    for _ in range(frames):
        writer.write(np.asarray(ASTRONAUT)[:, :, ::-1])
    writer.release()


def jpeg(path):
    ASTRONAUT.save(path, "JPEG")
    return path.read_bytes()


BROKEN = {
    "empty.jpg": lambda p: p.write_bytes(b""),
    "truncated.jpg": lambda p: p.write_bytes(jpeg(p)[:20000]),
    "text.png": lambda p: p.write_text("this is a note"),
    "huge.png": huge_png,
    "noframes.mp4": lambda p: video(p, 0),
}
READABLE = {
    "cmyk.jpg": lambda p: ASTRONAUT.convert("CMYK").save(p),
    "sixteen.png": sixteen_bits,
    "alpha.png": lambda p: ASTRONAUT.convert("RGBA").save(p),
    "grey.png": lambda p: ASTRONAUT.convert("L").save(p),
    "palette.png": lambda p: ASTRONAUT.convert("P").save(p),
    "animated.gif": lambda p: ASTRONAUT.save(p, save_all=True, append_images=[MIRRORED]),
    "clip.mp4": lambda p: video(p, 3),
}
WITHOUT_FACE = {"one.png": lambda p: ASTRONAUT.resize((1, 1)).save(p)}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("pictures")
    for name, make in {**BROKEN, **READABLE, **WITHOUT_FACE}.items():
        make(place / name)
    return place


def test_one_line_a_file_and_every_good_one_is_recognised(run, exported, folder):  # noqa: F811
    code, out, err = run("predict", folder, "--model", exported.folder, "--json")
    assert code == 1, err
    assert "Traceback" not in out + err
    found = {}
    for one in json.loads(out)["results"]:
        name = one["source"].replace("\\", "/").rsplit("/", 1)[-1]
        found.setdefault(name, []).append(one)
    assert sorted(found) == sorted({**BROKEN, **READABLE, **WITHOUT_FACE})
    for name in BROKEN:
        (one,) = found[name]
        assert one["error"], name
        assert "\n" not in one["error"], name
        assert not one["faces"], name
    for name in READABLE:
        assert all(one["faces"] and not one["error"] for one in found[name]), name
    assert len(found["clip.mp4"]) == 3
    assert len(found["animated.gif"]) == 2
    assert found["one.png"][0]["faces"] == []


def test_summary_counts_what_failed(run, exported, folder):  # noqa: F811
    _, out, err = run("predict", folder, "--model", exported.folder)
    both = out + err
    assert all(name in both for name in BROKEN)
    assert f"{len(BROKEN)}" in both


@pytest.mark.parametrize(
    ("path", "message"), [("nothing.jpg", "nothing.jpg"), ("empty_folder", "empty_folder")]
)
def test_missing_file_and_empty_folder(run, exported, tmp_path, path, message):  # noqa: F811
    (tmp_path / "empty_folder").mkdir()
    code, out, err = run("predict", tmp_path / path, "--model", exported.folder)
    assert code in (1, 2)
    assert message in out + err
    assert "Traceback" not in out + err
