"""A run that is killed and resumed ends like one that was not."""

import signal
import subprocess
import sys
import textwrap

import numpy as np
import pytest

from ferkeras.errors import FerkerasError, RecipeError
from ferkeras.training import fit, load_recipe

CLASSES = ("a", "b", "c")
SMALL = {
    "patches": 9,
    "keep": 16,
    "image_filters": [[4], [4], [6]],
    "patch_filters": [[4], [4]],
    "mid_units": 8,
}


def recipe(**changes):
    settings = {
        "input": {"height": 24, "width": 24, "channels": 1},
        "model": SMALL,
        "epochs": 3,
        "batch_size": 16,
        "precision": "float32",
        **changes,
    }
    return load_recipe("mff_cnn", "wide", **settings)


def samples(count=50):
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 3
    pictures = rng.integers(0, 120, (count, 24, 24, 1), dtype=np.uint8)
    for number, label in enumerate(labels):
        pictures[number, 8 * label : 8 * label + 8] += 90
    return pictures, labels


def weights(result):
    return [np.asarray(w) for w in result.model.get_weights()]


def test_interrupted_run_ends_with_the_same_weights(tmp_path):
    import keras

    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.model.optimizer.iterations == 6:  # in the middle of the second epoch
                raise KeyboardInterrupt

    whole = fit(recipe(), *samples(), CLASSES, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        fit(recipe(), *samples(), CLASSES, tmp_path / "broken", callbacks=[Interrupt()])
    resumed = fit(recipe(), *samples(), CLASSES, tmp_path / "broken")
    for one, two in zip(weights(whole), weights(resumed), strict=True):
        np.testing.assert_array_equal(one, two)
    assert [row["loss"] for row in whole.history] == [row["loss"] for row in resumed.history]


def test_killed_process_leaves_a_run_that_resumes(tmp_path):
    program = textwrap.dedent(
        f"""
        import os, signal, sys
        sys.path.insert(0, {str(__import__("pathlib").Path(__file__).parent)!r})
        import keras
        from pathlib import Path
        from test_resume import CLASSES, fit, recipe, samples

        class Kill(keras.callbacks.Callback):
            def on_epoch_begin(self, epoch, logs=None):
                if epoch == 2:
                    os.kill(os.getpid(), signal.SIGKILL)

        fit(recipe(), *samples(), CLASSES, Path({str(tmp_path / "killed")!r}), callbacks=[Kill()])
        """
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()[-500:]
    whole = fit(recipe(), *samples(), CLASSES, tmp_path / "whole")
    resumed = fit(recipe(), *samples(), CLASSES, tmp_path / "killed")
    assert len(resumed.history) == 3
    for one, two in zip(weights(whole), weights(resumed), strict=True):
        np.testing.assert_allclose(one, two, atol=1e-5)


def test_other_settings_in_the_same_folder_are_an_error(tmp_path):
    fit(recipe(epochs=1), *samples(), CLASSES, tmp_path)
    with pytest.raises(RecipeError, match=r"other settings \(learning_rate\)"):
        fit(recipe(epochs=1, learning_rate=0.01), *samples(), CLASSES, tmp_path)


def test_other_data_in_the_same_folder_are_an_error(tmp_path):
    pictures, labels = samples()
    fit(recipe(epochs=1), pictures, labels, CLASSES, tmp_path)
    with pytest.raises(RecipeError, match=r"other settings \(training_data\)"):
        fit(recipe(epochs=1), pictures, labels[::-1].copy(), CLASSES, tmp_path)


def test_damaged_checkpoint_is_one_clear_line(tmp_path):
    fit(recipe(epochs=1), *samples(), CLASSES, tmp_path)
    (tmp_path / "checkpoint.npz").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(FerkerasError, match=r"checkpoint\.npz cannot be read .*delete it"):
        fit(recipe(epochs=1), *samples(), CLASSES, tmp_path)


def test_it_learns_and_the_saved_model_is_the_returned_one(tmp_path):
    import keras

    pictures, labels = samples(120)
    plain = recipe(
        epochs=10, ema=None, learning_rate=0.01, augmentation={}, model={**SMALL, "dropout": 0.0}
    )
    result = fit(plain, pictures, labels, CLASSES, tmp_path)
    x = pictures.astype("float32")
    answer = result.model.predict_on_batch(x)
    assert np.mean(answer.argmax(1) == labels) > 0.9
    saved = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(saved.predict_on_batch(x), answer)


def test_best_validation_takes_the_weights_of_the_best_epoch(tmp_path):
    pictures, labels = samples(80)
    parts = (pictures[:50], labels[:50]), (pictures[50:], labels[50:])
    result = fit(
        recipe(select="best-validation", epochs=4),
        *parts[0],
        CLASSES,
        tmp_path,
        validation=parts[1],
    )
    scores = [row["val_accuracy"] for row in result.history]
    assert result.chosen_epoch == int(np.argmax(scores))
    answer = result.model.predict_on_batch(parts[1][0].astype("float32")).argmax(1)
    np.testing.assert_allclose(np.mean(answer == parts[1][1]), max(scores), atol=1e-6)


def test_oracle_epoch_gives_the_last_epochs_answers_too(tmp_path):
    pictures, labels = samples(80)
    parts = (pictures[:50], labels[:50]), (pictures[50:], labels[50:])
    settings = {"epochs": 4, "learning_rate": 0.02}
    result = fit(
        recipe(select="oracle-epoch", **settings), *parts[0], CLASSES, tmp_path / "oracle",
        validation=parts[1],
    )  # fmt: skip
    last = fit(recipe(**settings), *parts[0], CLASSES, tmp_path / "last")
    x = parts[1][0].astype("float32")
    np.testing.assert_allclose(result.last_answers, last.model.predict_on_batch(x), atol=1e-6)
    assert last.last_answers is None
    best = result.model.predict_on_batch(x)
    scores = [row["val_accuracy"] for row in result.history]
    assert np.mean(best.argmax(1) == parts[1][1]) == pytest.approx(max(scores), abs=1e-6)
    assert result.chosen_epoch == int(np.argmax(scores))


def test_mixed_precision_run_gives_a_float32_model(tmp_path):
    result = fit(recipe(epochs=1, precision="mixed_float16"), *samples(), CLASSES, tmp_path)
    assert {layer.compute_dtype for layer in result.model.layers} == {"float32"}
    assert np.isfinite([row["loss"] for row in result.history]).all()


@pytest.mark.parametrize("large", [False, True])
def test_models_that_are_used_again_give_what_new_ones_give(tmp_path, monkeypatch, large):
    from ferkeras.training import models as training_models
    from ferkeras.training.models import TrainingModels

    if large:  # no copy of the first state is kept
        monkeypatch.setattr(training_models, "LARGE", 10)
    settings = recipe(epochs=2, schedule="cosine")
    models = TrainingModels(settings, len(CLASSES))
    fit(settings, *samples(33), CLASSES, tmp_path / "other", models=models)
    again = fit(settings, *samples(), CLASSES, tmp_path / "again", models=models)
    fresh = fit(settings, *samples(), CLASSES, tmp_path / "fresh")
    for one, two in zip(weights(again), weights(fresh), strict=True):
        np.testing.assert_array_equal(one, two)
    assert [row["loss"] for row in again.history] == [row["loss"] for row in fresh.history]
