import keras
import numpy as np
import pytest

from ferkeras.models import MFFCNN
from ferkeras.models.mff_cnn.variants import VARIANTS


def test_parameters_are_the_papers():
    model = MFFCNN(classes=6)
    assert abs(model.count_params() / 1.21e6 - 1) < 0.03
    assert model.get_layer("mid_level").count_params() == 4608 * 256 + 256 == 1_179_904


def test_shapes_of_figure_2():
    model = MFFCNN()
    assert model.get_layer("image2_pool").output.shape == (None, 12, 12, 32)
    assert model.get_layer("image3_pool").output.shape == (None, 4, 4, 32)
    assert model.get_layer("patches").output.shape == (None, 16, 24, 24, 1)
    assert model.get_layer("patch2_pool").output.shape == (None, 3, 3, 32)
    assert model.get_layer("selected").output.shape == (None, 384, 9)


def test_work_is_the_papers_4_87_gflop_for_a_batch_of_100():
    model, products = MFFCNN(classes=6), 0
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):
            _, height, width, filters = layer.output.shape
            per_patch = 16 if layer.name.startswith("patch") else 1
            kernel = int(np.prod(layer.kernel.shape[:3]))
            products += per_patch * height * width * filters * kernel
        elif isinstance(layer, keras.layers.Dense):
            products += int(np.prod(layer.kernel.shape))
    assert abs(2 * products * 100 / 4.87e9 - 1) < 0.03


def test_wide_variant_has_at_most_3_million_parameters():
    assert MFFCNN(variant="wide").count_params() <= 3_000_000


def test_prediction_is_the_normalised_sum_of_the_branches():
    model = MFFCNN(branch_outputs=True)
    x = np.random.default_rng(0).uniform(0, 255, (2, 60, 60, 1)).astype("float32")
    answer = model(x)
    branches = np.asarray(answer["branches"])
    np.testing.assert_allclose(branches.sum(-1), 1, rtol=1e-5)
    np.testing.assert_allclose(answer["probabilities"], branches.mean(1), rtol=1e-5)


def test_both_branches_depend_on_the_whole_face():
    keras.utils.set_random_seed(1)
    model = MFFCNN(branch_outputs=True)
    x = np.random.default_rng(0).uniform(0, 255, (1, 60, 60, 1)).astype("float32")
    before = np.asarray(model(x)["branches"])
    for corner in (np.s_[:, :12, :12], np.s_[:, -14:, -14:]):
        changed = x.copy()
        changed[corner] = 255 - changed[corner]
        difference = np.abs(np.asarray(model(changed)["branches"]) - before).max(axis=-1)[0]
        assert difference.min() > 1e-7


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"variant": "huge"}, "no variant"),
        ({"patches": 10}, "square number"),
        ({"input_shape": (61, 61, 1)}, "Eq. 2"),
        ({"input_shape": (60, 48, 1)}, "square pictures"),
        ({"keep": 513}, "cannot keep 513"),
        ({"classifier_activation": "relu"}, "relu"),
        ({"image_filters": ((8,),)}, "two for mid-level"),
        ({"input_shape": (60, 60)}, "height, width, channels"),
        ({"classes": 0}, "classes 0"),
        ({"dropout": 1.0}, "dropout is 1.0, expected a rate of 0 or more, below 1"),
        ({"dropout": -0.1}, "dropout is -0.1"),
    ],
)
def test_bad_arguments_are_named(arguments, message):
    with pytest.raises(ValueError, match=message):
        MFFCNN(**arguments)


def test_options_change_size_classes_colour_and_selection():
    model = MFFCNN((36, 36, 3), 5, patches=4, keep=50, padding="same", mid_units=0, separable=True)
    assert model.output_shape == (None, 5)
    assert model.get_layer("selected").output.shape[1] == 50
    assert "mid_level" not in {layer.name for layer in model.layers}


def test_variants_override_only_what_they_name():
    assert {tuple(sorted(v)) for v in VARIANTS.values()} == {tuple(sorted(VARIANTS["paper"]))}


def test_log_output_is_the_log_of_the_probabilities():
    model = MFFCNN()
    logs = MFFCNN(classifier_activation=None)
    logs.set_weights(model.get_weights())
    x = np.random.default_rng(0).uniform(0, 255, (2, 60, 60, 1)).astype("float32")
    np.testing.assert_allclose(np.exp(logs(x)), model(x), rtol=1e-5)
