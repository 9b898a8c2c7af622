"""Training on pictures and their graphs: resumed to the bit, in mixed precision, with R-drop."""

import keras
import numpy as np
import pytest

from ferkeras.losses import RDropLoss
from ferkeras.training import fit, load_recipe

CLASSES = ("a", "b", "c")
SMALL = {
    "embedding": 12,
    "components": 3,
    "component_units": 6,
    "hidden_units": 6,
    "graph_filters": [6],
}


def recipe(**changes):
    return load_recipe(
        "cs_gbsbf",
        "small",
        **{
            "input": {"height": 24, "width": 24, "channels": 1, "graph": {}},
            "model": SMALL,
            "epochs": 3,
            "batch_size": 16,
            "precision": "float32",
            **changes,
        },
    )


def samples(count=50):
    rng = np.random.default_rng(0)
    labels = np.arange(count) % 3
    pictures = rng.integers(0, 120, (count, 24, 24, 1), dtype=np.uint8)
    for number, label in enumerate(labels):
        pictures[number, 8 * label : 8 * label + 8] = 90 * (label + 1) // 2
    return pictures, labels


def test_interrupted_run_ends_with_the_same_weights(tmp_path):
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if self.model.optimizer.iterations == 6:  # in the middle of the second epoch
                raise KeyboardInterrupt

    whole = fit(recipe(), *samples(), CLASSES, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        fit(recipe(), *samples(), CLASSES, tmp_path / "broken", callbacks=[Interrupt()])
    resumed = fit(recipe(), *samples(), CLASSES, tmp_path / "broken")
    for one, two in zip(whole.model.get_weights(), resumed.model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, two)


@pytest.mark.parametrize("precision", ["mixed_bfloat16", "mixed_float16"])
def test_mixed_precision_learns_and_ends_in_float32(precision, tmp_path):
    result = fit(
        recipe(precision=precision, epochs=12, learning_rate=1e-2, augmentation={}),
        *samples(),
        CLASSES,
        tmp_path,
    )
    losses = [row["loss"] for row in result.history]
    assert losses[-1] < 0.85 * losses[0]
    assert all(layer.compute_dtype == "float32" for layer in result.model._flatten_layers())


def test_r_drop_sees_every_sample_twice(tmp_path, monkeypatch):
    seen = []
    call = RDropLoss.call

    def watched(self, y_true, y_pred):
        seen.append(y_pred.shape)
        keras.ops.shape(y_true)
        return call(self, y_true, y_pred)

    monkeypatch.setattr(RDropLoss, "call", watched)
    plain = fit(recipe(epochs=1), *samples(), CLASSES, tmp_path / "plain")
    assert not seen
    twice = fit(recipe(epochs=1, r_drop=1.0), *samples(), CLASSES, tmp_path / "twice")
    assert seen
    assert twice.history[0]["loss"] > 0
    assert len(plain.history) == len(twice.history) == 1
