"""Export a trained model that gives larger pictures with its card, checked and all at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ferkeras.errors import ExportError
from ferkeras.export.export_folder import ExportResult, free_target, write_folder
from ferkeras.export.export_source import ExportSource
from ferkeras.export.float32 import float32_model
from ferkeras.export.formats import DEFAULT
from ferkeras.export.limits import Limits
from ferkeras.export.picture_parity import PictureParity, check_picture_parity, picture_batches
from ferkeras.export.samples import check_pictures
from ferkeras.runtime.named_inputs import INPUT, described, keras_inputs
from ferkeras.types import FloatArray, InputSpec


def export_restorer(
    model: Any,
    spec: InputSpec,
    out: str | os.PathLike[str],
    *,
    samples: FloatArray,
    calibration: FloatArray | None = None,
    formats: Sequence[str] = DEFAULT,
    tolerance: float = 0.05,
    isolated: bool = True,
    compared_on: str = "",
    system: str = "",
    tag: str = "",
    about: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> ExportResult:
    """Write ``model.keras``, the asked formats, ``card.json`` and ``parity.md``.

    As `ferkeras.export.export_model` does it for classifiers: each file is run in its own runtime
    and compared with the float32 Keras model, and ``out`` is whole or stays as it was. Sides that
    are open in the model are open in every file; then two sizes are compared.

    Args:
        model: a built Keras model, such as an `ESRGANGenerator`: pictures ``(batch, height, width,
            channels)`` to pictures of a whole number of times the side, both 0..255.
        spec: how a face becomes the small picture that it was trained on.
        out: the folder to make.
        samples: real small pictures, float32 ``(n, height, width, channels)``, 0..255.
        calibration: real small pictures as ``samples``, from which ``"tflite-int8"`` takes the
            ranges of values; None: ``samples``.
        formats: any of `ferkeras.export.formats.available`; may be empty.
        tolerance: largest allowed difference of any value, in grey levels (of 0..255); formats of
            fewer bits have limits of their own, see `ferkeras.export.limits`.
        isolated, compared_on: see `ferkeras.export.export_model`.
        system, tag: names for the card; by default the names of ``out`` and its parent.
        about: more fields of `ModelCard`, such as ``trained_on`` and ``scores``.
        overwrite: replace ``out`` if it is there; only a folder with a card is replaced.

    Raises:
        ExportError: ``out`` is there, samples or a spec that do not fit the model, a model that
            does not give larger pictures, an op without equivalent, or a file that differs from
            Keras by more than ``tolerance``.
    """
    target = free_target(out, formats, overwrite)
    twin = float32_model(model)
    sides = _checked_sides(twin, spec)
    check_pictures(samples, (*sides, spec.channels), spec.value_range)
    batches = calibrating = picture_batches(samples, sides)
    if calibration is not None:
        check_pictures(calibration, (*sides, spec.channels), spec.value_range)
        calibrating = picture_batches(calibration, sides)
    expected = [np.asarray(twin(batch, training=False)) for batch in batches]
    fields = {"system": system, "tag": tag, "scale": _scale(twin, batches, expected)}

    def check(path: Path, limits: Limits | None) -> PictureParity:
        limits = limits or Limits(grey_levels=tolerance)
        return check_picture_parity(path, batches, expected, limits, isolated=isolated)

    return write_folder(
        target,
        ExportSource(twin, spec, batches, calibration=calibrating),
        formats,
        check,
        fields,
        about,
        compared_on,
    )


def _checked_sides(model: Any, spec: InputSpec) -> tuple[int | None, int | None]:
    """The model's height and width, None for any.

    Raises:
        ExportError: it does not take and give pictures, or not such as ``spec`` says.
    """
    takes = {name: tuple(one.shape[1:]) for name, one in keras_inputs(model).items()}
    shape = takes.get(INPUT, ())
    gives = model.output_shape
    if len(shape) != 3 or not isinstance(gives, tuple) or len(gives) != 4:
        raise ExportError(
            f"{model.name}: takes {described(takes)} and gives {gives}, expected pictures (height, "
            "width, channels) for pictures; classifiers are exported by export_model"
        )
    said = spec.input_shapes.get(INPUT, ())
    fits = len(said) == 3 and all(a in (None, b) for a, b in zip(shape, said, strict=True))
    if not fits or gives[3] != shape[2]:
        raise ExportError(
            f"{model.name}: takes {shape} and gives {gives[1:]}, its InputSpec says "
            f"{described(spec.input_shapes)}"
        )
    return shape[0], shape[1]


def _scale(model: Any, batches: Sequence[FloatArray], expected: Sequence[FloatArray]) -> int:
    """How many times larger the pictures become."""
    scale = int(expected[0].shape[1] // batches[0].shape[1])
    for small, large in zip(batches, expected, strict=True):
        if scale < 1 or large.shape[1:3] != (scale * small.shape[1], scale * small.shape[2]):
            raise ExportError(
                f"{model.name}: makes {large.shape[1]}x{large.shape[2]} of {small.shape[1]}x"
                f"{small.shape[2]}, expected the same whole number of times both sides"
            )
    return scale
