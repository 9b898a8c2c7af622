"""Training of a generator: resumed to the bit, stopped at NaN, watched faces, held-out people."""

import json

import keras
import numpy as np
import pytest
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from ferkeras.datasets import open_index
from ferkeras.datasets.digests import Digests, digests
from ferkeras.datasets.synthetic import render
from ferkeras.errors import DatasetError, FerkerasError, ModelFileError, RecipeError
from ferkeras.media import degrade, resample
from ferkeras.runtime.keras_file import load_keras_model
from ferkeras.training.restoration import fit_restoration, restoration_recipe
from ferkeras.training.restoration.build import check_recipe, stage_model
from ferkeras.training.restoration.held_out import held_out
from ferkeras.training.restoration.watched import Watched

FACES = [render(0, person, "happy", size=size).picture for person, size in enumerate((48, 32) * 4)]
STAGE = {"epochs": 3, "batch_size": 3, "learning_rate": 2e-3, "halve_at": (0.5,)}


def recipe(**changes):
    tiny = {
        "generator": {"features": 6, "blocks": 1, "growth": 4},
        "discriminator": {"variant": "unet", "features": 4},
        "patch": 32,
        "psnr": STAGE,
        "gan": {**STAGE, "adversarial": 5e-3},
    }
    return restoration_recipe("esrgan", **{**tiny, **changes})


class StopAt(keras.callbacks.Callback):
    """As if the process were killed before an epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch = epoch

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == self.epoch:
            raise KeyboardInterrupt


def stopped(chosen, folder, stage, epoch, watched=tuple(FACES[6:])):
    with pytest.raises(KeyboardInterrupt):
        fit_restoration(
            chosen,
            FACES[:6],
            folder,
            watched=watched,
            callbacks=lambda name: [StopAt(epoch)] if name == stage else [],
        )


def same_weights(a, b):
    for one, other in zip(a.get_weights(), b.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("precision", ["float32", "mixed_float16"])
def test_resumed_in_the_middle_of_each_stage_as_if_unbroken(precision, tmp_path):
    chosen = recipe(precision=precision, accumulate=2)
    whole = fit_restoration(chosen, FACES[:6], tmp_path / "whole", watched=FACES[6:])
    broken = tmp_path / "broken"
    for stage, epoch in (("psnr", 1), ("psnr", 2), ("gan", 0), ("gan", 1), ("gan", 2)):
        stopped(chosen, broken, stage, epoch)
    again = fit_restoration(chosen, FACES[:6], broken, watched=FACES[6:])
    same_weights(whole.model, again.model)
    for a, b in zip(whole.history, again.history, strict=True):
        assert {**a, "seconds": 0} == {**b, "seconds": 0}
    assert [row["stage"] for row in whole.history] == ["psnr"] * 3 + ["gan"] * 3
    files = {path.name for path in broken.iterdir()}
    assert files == {"recipe.json", "history.json", "psnr.keras", "gan.keras", "model.keras"}
    finished = fit_restoration(chosen, FACES[:6], broken, watched=FACES[6:])  # nothing is left
    same_weights(whole.model, finished.model)
    assert finished.history == again.history


def test_it_learns_and_the_gan_stage_begins_where_the_first_ended(tmp_path):
    stages = {
        "psnr": {**STAGE, "epochs": 12},
        "gan": {**STAGE, "epochs": 1, "learning_rate": 1e-9, "adversarial": 5e-3},
    }
    chosen = recipe(**stages, gan_share=0.5)
    result = fit_restoration(chosen, FACES[:6], tmp_path, watched=FACES[6:])
    assert result.history[11]["pixel"] < 0.8 * result.history[0]["pixel"]
    assert result.history[11]["psnr"] > result.history[0]["psnr"] + 1
    first, second = (load_keras_model(tmp_path / f"{name}.keras") for name in ("psnr", "gan"))
    for a, b, c in zip(*(m.get_weights() for m in (first, second, result.model)), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6)
        np.testing.assert_allclose(c, (a + b) / 2, rtol=1e-5, atol=1e-8)
    with pytest.raises(RecipeError, match=r"other settings \(gan_share, watched_data\)"):
        fit_restoration(recipe(**{**stages, "gan_share": 1.0}), FACES[:6], tmp_path)


class Poison(keras.callbacks.Callback):
    """Spoils a weight before an epoch, as too high a rate does."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            bias = self.model.generator.get_layer("last_conv").bias
            bias.assign(bias + float("nan"))


@pytest.mark.parametrize("stage", ["psnr", "gan"])
def test_a_loss_that_is_no_number_stops_and_keeps_the_last_good_checkpoint(stage, tmp_path):
    chosen = recipe()
    message = f" is nan in epoch {3 if stage == 'psnr' else 6} .stage {stage}.; its last check"
    with pytest.raises(RecipeError, match=message):
        fit_restoration(
            chosen,
            FACES[:6],
            tmp_path,
            callbacks=lambda name: [Poison()] if name == stage else [],
        )
    stored = np.load(tmp_path / f"{stage}-checkpoint.npz")
    weights = [stored[name] for name in stored.files if name != "note"]
    assert all(np.isfinite(one).all() for one in weights)
    whole = fit_restoration(chosen, FACES[:6], tmp_path / "other")
    same_weights(fit_restoration(chosen, FACES[:6], tmp_path).model, whole.model)


