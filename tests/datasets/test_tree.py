import os
import pickle

import pytest
from dataset_trees import write_picture

from ferkeras.datasets import open_index
from ferkeras.datasets.tree import PictureFiles, Tree
from ferkeras.errors import DatasetError


@pytest.fixture
def locked(tmp_path):
    """A folder that this process may not list, also where the tests run as root."""
    folder = tmp_path / "locked"
    folder.mkdir(mode=0)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(user)
    folder.chmod(0o700)


@pytest.mark.parametrize("reader", ["ckplus", "fer2013", "jaffe", "oulu_casia", "sfew"])
def test_an_unreadable_folder_is_one_clear_line(locked, reader):
    with pytest.raises(DatasetError, match=f"{reader}: folder .* cannot be read"):
        open_index(f"{reader}:{locked}")


def test_listing_is_sorted_and_without_system_files(tmp_path):
    for name in ("b.png", "a.PNG", "Thumbs.db", "._a.png"):
        (tmp_path / name).write_text("x")
    (tmp_path / "__MACOSX").mkdir()
    (tmp_path / "sub").mkdir()
    tree = Tree("x", tmp_path, "pictures")
    assert [path.name for path in tree.pictures(tmp_path)] == ["a.PNG", "b.png"]
    assert [path.name for path in tree.folders(tmp_path)] == ["sub"]


def test_the_loader_can_be_sent_to_another_process(tmp_path):
    write_picture(tmp_path / "a/b.png", (5, 4))
    load = pickle.loads(pickle.dumps(PictureFiles(tmp_path)))
    assert load("a/b.png").shape == (4, 5, 3)
