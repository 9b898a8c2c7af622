"""Write a TFLite file that computes in integers."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ferkeras._quiet import info_held_back
from ferkeras.errors import ExportError
from ferkeras.export._integer_ops import integer_ops
from ferkeras.export._integer_topk import choose_in_integers
from ferkeras.export._tflite_file import drop_notes, packed
from ferkeras.export.calibration import calibration_samples
from ferkeras.export.equal_channels import equal_channels
from ferkeras.export.equal_modes import equal_modes
from ferkeras.export.equalised import equalised
from ferkeras.export.export_source import ExportSource
from ferkeras.export.folded import folded
from ferkeras.export.formats._tflite import converted
from ferkeras.export.limits import Limits
from ferkeras.export.tflite_metadata import add_metadata
from ferkeras.runtime.tflite_operators import float_operators, objects

FILE = "model_int8.tflite"
LIMITS = Limits(psnr=30.0)  # it is judged by what it recognises


def write(source: ExportSource, folder: Path) -> None:
    """Write ``folder/model_int8.tflite``: a quarter of the size, the contract of ``model.tflite``.

    Weights are int8 with a step for each channel, activations int8, their ranges taken from
    ``source.calibration`` (real samples of what the model will see, 100 or more). The file takes
    and gives float32 by the names of ``model.tflite``: its first operator makes integers of them
    and its last one numbers again, and between them nothing computes in float.

    Raises:
        ExportError: no samples or some that do not fit; an op that TFLite does not have built in;
            or one that it has in float only, which is named.
    """
    batches = source.calibration or source.batches
    samples = calibration_samples(source.model, batches)
    form = "tflite-int8"
    model = equal_channels(folded(source.model), batches)
    model = equalised(model, batches)
    with equal_modes(model, batches), integer_ops(), _converter_held_back():
        content = converted(model, form, partial(_integers, samples=samples))
    file = objects(content)
    choose_in_integers(file)
    drop_notes(file)
    left = float_operators(file)
    if left:
        raise ExportError(
            f"{source.model.name}: {', '.join(left)} would stay in float, for which TFLite has no "
            f"integers here; write that layer with other keras.ops, or leave {form} out of the "
            "formats"
        )
    (folder / FILE).write_bytes(packed(file))
    add_metadata(folder / FILE, source.spec, source.labels, source.model.name)


@contextmanager
def _converter_held_back() -> Iterator[None]:
    """Hold back what the converter says of itself."""
    with info_held_back(), warnings.catch_warnings():
        # It calibrates with an interpreter that TensorFlow itself calls old.
        warnings.filterwarnings("ignore", r"\s*Warning: tf\.lite\.Interpreter is deprecated")
        yield


def _integers(converter: Any, samples: Iterable[Any]) -> None:
    import tensorflow as tf

    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: iter(samples)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
