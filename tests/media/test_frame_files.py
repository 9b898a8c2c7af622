import numpy as np
import pytest

from ferkeras.errors import MediaError
from ferkeras.media import FrameFiles, write_image


def folder(path, sizes):
    names = []
    for number, (height, width) in enumerate(sizes):
        names.append(path / f"{number}.png")
        write_image(names[-1], np.full((height, width, 3), number, np.uint8))
    return names


def test_reads_a_frame_when_it_is_asked_for(tmp_path):
    names = folder(tmp_path, [(4, 6)] * 5)
    frames = FrameFiles(names)
    names[3].unlink()
    assert len(frames) == 5
    assert frames[2].shape == (4, 6, 3)
    assert frames[-1].max() == 4
    assert [int(frame.max()) for frame in frames[:3]] == [0, 1, 2]
    with pytest.raises(MediaError, match=r"3\.png"):
        frames[3]
    with pytest.raises(IndexError):
        frames[5]


def test_another_size_is_named(tmp_path):
    frames = FrameFiles(folder(tmp_path, [(4, 6), (4, 6), (5, 6)]))
    with pytest.raises(MediaError, match=r"2\.png: has 6x5 pixels, the first frame has 6x4"):
        frames[2]


def test_no_frames():
    with pytest.raises(MediaError, match="without any frame"):
        FrameFiles([])


def test_a_folder_in_the_natural_order_of_its_names(tmp_path):
    for name in ("img10.png", "img9.PNG", "img1.png", "a2b3.png", "a2b10.png", "._img1.png"):
        write_image(tmp_path / name, np.zeros((4, 6), np.uint8))
    (tmp_path / "notes.txt").touch()
    (tmp_path / "sub.png").mkdir()
    names = [path.name for path in FrameFiles.of_folder(tmp_path).paths]
    assert names == ["a2b3.png", "a2b10.png", "img1.png", "img9.PNG", "img10.png"]


def test_folders_without_frames(tmp_path):
    with pytest.raises(MediaError, match="no picture among its 0 files; expected one file a frame"):
        FrameFiles.of_folder(tmp_path)
    (tmp_path / "a.txt").touch()
    with pytest.raises(MediaError, match="no picture among its 1 files"):
        FrameFiles.of_folder(tmp_path)
    with pytest.raises(MediaError, match="cannot be listed"):
        FrameFiles.of_folder(tmp_path / "none")


def test_a_folder_in_which_frames_are_missing_is_told(tmp_path):
    for number in (1, 2, 4, 8, 9):
        write_image(tmp_path / f"img{number:03d}.png", np.zeros((4, 6), np.uint8))
    with pytest.warns(UserWarning, match=r"3, 5\.\.7 are missing \(4 in all\); files are") as notes:
        assert len(FrameFiles.of_folder(tmp_path)) == 5
    assert str(notes[0].message).startswith(f"{tmp_path}: of its frames' numbers ")
    assert "\n" not in str(notes[0].message)


def test_every_second_frame_is_no_gap(tmp_path):
    for number in range(3, 30, 2):
        write_image(tmp_path / f"img{number}.png", np.zeros((4, 6), np.uint8))
    assert len(FrameFiles.of_folder(tmp_path)) == 14
