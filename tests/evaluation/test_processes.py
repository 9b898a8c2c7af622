"""Folds in several processes give what one process gives."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from ferkeras.errors import FerkerasError, MediaError, RecipeError
from ferkeras.evaluation import evaluate


@dataclass(frozen=True)
class Nearest:
    """Class of the nearest training sample; goes wrong where it is told to."""

    points: np.ndarray
    labels: np.ndarray
    classes: int
    folder: Path
    fails: str = ""
    killed: str = ""

    def __call__(self, train, test, folder):
        (self.folder / folder.name).write_text(f"{os.getpid()} {os.environ['OMP_NUM_THREADS']}")
        if folder.name == self.killed:
            os.kill(os.getpid(), signal.SIGKILL)
        if folder.name == self.fails:
            raise MediaError("a file that went away")
        far = np.abs(self.points[test][:, None] - self.points[train][None]).sum(axis=2)
        return np.eye(self.classes)[self.labels[train][far.argmin(axis=1)]]


@pytest.fixture
def make(index, tmp_path):
    seen = tmp_path / "seen"
    seen.mkdir()

    def nearest(**wrong):
        points = np.stack([index.load(item).reshape(-1) for item in index.table["item"]])
        return Nearest(points.astype(float), index.labels, len(index.classes), seen, **wrong)

    nearest.seen = seen
    return nearest


def test_equal_to_one_process(index, make, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    alone = evaluate(index, "loso", make(), tmp_path / "alone")
    told = []
    both = evaluate(
        index,
        "loso",
        make(),
        tmp_path / "both",
        jobs=2,
        progress=lambda done, total: told.append((done, total)),
    )
    assert np.array_equal(alone.scores.confusion, both.scores.confusion)
    assert alone.table.equals(both.table)
    processes = {path.read_text().split()[0] for path in make.seen.iterdir()}
    assert 1 <= len(processes) <= 2
    assert str(os.getpid()) not in processes
    assert told[0] == (0, len(alone.folds))
    assert told[-1] == (len(alone.folds),) * 2


def test_threads_are_shared_and_the_environment_is_as_before(index, make, tmp_path, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    before = dict(os.environ)
    evaluate(index, "subject-kfold:2", make(), tmp_path / "out", jobs=1000)
    assert dict(os.environ) == before
    threads = {path.read_text().split()[1] for path in make.seen.iterdir()}
    assert threads == {str(max(1, len(os.sched_getaffinity(0)) // 2))}


def test_an_error_in_a_fold_names_it_and_the_rest_goes_on_later(index, make, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    result = evaluate(index, "loso", make(), tmp_path / "whole")
    names = [path.name for path in make.seen.iterdir()]
    for path in make.seen.iterdir():
        path.unlink()
    bad = sorted(names)[3]
    with pytest.raises(MediaError, match="a file that went away") as caught:
        evaluate(index, "loso", make(fails=bad), tmp_path / "out", jobs=2)
    assert index.name in str(caught.value)
    finished = {path.parent.name for path in (tmp_path / "out").glob("folds/*/fold.json")}
    for path in make.seen.iterdir():
        path.unlink()
    again = evaluate(index, "loso", make(), tmp_path / "out", jobs=2)
    repeated = {path.name for path in make.seen.iterdir()}
    assert bad in repeated
    assert repeated == set(names) - finished
    assert np.array_equal(again.scores.confusion, result.scores.confusion)


def test_a_killed_process_is_one_line(index, make, tmp_path, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    evaluate(index, "loso", make(), tmp_path / "whole")
    bad = sorted(path.name for path in make.seen.iterdir())[0]
    with pytest.raises(FerkerasError, match="ended before its fold did"):
        evaluate(index, "loso", make(killed=bad), tmp_path / "out", jobs=2)
    assert evaluate(index, "loso", make(), tmp_path / "out", jobs=2).missing == ()


def test_a_fit_in_the_script_that_is_run(index, tmp_path, monkeypatch):
    import __main__

    def fit(train, test, folder):
        return np.zeros((len(test), len(index.classes)))

    fit.__module__, fit.__qualname__ = "__main__", "fit"
    monkeypatch.setattr(__main__, "fit", fit, raising=False)
    with pytest.raises(RecipeError, match="not into the script that is run"):
        evaluate(index, "subject-kfold:2", fit, tmp_path, jobs=2)


def test_a_fit_that_cannot_be_sent(index, tmp_path):
    def inside(train, test, folder):
        return np.zeros((len(test), len(index.classes)))

    with pytest.raises(RecipeError, match="jobs=2: fit cannot be sent"):
        evaluate(index, "loso", inside, tmp_path, jobs=2)
    with pytest.raises(RecipeError, match="jobs is 0"):
        evaluate(index, "loso", inside, tmp_path, jobs=0)
