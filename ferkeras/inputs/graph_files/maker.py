"""One row of an index -> the record of its graph."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ferkeras.datasets.base import COLUMNS, Index, Skipped
from ferkeras.detect import Detector, load_detector
from ferkeras.errors import FerkerasError, GraphError
from ferkeras.graphs import ball_columns as columns
from ferkeras.graphs.example_encoding import encode_example, frame_record
from ferkeras.graphs.graph_schema import graph_schema
from ferkeras.graphs.graph_tensor import CONTEXT, EDGE_SET, NODE_SET
from ferkeras.inputs.graph_files.settings import GraphSettings
from ferkeras.prepare import check_restorer, needs_detector, prepare_sample
from ferkeras.types import Graph, Picture

_TEXTS = tuple(name for name in COLUMNS if name != "label")


@dataclass(frozen=True)
class GraphMaker:
    """Makes records: ``maker(row)``.

    The context of each graph is its ``label`` (the class's number), its ``item``, and its
    ``subject``, ``sequence``, ``split`` and ``dataset`` where the data set knows them; where it
    knows one of some rows only, the others have an empty text.

    Attributes:
        index: the data set.
        settings: how a picture becomes its graph.
    """

    index: Index
    settings: GraphSettings

    def __call__(self, row: int) -> bytes | Skipped:
        """The framed record of one row; or why there is none."""
        item = self._texts["item"][row]
        try:
            graph = self._graph(self._picture(item))
        except FerkerasError as error:
            return Skipped(item, str(error))
        return frame_record(encode_example(graph, self._context(row)))

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs: it loads a detector of its own, as none can be pickled."""
        return {key: value for key, value in self.__dict__.items() if key != "_finder"}

    def schema(self) -> str:
        """The GraphSchema of all records.

        Raises:
            GraphError: settings out of range.
            FaceError: no such detector.
            ModelFileError: no such restorer.
        """
        _ = self._finder
        if self.settings.spec is not None:
            check_restorer(self.settings.spec)
        colour = self.settings.colour
        nodes = columns.BALL_COLOUR_FEATURES if colour else columns.BALL_FEATURES
        edges = columns.BALL_COLOUR_EDGE_FEATURES if colour else columns.BALL_EDGE_FEATURES
        classes = (f"{number} {name}" for number, name in enumerate(self.index.classes))
        words = {
            (CONTEXT, "label"): ", ".join(classes),
            (CONTEXT, "item"): "name of the picture in its data set",
            (NODE_SET, "features"): ", ".join(nodes),
            (EDGE_SET, "features"): ", ".join(edges),
        }
        return graph_schema(self._graph(np.zeros((2, 2, 3), np.uint8)), self._context(0), words)

    def check_samples(self) -> None:
        """Pass if graphs can be made of what the index holds.

        Raises:
            GraphError: clips; or whole photographs, and no word on how to cut out faces.
        """
        if self.settings.spec is None and not self.index.cropped:
            raise GraphError(
                f"{self.index.name}: the pictures are no face crops; say how faces are cut out, "
                "such as --size 48"
            )
        try:
            first = self.index.load(self.index.table["item"].iat[0])
        except FerkerasError:
            return  # it will be left out
        if not isinstance(first, np.ndarray):
            raise GraphError(
                f"{self.index.name}: graphs are made of pictures, its samples are clips; "
                "add ,pictures=apex to the data set"
            )

    @cached_property
    def table_sha256(self) -> str:
        """Of the index's table and classes: which pictures there are, and what is known of them."""
        columns = [list(self.index.table[name]) for name in COLUMNS]
        text = json.dumps([self.index.classes, columns])
        return hashlib.sha256(text.encode()).hexdigest()

    def _picture(self, item: str) -> Picture:
        loaded, spec = self.index.load(item), self.settings.spec
        if not isinstance(loaded, np.ndarray):
            raise GraphError("not a picture, but a clip")
        if spec is None:
            return loaded
        face = prepare_sample(loaded, spec, self._finder, cropped=self.index.cropped)
        return face.astype(np.uint8)

    def _graph(self, picture: Picture) -> Graph:
        from ferkeras.graphs import granular_balls

        return granular_balls(picture, **self.settings.balls)

    def _context(self, row: int) -> dict[str, Any]:
        texts = {name: values[row] for name, values in self._texts.items()}
        return {"label": self._labels[row], **texts}

    @cached_property
    def _labels(self) -> list[int]:
        return [int(label) for label in self.index.labels]

    @cached_property
    def _texts(self) -> dict[str, list[str]]:
        columns = {name: self.index.table[name] for name in _TEXTS}
        return {
            name: ["" if value is None else str(value) for value in values]
            for name, values in columns.items()
            if values.notna().any()
        }

    @cached_property
    def _finder(self) -> Detector | None:
        spec = self.settings.spec
        if spec is None or not needs_detector(spec, cropped=self.index.cropped):
            return None
        return load_detector(spec.detector)
