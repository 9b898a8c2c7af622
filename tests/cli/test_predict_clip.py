import json

import cv2
import numpy as np
import pytest
from clips import LABELS, clip_model, course, moving_face, portrait, write_video  # noqa: F401
from exported_model import exported, run  # noqa: F401

from ferkeras.media import read_image, write_image

FRAMES = moving_face(course(30, onset=6, apex=14, offset=24))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    place = tmp_path_factory.mktemp("clips")
    write_video(place / "clip.avi", FRAMES)
    for number, frame in enumerate(FRAMES):
        write_image(place / "frames" / f"img{number}.png", frame)
    write_image(place / "one.png", portrait())
    (place / "empty").mkdir()
    still = moving_face(np.zeros(4))[np.arange(28) % 4]
    write_video(place / "long.avi", np.concatenate([still, FRAMES, still, FRAMES, still]), 50)
    return place


@pytest.fixture
def predict(run, clip_model):  # noqa: F811
    """The command with the clip model; JSON is read."""

    def call(*arguments):
        code, out, err = run("predict", *arguments, "--model", clip_model.folder)
        assert "Traceback" not in out + err
        return code, json.loads(out) if "--json" in arguments and out else out, err

    return call


def test_a_video_and_a_folder_of_frames_are_a_clip_each(predict, place, tmp_path):
    code, values, _ = predict(
        *(place / "clip.avi", place / "frames", "--annotate", tmp_path / "out", "--json")
    )
    assert code == 0
    assert (values["model"], values["engine"]) == ("htnet/tiny", "litert")
    assert (values["clips"], values["movements"], values["failed"]) == (2, 2, 0)
    video, folder = values["results"]
    assert (video["fps"], folder["fps"]) == (100, 0)
    assert folder["apex_seconds"] is None
    for result in (video, folder):
        assert abs(result["apex"] - 14) <= 4
        assert set(result["probabilities"]) == set(LABELS)
        assert result["notes"][0] == "onset, apex, offset estimated, not annotated"
        drawn = read_image(result["annotated"])
        assert drawn.shape[0] > 500
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["clip.png", "frames.png"]


def test_text_says_what_when_and_what_was_estimated(predict, place):
    code, out, _ = predict(
        *(place / "frames", "--onset", 6, "--apex", 14, "--offset", 24, "--fps", 200)
    )
    assert code == 0
    first, *rest = out.splitlines()
    assert first.startswith(f"{place / 'frames'}: ")
    assert "; onset 6 (0.03 s), apex 14 (0.07 s), offset 24 (0.12 s); movement " in first
    assert sum(f"{label} " in first for label in LABELS) == 2
    assert rest == ["1 clips, 1 movements, 0 failed"]
    _, out, _ = predict(place / "frames")
    assert "onset, apex, offset estimated, not annotated" in out
    assert "no times" in out


def test_a_long_video_by_windows(predict, place, tmp_path):
    code, values, _ = predict(
        *(place / "long.avi", "--window", 0.5, "--threshold", 0.6),
        *("--annotate", tmp_path / "out", "--json"),
    )
    assert code == 0
    assert [one["apex"] for one in values["results"]] == [
        pytest.approx(46, abs=4),
        pytest.approx(100, abs=4),
    ]
    (summary,) = values["streams"]
    assert (summary["source"], summary["frames"]) == (str(place / "long.avi"), 144)
    assert summary["movements"] == 2
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["long-2.png", "long.png"]
    code, out, _ = predict(place / "long.avi", "--window", 0.5, "--hop", 0.25)
    assert code == 0
    assert "144 frames (2.9 s)" in out


def no_rate(place):
    """An animated GIF without times has no frames per second."""
    from PIL import Image

    pictures = [Image.fromarray(frame) for frame in FRAMES[:6]]
    path = place / "no_rate.gif"
    pictures[0].save(path, save_all=True, append_images=pictures[1:], duration=0)
    return path


def nobody(place):
    return write_video(place / "nobody.avi", np.full((8, 96, 96, 3), 99, np.uint8))


