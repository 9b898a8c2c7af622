"""A finished model in the place of `fit`: it predicts the test rows and trains nothing."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.datasets.base import Index
from ferkeras.errors import DatasetError
from ferkeras.inputs.prepared import Prepared
from ferkeras.prepare import mirror, model_inputs
from ferkeras.runtime.carded import open_with_card
from ferkeras.types import ResolutionSpec

_BATCH = 256


class FinishedModel:
    """The `fit` callable of a released or exported model.

    Args:
        target: tag, model folder, or a model file in one (its folder holds the card).
        index: the data set; each of its classes must be one of the model's labels. Labels that it
            lacks are never predicted, and `settings` names them.
        flip: average the probabilities with those of the mirrored faces.
        resolution: of the faces, in the place of the card's; None: the card's.

    Attributes:
        card: the model's card; its input has the resolution.
        prepared: set it to the prepared pictures before the first call.

    Raises:
        ModelFileError: no such model or card, or a card that does not fit the model.
        DatasetError: classes that the model does not know.
        FerkerasError: a resolution for a model that takes no pixels.
    """

    def __init__(
        self,
        target: str,
        index: Index,
        *,
        flip: bool = False,
        resolution: ResolutionSpec | None = None,
    ) -> None:
        self.runner, self.card = open_with_card(target)
        if resolution is not None:
            spec = dataclasses.replace(self.card.input, resolution=resolution)
            self.card = dataclasses.replace(self.card, input=spec)
        self.index = index
        self.flip = flip
        self.prepared: Prepared | None = None
        unknown = sorted(set(index.classes) - set(self.card.labels))
        if unknown:
            raise DatasetError(
                f"{index.name} has the class {unknown[0]!r}, which {self.card.system}/"
                f"{self.card.tag} does not know; it knows {', '.join(self.card.labels)}"
            )
        self._columns = [self.card.labels.index(name) for name in index.classes]

    @property
    def settings(self) -> dict[str, Any]:
        """What the report says of the model; its training data are those of the card."""
        return {
            "model": f"{self.card.system}/{self.card.tag}",
            "engine": self.runner.engine,
            "files": self.card.files,
            "trained_on": self.card.trained_on,
            "input": self.card.input.to_dict(),
            "labels": list(self.card.labels),
            "labels never predicted": [
                name for name in self.card.labels if name not in self.index.classes
            ],
            "flip": self.flip,
        }

    def __call__(
        self, train: NDArray[np.int64], test: NDArray[np.int64], folder: Path
    ) -> NDArray[np.float32]:
        """Probabilities of the test rows in the order of the index's classes."""
        assert self.prepared is not None, "set .prepared first"
        place = {row: number for number, row in enumerate(self.prepared.rows.tolist())}
        answers = np.full((len(test), len(self._columns)), np.nan, dtype=np.float32)
        usable = np.array([row in place for row in test.tolist()], dtype=bool)
        chosen = [place[row] for row in test.tolist() if row in place]
        if chosen:
            answers[usable] = self._predict(self.prepared.pictures[chosen])[:, self._columns]
        reasons = {one.item: one.reason for one in self.prepared.skipped}
        items = [str(item) for item in self.index.table["item"].iloc[test[~usable]]]
        listed = [{"item": item, "reason": reasons[item]} for item in items]
        (folder / "skipped.json").write_text(json.dumps(listed), encoding="utf-8")
        return answers

    def _predict(self, pictures: NDArray[np.uint8]) -> NDArray[np.float32]:
        parts = []
        for start in range(0, len(pictures), _BATCH):
            batch = pictures[start : start + _BATCH].astype(np.float32)
            answer = self.runner.predict(model_inputs(batch, self.card.input))
            if self.flip:
                mirrored = model_inputs(mirror(batch, self.card.input), self.card.input)
                answer = np.float32(0.5) * (answer + self.runner.predict(mirrored))
            parts.append(answer)
        return np.concatenate(parts)
