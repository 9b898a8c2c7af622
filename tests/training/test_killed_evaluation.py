"""A leave-one-subject-out evaluation whose process is killed goes on and gives the same table."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np

from ferkeras.datasets.base import Index
from ferkeras.evaluation import evaluate
from ferkeras.inputs import Prepared
from ferkeras.training import load_recipe
from ferkeras.training.fold_fitter import FoldFitter
from ferkeras.types import Sample

CLASSES = ("a", "b", "c")
SMALL = {
    "patches": 9,
    "keep": 16,
    "image_filters": [[4], [4], [6]],
    "patch_filters": [[4], [4]],
    "mid_units": 8,
}
PEOPLE, EACH = 5, 7


def data():
    random = np.random.default_rng(0)
    samples, pictures = [], []
    for person in range(PEOPLE):
        for number in range(EACH + person % 3):  # folds of several sizes
            label = (person + number) % 3
            picture = random.integers(0, 120, (24, 24, 1), dtype=np.uint8)
            picture[8 * label : 8 * label + 8] += 90
            pictures.append(picture)
            samples.append(Sample(f"{len(samples)}", CLASSES[label], f"p{person}"))
    pictures = np.stack(pictures)
    index = Index.from_samples(
        "toy", samples, CLASSES, lambda item: pictures[int(item)].repeat(3, -1), cropped=True
    )
    return index, Prepared(pictures, np.arange(len(samples)), ())


def score(out, kill_in=None):
    class Kill(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                os.kill(os.getpid(), signal.SIGKILL)

    index, prepared = data()
    recipe = load_recipe(
        "mff_cnn",
        "wide",
        input={"height": 24, "width": 24, "channels": 1},
        model=SMALL,
        epochs=3,
        batch_size=8,
        precision="float32",
    )
    fit = FoldFitter(
        recipe, index, prepared, callbacks=lambda fold: [Kill()] if fold == kill_in else []
    )
    return evaluate(index, "loso", fit, out)


def test_killed_evaluation_gives_the_same_table(tmp_path):
    program = (
        f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n"
        "from test_killed_evaluation import score\n"
        f"score({str(tmp_path / 'killed')!r}, kill_in='subject-p2')\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-500:]
    assert len(list((tmp_path / "killed").glob("folds/*/fold.json"))) == 2
    whole = score(tmp_path / "whole")
    resumed = score(tmp_path / "killed")
    assert resumed.table.equals(whole.table)
    for one, two in zip(whole.folds, resumed.folds, strict=True):
        np.testing.assert_allclose(one.probabilities, two.probabilities, atol=1e-5)