def one_frame(place):
    return write_video(place / "one_frame.avi", FRAMES[:1])


def broken_frame(place):
    for number in range(6):
        write_image(place / "broken" / f"{number}.png", FRAMES[number])
    (place / "broken" / "3.png").write_bytes(b"damaged")
    return place / "broken"


@pytest.mark.parametrize(
    ("source", "options", "message"),
    [
        ("one.png", (), "is one picture"),
        ("none.avi", (), "no such file"),
        ("empty", (), "no picture among its 0 files"),
        (one_frame, (), "one frame; a movement needs at least two"),
        (nobody, (), "no face found by viola_jones in frame 0"),
        (broken_frame, (), "3.png: not a picture"),
        ("clip.avi", ("--apex", 30), "apex 30 is outside the clip, whose frames are 0..29"),
        ("clip.avi", ("--onset", 9, "--apex", 3), "onset 9 is after apex 3"),
        ("clip.avi", ("--fps", -1), "fps is -1.0"),
        ("frames", ("--window", 0.5), "does not say how many frames a second it has"),
        (no_rate, ("--window", 0.5), "does not say how many frames a second it has"),
        ("clip.avi", ("--window", 0.01), "a window needs 4 frames or more"),
    ],
)
def test_a_bad_clip_is_one_line_and_status_one(predict, place, tmp_path, source, options, message):
    path = place / source if isinstance(source, str) else source(tmp_path)
    code, out, err = predict(path, *options)
    assert code == 1
    (line,) = [line for line in out.splitlines() if line.startswith("failed: ")]
    assert message in line
    assert "1 failed" in out
    assert err.strip() == ""


def test_a_bad_clip_does_not_hide_the_good_ones(predict, place):
    code, values, _ = predict(place / "one.png", place / "clip.avi", "--json")
    assert code == 1
    assert (values["clips"], values["movements"], values["failed"]) == (2, 1, 1)
    assert "is one picture" in values["results"][0]["error"]
    assert values["results"][1]["error"] is None


def test_a_video_that_ends_early_is_recognised_with_a_warning(predict, place, tmp_path):
    path = tmp_path / "cut.avi"
    content = (place / "clip.avi").read_bytes()
    path.write_bytes(content[: len(content) * 2 // 3])
    code, out, _ = predict(path)
    assert code == 0
    assert "of 30 announced frames; it may be cut off" in out


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--every", 2), "--every: "),
        (("--hop", 0.1), "--hop is for long videos: give --window too"),
        (("--window", 0.5, "--apex", 3), "--apex and --window do not go together"),
        (("--window", 0.5, "--cropped"), "--cropped and --window do not go together"),
    ],
)
def test_options_that_do_not_fit_are_refused(predict, place, options, message):
    code, out, err = predict(place / "clip.avi", *options)
    assert (code, out) == (2, "")
    assert message in err
    assert err.count("\n") == 1


def test_an_annotation_is_of_one_clip(predict, place):
    code, _, err = predict(place / "clip.avi", place / "frames", "--apex", 3)
    assert code == 2
    assert "--apex is of one clip, 2 are given" in err


def test_a_model_for_pictures_has_no_clip_options(run, exported, place):  # noqa: F811
    code, _, err = run("predict", place / "one.png", "--model", exported.folder, "--apex", 3)
    assert code == 2
    assert "takes pictures, not clips" in err
    code, out, _ = run("predict", place / "clip.avi", "--model", exported.folder, "--every", 10)
    assert code == 0
    assert "3 pictures or frames" in out


def test_the_annotated_picture_shows_the_face(predict, place, tmp_path):
    _, values, _ = predict(place / "clip.avi", "--annotate", tmp_path, "--json")
    drawn = read_image(values["results"][0]["annotated"])
    from ferkeras.detect import load_detector

    upper = cv2.resize(drawn, None, fx=1.5, fy=1.5)[: drawn.shape[0] * 3 // 4]
    assert load_detector("viola_jones", coarse_side=800).detect(upper)
