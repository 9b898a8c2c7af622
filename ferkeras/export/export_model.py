"""Export a trained Keras model with its card, checked and all at once."""

from __future__ import annotations

import datetime
import importlib
import os
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ferkeras.errors import ExportError
from ferkeras.export.float32 import float32_model
from ferkeras.export.parity import Parity, check_parity, parity_batches
from ferkeras.models.weight_counts import weight_counts
from ferkeras.prepare import ModelInputs
from ferkeras.runtime.card import CARD, ModelCard, hash_files, write_card
from ferkeras.runtime.named_inputs import described, keras_inputs
from ferkeras.types import FloatArray, InputSpec

FORMATS = ("saved_model", "tflite", "onnx")
KERAS_FILE = "model.keras"


@dataclass(frozen=True)
class ExportResult:
    """What was written: the folder, its card, and how each file compares with Keras."""

    folder: Path
    card: ModelCard
    parity: tuple[Parity, ...]


def export_model(
    model: Any,
    spec: InputSpec,
    labels: Sequence[str],
    out: str | os.PathLike[str],
    *,
    samples: FloatArray,
    formats: Sequence[str] = FORMATS,
    tolerance: float = 1e-4,
    system: str = "",
    tag: str = "",
    about: Mapping[str, Any] | None = None,
    overwrite: bool = False,
) -> ExportResult:
    """Write ``model.keras``, the asked formats, ``labels.txt`` and ``card.json`` into ``out``.

    Each file is run in its own runtime and compared with the float32 Keras model (see
    `ferkeras.export.float32`; that model is also what ``model.keras`` holds). All is first written
    beside ``out`` and moved there when everything has passed; otherwise ``out`` stays as it was.

    Args:
        model: a built Keras model; its output is ``(batch, classes)`` probabilities, or a dict with
            them under ``"probabilities"``. Its input is a picture; or by name ``image``, ``nodes``
            and ``edges``, where ``spec.graph`` is set.
        spec: how a face becomes its input.
        labels: class names in the order of its output.
        out: the folder to make.
        samples: real prepared crops, float32 ``(n, height, width, channels)``, 0..255; their graphs
            are made of them here, where the model takes graphs.
        formats: any of `FORMATS`; may be empty.
        tolerance: largest allowed difference of any probability.
        system, tag: names for the card; by default the names of ``out`` and its parent.
        about: more fields of `ModelCard`, such as ``trained_on`` and ``scores``.
        overwrite: replace ``out`` if it is there; only a folder with a card is replaced.

    Raises:
        ExportError: ``out`` is there, labels or samples that do not fit the model, an op without
            equivalent, or a file that differs from Keras by more than ``tolerance``.
    """
    target = Path(out)
    if target.exists() and not overwrite:
        raise ExportError(f"{target}: is there already; choose another folder, or overwrite it")
    if target.exists() and not (target / CARD).is_file():
        raise ExportError(f"{target}: is no exported model ({CARD} is not in it), so it stays")
    unknown = [name for name in formats if name not in FORMATS]
    if unknown:
        raise ExportError(f"no export format {unknown[0]!r}; known: {', '.join(FORMATS)}")
    twin = float32_model(model)
    _check(twin, spec, labels, samples)
    batches = parity_batches(samples, spec)
    expected = _predict(twin, batches)
    with _complete_or_nothing(target) as folder, _quiet():
        twin.save(folder / KERAS_FILE)
        files = [KERAS_FILE]
        for name in formats:
            module = importlib.import_module(f"ferkeras.export.{name}")
            module.write(twin, folder)
            files.append(module.FILE)
        parity = tuple(check_parity(folder / f, batches, expected, tolerance) for f in files)
        (folder / "labels.txt").write_text("\n".join(labels) + "\n", encoding="utf-8")
        fields: dict[str, Any] = {
            "system": system or target.absolute().parent.name,
            "tag": tag or target.absolute().name,
            "input": spec,
            "labels": tuple(labels),
            "parameters": weight_counts(twin).trained,
            "created": datetime.date.today().isoformat(),
            **(about or {}),
            "files": hash_files(folder),
            "parity": {
                one.file: {
                    "max_abs_difference": one.max_abs_difference,
                    "top1_agreement": one.top1_agreement,
                    "samples": one.samples,
                }
                for one in parity
            },
        }
        card = ModelCard(**fields)
        write_card(folder, card)
    return ExportResult(target, card, parity)


def _check(model: Any, spec: InputSpec, labels: Sequence[str], samples: FloatArray) -> None:
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
    shape, kind = np.shape(samples), getattr(samples, "dtype", None)
    if shape[1:] != spec.shape or not shape[0] or kind != np.float32:
        raise ExportError(f"samples are {kind} {shape}, expected at least one float32 {spec.shape}")
    low, high = spec.value_range
    if not (np.isfinite(samples).all() and samples.min() >= low and samples.max() <= high):
        raise ExportError(f"samples hold values outside {low:g}..{high:g}; give prepared crops")


def _predict(model: Any, batches: Sequence[ModelInputs]) -> FloatArray:
    """Not by ``predict_on_batch``, which on a GPU compiles anew for each shape of a batch."""
    from keras import ops

    parts = [ops.convert_to_numpy(model(batch, training=False)) for batch in batches]
    return np.concatenate(parts)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the warning that Keras 3 on NumPy 2 gives while it saves variables."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "__array__ implementation doesn't accept a copy keyword")
        # What it says of keras-hub's Swin, whose attention has no use for its mask.
        warnings.filterwarnings("ignore", r"Layer 'attn' \(of type WindowAttention\)")
        yield


@contextmanager
def _complete_or_nothing(target: Path) -> Iterator[Path]:
    """A folder beside ``target`` that takes its place if the block ends well, or else goes."""
    target.absolute().parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    old = target.with_name(f".{target.name}.{os.getpid()}.old")
    remove: Callable[[Path], None] = shutil.rmtree
    half.mkdir()
    try:
        yield half
    except BaseException:
        remove(half)
        raise
    if target.exists():
        os.replace(target, old)
        os.replace(half, target)
        remove(old)
    else:
        os.replace(half, target)
