"""Run an exported file in its own runtime and compare it with Keras."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ferkeras.evaluation.scores import Scores, confusion_matrix
from ferkeras.export.limits import Limits, check_difference, check_labels
from ferkeras.export.run_file import run_file
from ferkeras.export.samples import Samples
from ferkeras.prepare import ModelInputs, model_inputs
from ferkeras.types import FloatArray, InputSpec

_BATCH = 32
_CLIPS = 4  # the same of clips, whose frames a model turns into many megabytes


@dataclass(frozen=True)
class Parity:
    """How an exported file compares with its Keras model.

    Attributes:
        file: its name.
        engine: the engine that ran it.
        samples: number of samples.
        max_abs_difference: largest difference of any probability.
        top1_agreement: share of samples with the same label.
        megabytes: its size, 10^6 bytes.
        accuracy, uf1: of the samples, where their true labels were given; 0..1.
        milliseconds: size of a batch -> median time of one run; only of files that ran alone.
        threads: CPU threads that it had then.
    """

    file: str
    engine: str
    samples: int
    max_abs_difference: float
    top1_agreement: float
    megabytes: float
    accuracy: float | None = None
    uf1: float | None = None
    milliseconds: Mapping[int, float] = field(default_factory=dict)
    threads: int | None = None

    def for_card(self) -> dict[str, float]:
        """What the card keeps of it."""
        values = {
            "max_abs_difference": self.max_abs_difference,
            "top1_agreement": self.top1_agreement,
            "samples": self.samples,
            "megabytes": self.megabytes,
            "accuracy": self.accuracy,
            "uf1": self.uf1,
            **{f"milliseconds_batch_{size}": time for size, time in self.milliseconds.items()},
            "threads": self.threads,
        }
        return {name: value for name, value in values.items() if value is not None}


def parity_batches(samples: Samples, spec: InputSpec) -> list[ModelInputs]:
    """The first crop alone and the rest in larger batches, each as the model takes it.

    So a file that takes one batch size only does not pass; nor one that takes one number of nodes
    or edges only, where graphs belong to it.

    Args:
        samples: float32 ``(n, height, width, channels)``, 0..255; one or more. Of a model that
            computes the flow itself such arrays by the names of its inputs.
        spec: what the model takes.
    """
    named = isinstance(samples, Mapping)
    count = len(next(iter(samples.values()))) if isinstance(samples, Mapping) else len(samples)
    ends = [*range(1, count, _CLIPS if named else _BATCH), count]
    starts = [0, *ends[:-1]]
    return [model_inputs(_rows(samples, a, b), spec) for a, b in zip(starts, ends, strict=True)]


def _rows(samples: Samples, start: int, end: int) -> Samples:
    if isinstance(samples, Mapping):
        return {name: array[start:end] for name, array in samples.items()}
    return samples[start:end]


def check_parity(
    path: Path,
    batches: Sequence[ModelInputs],
    expected: FloatArray,
    limits: Limits,
    *,
    targets: NDArray[np.int64] | None = None,
    max_drop: float = 0.01,
    isolated: bool = True,
) -> Parity:
    """Compare ``path`` with what Keras gave.

    Args:
        path: the exported file or folder.
        batches: from `parity_batches`.
        expected: Keras' probabilities ``(n, classes)``, of all batches one after the other.
        limits: what is allowed.
        targets: true classes ``(n,)``, numbers of labels; None: not known.
        max_drop: largest loss of accuracy, for limits without a difference.
        isolated: see `ferkeras.export.run_file.run_file`.

    Raises:
        ExportError: it differs too much, holds a value that is not finite, or cannot be run.
        ModelFileError: the file cannot be opened.
    """
    ran = run_file(path, batches, isolated=isolated)
    got = np.concatenate(ran.outputs)
    same = got.shape == expected.shape
    difference = float(np.abs(got - expected).max()) if same else np.inf
    most = limits.difference if limits.difference is not None else 1.0
    check_difference(path.name, difference, most, f"{len(expected)} samples")
    agreement = float(np.mean(got.argmax(axis=1) == expected.argmax(axis=1)))
    scores = None if targets is None else _scores(got, targets)
    if limits.difference is None:
        keras = None if targets is None else _scores(expected, targets)
        lost = None if keras is None or scores is None else keras.accuracy - scores.accuracy
        check_labels(path.name, agreement, len(expected), lost, max_drop)
    return Parity(
        path.name,
        ran.engine,
        len(expected),
        difference,
        agreement,
        ran.megabytes,
        None if scores is None else scores.accuracy,
        None if scores is None else scores.uf1,
        ran.milliseconds,
        ran.threads,
    )


def _scores(probabilities: FloatArray, targets: NDArray[np.int64]) -> Scores:
    classes = probabilities.shape[1]
    return Scores(confusion_matrix(targets, probabilities.argmax(axis=1), classes))
