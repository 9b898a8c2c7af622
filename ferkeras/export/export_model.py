"""Export a trained classifier with its card, checked and all at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ferkeras.errors import ExportError
from ferkeras.export.export_folder import ExportResult, free_target, write_folder
from ferkeras.export.export_source import ExportSource
from ferkeras.export.float32 import float32_model
from ferkeras.export.formats import DEFAULT
from ferkeras.export.limits import Limits
from ferkeras.export.parity import Parity, check_parity, parity_batches
from ferkeras.export.samples import Samples, check_samples, checked_targets
from ferkeras.prepare import ModelInputs
from ferkeras.runtime.named_inputs import described, keras_inputs
from ferkeras.types import FloatArray, InputSpec


def export_model(
    model: Any,
    spec: InputSpec,
    labels: Sequence[str],
    out: str | os.PathLike[str],
    *,
    samples: Samples,
    targets: ArrayLike | None = None,
    calibration: Samples | None = None,
    formats: Sequence[str] = DEFAULT,
    tolerance: float = 1e-4,
    max_drop: float = 0.01,
    isolated: bool = True,
    compared_on: str = "",
    system: str = "",
    tag: str = "",
    about: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> ExportResult:
    """Write ``model.keras``, the asked formats, ``labels.txt``, ``card.json`` and ``parity.md``.

    Each file is run in its own runtime, in a process without ferkeras, and compared with the
    float32 Keras model (see `ferkeras.export.float32`; that model is also what ``model.keras``
    holds). ``parity.md`` is the table of it. All is first written beside ``out`` and moved there
    when everything has passed; otherwise ``out`` stays as it was.
    Models that give pictures: `ferkeras.export.export_restorer`.

    Args:
        model: a built Keras model; its output is ``(batch, classes)`` probabilities, or a dict with
            them under ``"probabilities"``. Its input is a picture; or by name ``image``, ``nodes``
            and ``edges``, where ``spec.graph`` is set; or the faces ``onset`` and ``apex``, where
            ``spec.flow.in_graph`` is (see `ferkeras.export.frames_model`).
        spec: how a face becomes its input.
        labels: class names in the order of its output.
        out: the folder to make.
        samples: real prepared crops, float32 ``(n, height, width, channels)``, 0..255; their graphs
            are made of them here, where the model takes graphs. Where it takes faces, arrays by the
            names of its inputs, as `ferkeras.inputs.prepare_frames` gives them.
        targets: their true classes ``(n,)``, numbers of ``labels``; then accuracy and UF1 of each
            file are measured.
        calibration: real prepared crops as ``samples``, from which ``"tflite-int8"`` takes the
            ranges of values; None: ``samples``, which flatters it a little.
        formats: any of `ferkeras.export.formats.available`; may be empty.
        tolerance: largest allowed difference of any probability; formats of fewer bits have limits
            of their own, see `ferkeras.export.limits`.
        max_drop: largest loss of accuracy of ``"tflite-int8"``, as a share.
        isolated: run each file in a process of its own, see `ferkeras.export.run_file.run_file`;
            False is quicker, by some seconds for each file, and measures no times.
        compared_on: name of the data that ``samples`` are of, for the table.
        system, tag: names for the card; by default the names of ``out`` and its parent.
        about: more fields of `ModelCard`, such as ``trained_on`` and ``scores``.
        overwrite: replace ``out`` if it is there; only a folder with a card is replaced.

    Raises:
        ExportError: ``out`` is there, labels or samples that do not fit the model, an op without
            equivalent, or a file that differs from Keras by more than ``tolerance``.
    """
    target = free_target(out, formats, overwrite)
    twin = float32_model(model)
    _check(twin, spec, labels, samples)
    batches = calibrating = parity_batches(samples, spec)
    if calibration is not None:
        check_samples(calibration, spec)
        calibrating = parity_batches(calibration, spec)
    expected = _predict(twin, batches)
    if not np.isfinite(expected).all():
        raise ExportError(f"{model.name}: gives values that are not finite; nothing was written")
    truth = checked_targets(targets, *expected.shape)

    def check(path: Path, limits: Limits | None) -> Parity:
        limits = limits or Limits(difference=tolerance)
        return check_parity(
            path,
            batches,
            expected,
            limits,
            targets=truth,
            max_drop=max_drop,
            isolated=isolated,
        )

    return write_folder(
        target,
        ExportSource(twin, spec, batches, tuple(labels), calibrating),
        formats,
        check,
        {"system": system, "tag": tag},
        about,
        compared_on,
    )


def _check(model: Any, spec: InputSpec, labels: Sequence[str], samples: Samples) -> None:
    """Raise ExportError unless model, spec, labels and samples fit together."""
    takes = {name: tuple(one.shape[1:]) for name, one in keras_inputs(model).items()}
    if takes != spec.input_shapes:
        raise ExportError(
            f"{model.name}: takes {described(takes)}, its InputSpec says "
            f"{described(spec.input_shapes)}"
        )
    if model.output_shape[1:] != (len(labels),):
        raise ExportError(
            f"{model.name}: gives {model.output_shape[1:]} values, there are {len(labels)} labels"
        )
    check_samples(samples, spec)


def _predict(model: Any, batches: Sequence[ModelInputs]) -> FloatArray:
    """Not by ``predict_on_batch``, which on a GPU compiles anew for each shape of a batch."""
    from keras import ops

    parts = [ops.convert_to_numpy(model(batch, training=False)) for batch in batches]
    return np.concatenate(parts)
