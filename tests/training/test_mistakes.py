"""Wrong settings and wrong data: one clear line, and the run folder stays free."""

import numpy as np
import pytest
from test_resume import CLASSES, fit, recipe, samples

from ferkeras.errors import DatasetError, RecipeError
from ferkeras.training.build import training_model

PICTURES, LABELS = samples()


@pytest.mark.parametrize(
    ("pictures", "labels", "message"),
    [
        (PICTURES.astype("float32") / 255, LABELS, "pictures are float32"),
        (PICTURES[:, :20], LABELS, r"\(samples, 24, 24, 1\)"),
        (PICTURES, LABELS[:-1], "50 training pictures and labels of shape"),
        (PICTURES[:0], LABELS[:0], "0 training pictures"),
        (PICTURES, LABELS - 1, "from -1 to 1"),
    ],
)
def test_data_that_do_not_fit(tmp_path, pictures, labels, message):
    with pytest.raises(DatasetError, match=message):
        fit(recipe(), pictures, labels, CLASSES, tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"model": {"foo": 1}},
        {"model": {"patches": 10}},
        {"model": {"keep": 99999}},
        {"builder": "Foo"},
        {"loss": {"name": "Nope", "on": "branches"}},
        {"loss": {"name": "JointTuningLoss", "on": "nope"}},
        {"loss": {"name": "JointTuningLoss", "on": "branches", "arguments": {"weights": [1]}}},
    ],
)
def test_recipe_that_cannot_be_built(changes):
    with pytest.raises(RecipeError) as caught:
        training_model(recipe(**changes), 3, 10)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "changes", [{"seed": -1}, {"learning_rate": float("inf")}, {"epochs": 0}, {"colour": 1}]
)
def test_recipe_values_out_of_range_are_named(changes):
    with pytest.raises(RecipeError, match=next(iter(changes))):
        recipe(**changes)


def test_a_loss_that_is_not_finite_stops_the_run(tmp_path):
    with pytest.raises(RecipeError, match=r"the loss is .* lower learning_rate"):
        fit(
            recipe(learning_rate=1e30, clip_norm=None, ema=None, schedule="exponential"),
            PICTURES,
            LABELS,
            CLASSES,
            tmp_path,
        )
    assert not (tmp_path / "model.keras").exists()


def test_dropout_layers_draw_different_numbers(tmp_path):
    import keras

    states = []

    class Listen(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            for layer in self.model.layers:
                if hasattr(layer, "seed_generator"):
                    states.append(tuple(np.asarray(layer.seed_generator.state).tolist()))

    fit(recipe(epochs=2), PICTURES, LABELS, CLASSES, tmp_path, callbacks=[Listen()])
    assert len(states) == 6
    assert len(set(states)) == 6


def test_inner_validation_keeps_people_recordings_and_copies_apart():
    from ferkeras.datasets import Index
    from ferkeras.inputs import Prepared
    from ferkeras.training.fold_fitter import FoldFitter
    from ferkeras.types import Sample

    rows = [
        Sample(
            f"{n}",
            CLASSES[n % 3],
            subject=None if n % 5 == 0 else f"s{n % 7}",
            sequence=f"q{n // 2}",
        )
        for n in range(50)
    ]
    index = Index.from_samples("mixed", rows, CLASSES, load=lambda item: PICTURES[0])
    pictures = PICTURES.copy()
    pictures[30:] = pictures[:20]  # copies
    fitter = FoldFitter(
        recipe(select="best-validation"),
        index,
        Prepared(pictures, np.arange(50)),
        inner_validation=0.3,
    )
    train, held_out = fitter._inner_split(np.arange(50))
    assert len(train)
    assert len(held_out)
    table = index.table
    people = [set(table["subject"].iloc[part].dropna()) for part in (train, held_out)]
    assert not people[0] & people[1]
    unknown = [table.iloc[part][table.iloc[part]["subject"].isna()] for part in (train, held_out)]
    assert not set(unknown[0]["sequence"]) & set(unknown[1]["sequence"])
    prints = [{pictures[row].tobytes() for row in part} for part in (train, held_out)]
    assert not prints[0] & prints[1]