def test_scores_of_watched_faces_are_scikit_images_with_bicubic_beside():
    watched = Watched(FACES[:4], recipe(degradation={"median_probability": 0.0}))

    class Doubling:
        def predict_on_batch(self, small):
            return np.kron(small, np.ones((1, 4, 4, 1), "float32"))

    psnr, ssim = {"made": [], "bicubic": []}, {"made": [], "bicubic": []}
    for face in FACES[:4]:
        small = degrade(face, median_probability=0.0)
        pairs = {
            "made": np.kron(small, np.ones((4, 4, 1), np.uint8)),
            "bicubic": resample(small, *face.shape[:2], "bicubic"),
        }
        for name, made in pairs.items():
            psnr[name].append(peak_signal_noise_ratio(face, made))
            options = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
            ssim[name].append(structural_similarity(face, made, channel_axis=2, **options))
    found = {**watched.scores(Doubling()), **watched.floor}
    expected = {
        "psnr": np.mean(psnr["made"]),
        "ssim": np.mean(ssim["made"]),
        "psnr_bicubic": np.mean(psnr["bicubic"]),
        "ssim_bicubic": np.mean(ssim["bicubic"]),
    }
    assert set(found) == set(expected)
    for name, value in expected.items():
        np.testing.assert_allclose(found[name], value, rtol=2e-3, err_msg=name)


def test_the_rate_is_halved_at_its_shares_of_the_stage():
    stage = {**STAGE, "epochs": 10, "halve_at": (0.3, 0.8)}
    model = stage_model(recipe(psnr=stage, gan=None), "psnr", steps_per_epoch=4)
    rates = []
    for step in range(40):
        model.optimizer.iterations.assign(step)
        rates.append(float(model.optimizer.learning_rate))
    np.testing.assert_allclose(rates, [2e-3] * 12 + [1e-3] * 20 + [5e-4] * 8)


def test_people_recordings_or_pictures_are_kept_apart():
    index = open_index("synthetic:subjects=5,frames=2")
    found = digests(index)
    (parts,) = held_out([(index, found)], 0.4, 0)
    people = index.table["subject"].to_numpy()
    assert len(set(people[parts.watched])) == parts.kept == 2
    assert not set(people[parts.train]) & set(people[parts.watched])
    assert len(parts.train) + len(parts.watched) == len(index)
    assert (parts.by, parts.copies) == ("people", 0)
    index.table["subject"] = None
    assert held_out([(index, found)], 0.4, 0)[0].by == "recordings"
    index.table["sequence"] = None
    assert held_out([(index, found)], 0.4, 0)[0].by == "pictures"
    (nobody,) = held_out([(index, found)], 0.0, 0)
    assert not len(nobody.watched)
    assert len(nobody.train) == len(index)


def test_copies_of_watched_pictures_are_not_trained_on():
    index = open_index("synthetic:subjects=2,frames=1")
    twice = Digests(np.array(["a", *"bcdefg", "a", *"hijklm"], object), ())
    (parts,) = held_out([(index, twice)], 0.5, 0)
    assert parts.copies == 1
    assert (len(parts.train), len(parts.watched)) == (6, 7)


def test_nobody_who_is_watched_in_one_data_set_is_trained_on_in_another():
    indexes = [open_index(f"synthetic:subjects={n},frames=1") for n in (5, 3)]
    parts = [(index, digests(index)) for index in indexes]
    kept = held_out(parts, 0.4, 0)
    watched = {
        index.table["subject"].iat[row]
        for index, one in zip(indexes, kept, strict=True)
        for row in one.watched
    }
    assert len(watched) >= 2
    for index, one in zip(indexes, kept, strict=True):
        assert not watched & set(index.table["subject"].to_numpy()[one.train])
        assert len(one.train) + len(one.watched) + one.copies == len(index)
    # Of another reader only equal pictures count, as its people are others.
    other = open_index("synthetic_clips:subjects=4,sequences=1,pictures=apex")
    fake = Digests(np.array([f"x{row}" for row in range(len(other))], object), ())
    fake.values[:4] = parts[0][1].values[kept[0].watched[:4]]
    again = held_out([parts[0], (other, fake)], 0.4, 0)
    assert not {0, 1, 2, 3} & set(again[1].train.tolist())
    assert again[1].copies <= 4


def killed_between_checkpoint_and_history(folder, monkeypatch, stage):
    """As if the process ended after the last checkpoint of a stage, before history.json."""
    from ferkeras.training.restoration import stage_end

    write = stage_end.write_json

    def kill(path, rows):
        if len(rows) == (3 if stage == "psnr" else 6):
            raise KeyboardInterrupt
        write(path, rows)

    monkeypatch.setattr(stage_end, "write_json", kill)
    with pytest.raises(KeyboardInterrupt):
        fit_restoration(recipe(), FACES[:6], folder)
    monkeypatch.undo()


