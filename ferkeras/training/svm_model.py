"""A trained network and the SVM on its features as one Keras model."""

from __future__ import annotations

import itertools
from typing import Any

import keras
import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import DatasetError, ExportError
from ferkeras.layers.support_vector_classifier import SupportVectorClassifier
from ferkeras.training.build import model_up_to
from ferkeras.training.feature_svm import FeatureSVM


def svm_model(network: keras.Model, layer: str, svm: FeatureSVM, classes: int) -> keras.Model:
    """The network as far as ``layer``, then the scaling and the machine, then a softmax.

    So it is saved, exported and run like every other model: nothing of scikit-learn is stored, and
    no pickle.

    Args:
        network: any Keras model, such as `ferkeras.models.MicroCNN`.
        layer: name of the layer whose output the machine was fitted on.
        svm: see `ferkeras.training.feature_svm.fit_feature_svm`.
        classes: how many the data have.

    Returns:
        A functional model: the network's input to probabilities, float32 ``(batch, classes)``, see
        `FeatureSVM.probabilities`.

    Raises:
        RecipeError: the network has no such layer.
        DatasetError: the machine has seen no sample of some class.
    """
    if not np.array_equal(svm.known, np.arange(classes)):
        missing = sorted(set(range(classes)) - set(svm.known.tolist()))
        raise DatasetError(
            f"the SVM was trained without a sample of class number {missing[0]} of {classes}; "
            "train it on data with samples of all classes"
        )
    part = model_up_to(network, layer)
    svc, gamma = svm.pipeline["svc"], svm.setting.get("gamma", 1.0)
    machine = SupportVectorClassifier(
        classes, len(svc.support_vectors_), svc.kernel, gamma, name="scores"
    )
    scores = machine(part.output)
    machine.set_weights(_weights(svm))
    answer = keras.layers.Softmax(dtype="float32", name="probabilities")(scores)
    return keras.Model(part.input, answer, name=f"{network.name}_svm")


def check_against_pipeline(
    model: keras.Model, svm: FeatureSVM, features: NDArray[Any], answers: NDArray[np.float32]
) -> None:
    """Pass if the model's labels are those of scikit-learn.

    Args:
        model: for the message.
        svm: the machine.
        features: ``(samples, features)`` of some samples.
        answers: the model's probabilities of the same samples.

    Raises:
        ExportError: a sample has another label.
    """
    labels = svm.pipeline.predict(np.asarray(features, np.float64))
    differ = int((answers.argmax(axis=1) != labels).sum())
    if differ:
        raise ExportError(
            f"{model.name}: {differ} of {len(labels)} labels are not those of scikit-learn's SVM "
            "on the same features; float32 is too coarse for these features: train the network "
            "with weight decay, or take another layer"
        )


def _weights(svm: FeatureSVM) -> list[NDArray[Any]]:
    """Mean, deviation, support vectors, coefficients and intercepts of every pair of classes."""
    scaler, svc = svm.pipeline["scaler"], svm.pipeline["svc"]
    coefficients, intercepts = svc.dual_coef_, svc.intercept_
    if len(svc.classes_) == 2:  # here scikit-learn turns the sign: above 0 is the second class
        coefficients, intercepts = -coefficients, -intercepts
    ends = np.cumsum([0, *svc.n_support_])
    pairs = list(itertools.combinations(range(len(svc.classes_)), 2))
    table = np.zeros((len(svc.support_vectors_), len(pairs)))
    for place, (one, other) in enumerate(pairs):
        for own, rival in ((one, other - 1), (other, one)):
            rows = slice(ends[own], ends[own + 1])
            table[rows, place] = coefficients[rival, rows]
    return [scaler.mean_, scaler.scale_, svc.support_vectors_, table, intercepts]
