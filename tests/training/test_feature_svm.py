"""The SVM on features, against scikit-learn; and network and SVM as one model."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from ferkeras.errors import DatasetError, ExportError, RecipeError
from ferkeras.layers import SupportVectorClassifier
from ferkeras.models import MicroCNN
from ferkeras.training.feature_svm import FeatureSVM, fit_feature_svm, inner_folds
from ferkeras.training.svm_model import check_against_pipeline, svm_model


def blobs(classes, each=20, size=6, seed=0):
    rng = np.random.default_rng(seed)
    labels = np.repeat(np.arange(classes), each)
    centres = rng.normal(0, 1.2, (classes, size))
    return centres[labels] * 40 + rng.normal(0, 40, (len(labels), size)) + 100, labels


def of(kernel, classes, cost=1.0):
    """A machine of that kernel, fitted by scikit-learn alone."""
    x, y = blobs(classes)
    setting = {"kernel": kernel, "C": cost, **({"gamma": 0.3} if kernel == "rbf" else {})}
    svc = SVC(class_weight="balanced", break_ties=True, **setting)
    pipeline = make_pipeline(StandardScaler(), svc).fit(x, y)
    pipeline.steps = [("scaler", pipeline[0]), ("svc", pipeline[1])]
    return FeatureSVM(pipeline, setting, 0, float("nan")), x, y


def network(size, classes):
    """A network whose features are its input."""
    inputs = keras.Input((size,), name="input")
    features = keras.layers.Identity(name="features")(inputs)
    return keras.Model(inputs, keras.layers.Dense(classes)(features), name="plain")


@pytest.mark.parametrize("classes", [2, 3, 5])
@pytest.mark.parametrize("kernel", ["linear", "rbf"])
def test_layer_gives_decision_function_and_labels_of_scikit_learn(kernel, classes):
    svm, _, _ = of(kernel, classes)
    model = svm_model(network(6, classes), "features", svm, classes)
    new = np.random.default_rng(1).normal(100, 60, (500, 6)).astype("float32")
    scores = keras.Model(model.input, model.get_layer("scores").output)(new)
    expected = svm.pipeline.decision_function(new)
    if classes == 2:  # one number, above 0 the second class
        share = expected / (3 * (abs(expected) + 1))
        expected = np.stack([(expected <= 0) - share, (expected > 0) + share], axis=1)
    np.testing.assert_allclose(scores, expected, atol=1e-4)
    answers = np.asarray(model(new))
    np.testing.assert_array_equal(answers.argmax(1), svm.pipeline.predict(new))
    np.testing.assert_allclose(answers, svm.probabilities(new, classes), atol=1e-4)
    check_against_pipeline(model, svm, new, answers)


def test_a_label_that_is_not_scikit_learns_is_an_error():
    svm, x, _ = of("rbf", 3)
    model = svm_model(network(6, 3), "features", svm, 3)
    turned = np.asarray(model(x))[:, ::-1]
    with pytest.raises(ExportError, match=r"plain_svm: \d+ of 60 labels are not those"):
        check_against_pipeline(model, svm, x, turned)


def test_one_model_of_network_and_machine_survives_its_file(tmp_path):
    rng = np.random.default_rng(3)
    labels = np.repeat(np.arange(3), 12)
    pictures = (rng.uniform(0, 90, (36, 16, 16, 3)) + 80 * labels[:, None, None, None]).astype("f4")
    cnn = MicroCNN((16, 16, 3), 3, filters=(4, 4, 4), hidden_units=(8, 8))
    part = keras.Model(cnn.input, cnn.get_layer("features").output)
    features = np.asarray(part(pictures))
    svm = fit_feature_svm(features, labels, np.arange(36) % 6)
    model = svm_model(cnn, "features", svm, 3)
    np.testing.assert_array_equal(
        np.asarray(model(pictures)).argmax(1), svm.pipeline.predict(features)
    )
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(again(pictures), model(pictures))


def test_inner_folds_never_part_a_person():
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 3, 60)
    people = np.array([f"subject {n}" for n in rng.integers(0, 9, 60)])
    parts = inner_folds(labels, people, 5)
    assert len(parts) == 5
    for train, test in parts:
        assert not set(people[train]) & set(people[test])
    assert sorted(np.concatenate([test for _, test in parts])) == list(range(60))


def test_the_setting_is_chosen_by_people_that_the_machine_has_not_seen():
    """A feature that names the person is worth nothing for others: the inner score tells."""
    rng = np.random.default_rng(0)
    people = np.repeat(np.arange(12), 6)
    labels = np.repeat(rng.integers(0, 2, 24), 3)  # two moods a person, in no relation to the look
    features = np.eye(12)[people] * 50 + rng.normal(0, 1, (72, 12))
    features[:, 0] += 20 * (np.arange(72) // 3 % 2 == 0) * (2 * labels - 1)
    apart = fit_feature_svm(features, labels, people)
    mixed = fit_feature_svm(features, labels, np.arange(72))
    assert mixed.inner_uf1 > apart.inner_uf1 + 0.15


def test_classes_without_a_sample_have_no_probability():
    x, y = blobs(2)
    svm = fit_feature_svm(x, y * 2 + 1, np.arange(len(y)) % 4)
    assert svm.known.tolist() == [1, 3]
    answers = svm.probabilities(x, 5)
    assert answers.shape == (40, 5)
    assert not answers[:, [0, 2, 4]].any()
    np.testing.assert_allclose(answers.sum(1), 1, rtol=1e-5)
    assert svm.probabilities(x[:0], 5).shape == (0, 5)
    with pytest.raises(DatasetError, match="without a sample of class number 0 of 5"):
        svm_model(network(6, 5), "features", svm, 5)


def test_too_few_people_take_scikit_learns_own_setting():
    x, y = blobs(2, each=3)
    svm = fit_feature_svm(x, y, np.zeros(6))
    assert (svm.inner_folds, svm.setting["kernel"], svm.setting["C"]) == (0, "rbf", 1.0)
    assert np.isnan(svm.inner_uf1)


@pytest.mark.parametrize(
    ("x", "y", "groups", "message"),
    [
        (np.zeros((4, 2)), np.zeros(4), np.zeros(4), "all 4 are of one"),
        (np.full((2, 2), np.nan), np.arange(2), np.zeros(2), "not finite"),
        (np.zeros((4, 2)), np.arange(3), np.zeros(4), r"got \(4, 2\), \(3,\) and \(4,\)"),
    ],
)
def test_what_no_machine_can_be_fitted_on(x, y, groups, message):
    with pytest.raises(DatasetError, match=message):
        fit_feature_svm(x, y, groups)


def test_a_layer_that_is_not_there():
    svm, _, _ = of("linear", 3)
    with pytest.raises(RecipeError, match="plain has no layer 'hidden9'; its layers: input, feat"):
        svm_model(network(6, 3), "hidden9", svm, 3)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"classes": 1, "support": 2}, "classes is 1"),
        ({"classes": 2, "support": 0}, "support is 0"),
        ({"classes": 2, "support": 2, "kernel": "poly"}, "kernel is 'poly'"),
        ({"classes": 2, "support": 2, "gamma": 0.0}, "gamma is 0.0"),
    ],
)
def test_mistakes_in_the_layer(arguments, message):
    with pytest.raises(ValueError, match=message):
        SupportVectorClassifier(**arguments)
    with pytest.raises(ValueError, match="expected \\(batch, features\\)"):
        SupportVectorClassifier(2, 2)(np.zeros((1, 2, 3)))
