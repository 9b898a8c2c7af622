"""Training on pictures and their graphs: resumed to the bit, in mixed precision, with R-drop."""

import keras
import numpy as np
import pytest
from test_resume import SMALL as MFF_CNN

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


@pytest.mark.parametrize(
    ("system", "variant", "changes"),
    [
        ("cs_gbsbf", "small", {"model": SMALL}),
        ("mff_cnn", "wide", {"model": MFF_CNN}),
        ("ssgnn", "shared", {"model": {"nodes": 0.1, "neighbours": 4, "pool_levels": 1}}),
    ],
)
def test_class_weights_and_r_drop_of_every_system(system, variant, changes, tmp_path):
    graph = {"graph": {}} if system == "cs_gbsbf" else {}
    made = load_recipe(
        system,
        variant,
        input={"height": 24, "width": 24, "channels": 1, **graph},
        epochs=1,
        batch_size=16,
        class_weights="balanced",
        r_drop=0.6,
        **changes,
    )
    pictures, labels = samples(31)
    rare = labels.copy()
    rare[labels == 2] = np.where(np.arange(np.sum(labels == 2)) < 3, 2, 0)
    result = fit(made, pictures, rare, CLASSES, tmp_path)
    assert np.isfinite(result.history[0]["loss"])