@pytest.mark.parametrize("stage", ["psnr", "gan"])
def test_killed_between_two_files(stage, tmp_path, monkeypatch):
    killed_between_checkpoint_and_history(tmp_path, monkeypatch, stage)
    if stage == "psnr":
        stopped(recipe(), tmp_path, "gan", 0, watched=())
    again = fit_restoration(recipe(), FACES[:6], tmp_path)
    assert [row["epoch"] for row in again.history] == list(range(6))
    bytes_before = (tmp_path / "model.keras").read_bytes()
    fit_restoration(recipe(), FACES[:6], tmp_path)
    assert (tmp_path / "model.keras").read_bytes() == bytes_before


def test_faces_too_small_for_ssim_have_none():
    watched = Watched([FACES[0], FACES[0][:8, :8]], recipe())
    assert set(watched.floor) == {"psnr_bicubic"}


@pytest.mark.parametrize("accumulate", [1, 3])
def test_the_moving_average_forgets_by_updates_not_by_batches(accumulate):
    model = stage_model(recipe(accumulate=accumulate, ema=0.9, gan=None), "psnr", 100)
    optimizer = model.optimizer
    variable = model.generator.trainable_variables[0]
    average = optimizer._model_variables_moving_average[0]
    optimizer._iterations.assign(1000 * accumulate)
    variable.assign(np.ones(variable.shape))
    average.assign(np.zeros(variable.shape))
    for _ in range(accumulate):
        optimizer._update_model_variables_moving_average([variable])
    np.testing.assert_allclose(average, 0.1, rtol=1e-4)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"patch": 30}, "size 128 and patch 30 must be multiples of degradation.scale, 4"),
        ({"patch": 256}, "patch 256 is larger than size 128"),
        ({"psnr": {**STAGE, "halve_at": (0.5, 0.2)}}, "'psnr': halve_at must ascend"),
        ({"psnr": {**STAGE, "epochs": 0}}, r"'psnr\.epochs'"),
        ({"held_out": 1.0}, "'held_out'"),
        ({"psnr": {**STAGE, "adversarial": 1.0}}, r"psnr\.adversarial must be 0"),
        ({"gan": STAGE}, r"gan\.adversarial above 0"),
        ({"generator": {"input_shape": (16, 16, 3)}}, r"generator\.input_shape is settled"),
        ({"discriminator": {"input_shape": (32, 32, 3)}}, r"discriminator\.input_shape is settled"),
        ({"speed": 1}, "'speed'"),
        ({"generator": {"blocks": 0}}, "cannot be built from this recipe: blocks is 0"),
        ({"generator": {"width": 3}}, "unexpected keyword argument 'width'"),
        ({"discriminator": {"variant": "vgg"}, "patch": 48}, "both sides multiples of 32"),
        ({"degradation": {"scale": 2}}, "the generator makes 16x16 pixels 64x64"),
    ],
)
def test_recipes_that_cannot_be_trained_are_named(changes, message):
    with pytest.raises(RecipeError, match=message):
        check_recipe(recipe(**changes))


def test_weights_of_vgg19_that_cannot_be_had_are_named_before_the_work(tmp_path):
    stage = {**STAGE, "perceptual": 1.0, "adversarial": 5e-3}
    wanted = recipe(gan=stage, perceptual={"weights": str(tmp_path / "none.h5")})
    with pytest.raises(ModelFileError, match=r"none\.h5: no such file"):
        check_recipe(wanted)


def test_other_recipes_and_systems_are_named():
    with pytest.raises(RecipeError, match="no recipe 'huge'; known: light, paper"):
        restoration_recipe("esrgan", "huge")
    with pytest.raises(RecipeError, match="htnet has no networks that enlarge pictures"):
        restoration_recipe("htnet")
    assert restoration_recipe("esrgan", "paper").generator == {}


def test_data_and_folders_that_do_not_do_are_named(tmp_path):
    chosen = recipe(gan=None)
    with pytest.raises(DatasetError, match="no pictures to take crops of"):
        fit_restoration(chosen, [], tmp_path / "a")
    fit_restoration(chosen, FACES[:3], tmp_path / "b")
    with pytest.raises(RecipeError, match=r"other settings \(training_samples, training_data\)"):
        fit_restoration(chosen, FACES[:2], tmp_path / "b")
    (tmp_path / "b" / "history.json").write_text(json.dumps([]), encoding="utf-8")
    with pytest.raises(ModelFileError, match=r"history\.json is damaged"):
        fit_restoration(chosen, FACES[:3], tmp_path / "b")
    stopped(recipe(), tmp_path / "c", "gan", 1)
    (tmp_path / "c" / "gan-checkpoint.npz").write_bytes(b"PK")
    with pytest.raises(FerkerasError, match=r"gan-checkpoint\.npz cannot be read \(damaged\)"):
        fit_restoration(recipe(), FACES[:6], tmp_path / "c", watched=FACES[6:])
