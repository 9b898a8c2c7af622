"""What a model takes: how a picture or a clip becomes its array."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

from ferkeras.errors import FerkerasError
from ferkeras.types.face import LANDMARK_NAMES
from ferkeras.types.flow_spec import FlowSpec
from ferkeras.types.graph_spec import GraphSpec
from ferkeras.types.resolution_spec import ResolutionSpec

_BY_LANDMARKS = ("flow_regions",)  # kinds of movement that are cut out around landmarks


@dataclass(frozen=True)
class InputSpec:
    """How a face becomes the array that a model takes; stored in every model's card.

    Attributes:
        kind: the file in ``ferkeras/prepare/`` that does it.
        height, width: size of the model's input in pixels.
        channels: 1 = grey (luma, ITU-R BT.601), 3 = RGB, or u, v and optical strain.
        detector: which detector finds the face in a whole picture.
        margin: how much is added to the detector's box on each side, as a share of its side.
            Negative values cut into it.
        align: turn and scale the face by its landmarks to a standard position first; needs a
            detector that gives landmarks.
        value_range: lowest and highest value of the array; always (0, 255) today.
        flow: for the kinds that take the movement of a clip; None for pictures.
        landmarks: for kind ``"landmarks"``: ``"mtcnn"`` (that detector's five points), or the path
            of a landmark model, see `ferkeras.detect.landmarks.load_landmarks`; None: not named
            yet, an error once a face is prepared.
        points: how many landmarks; None becomes 5 with ``"mtcnn"``, else 68. Size and channels are
            of pictures and stay at their defaults.
        graph: for a model that takes the picture's graph beside it; None: the picture alone.
        resolution: for faces that are made small, and enlarged again, first; None: they are not.
            Not for landmarks.
    """

    kind: str = "face_crop"
    height: int = 60
    width: int = 60
    channels: int = 1
    detector: str = "viola_jones"
    margin: float = 0.0
    align: bool = False
    value_range: tuple[float, float] = (0.0, 255.0)
    flow: FlowSpec | None = None
    landmarks: str | None = None
    points: int | None = None
    graph: GraphSpec | None = None
    resolution: ResolutionSpec | None = None

    def __post_init__(self) -> None:
        if self.takes_landmarks:
            self._check_landmarks()
        elif self.landmarks is not None or self.points is not None:
            name = "landmarks" if self.landmarks is not None else "points"
            raise FerkerasError(
                f"InputSpec.{name} is {getattr(self, name)!r}, but kind is {self.kind!r}; leave it "
                "out, or set kind='landmarks'"
            )
        if self.channels not in (1, 3):
            raise FerkerasError(f"InputSpec.channels is {self.channels}, expected 1 or 3")
        if self.height < 1 or self.width < 1:
            raise FerkerasError(f"InputSpec size {self.height}x{self.width} is not positive")
        if self.margin <= -0.5:
            raise FerkerasError(f"InputSpec.margin is {self.margin}, expected above -0.5")
        if self.flow is not None and self.channels != 3:
            raise FerkerasError(
                f"InputSpec.channels is {self.channels}; flow has 3: u, v and optical strain"
            )
        if self.graph is not None and (self.takes_clips or self.takes_landmarks):
            raise FerkerasError(
                f"InputSpec.graph is set, but kind {self.kind!r} is no picture; leave it out"
            )
        if self.graph is not None and self.graph.colour and self.channels != 3:
            raise FerkerasError("InputSpec.graph.colour needs channels=3")
        if self.resolution is not None and self.takes_landmarks:
            raise FerkerasError(
                "InputSpec.resolution is set, but kind 'landmarks' takes no pixels; leave it out"
            )
        if self.resolution is not None and self.takes_frames:
            raise FerkerasError(
                "InputSpec.resolution is set, but with flow.in_graph the model takes the faces as "
                "they are; leave it out"
            )
        object.__setattr__(self, "value_range", tuple(float(v) for v in self.value_range))

    @property
    def takes_clips(self) -> bool:
        """Whether the model's input is made of a clip, not of one picture."""
        return self.flow is not None

    @property
    def takes_frames(self) -> bool:
        """Whether it is the faces of onset and apex, of which the model computes the movement."""
        return self.flow is not None and self.flow.in_graph

    @property
    def needs_landmarks(self) -> bool:
        """Whether parts of a movement are cut out around the face's five landmarks."""
        return self.takes_clips and self.kind in _BY_LANDMARKS

    @property
    def takes_landmarks(self) -> bool:
        """Whether the model's input is the places of landmarks, not pixels."""
        return self.kind == "landmarks"

    @property
    def input_shapes(self) -> dict[str, tuple[int | None, ...]]:
        """Shape of each input of a model by its name, without the batch; None: any length.

        With ``flow.in_graph`` these are the registered faces ``onset`` and ``apex``, RGB, and
        ``landmarks`` (x, y) in their pixels where `needs_landmarks` says so.
        """
        if self.flow is not None and self.flow.in_graph:
            face = (self.flow.face_size, self.flow.face_size, 3)
            points = {"landmarks": (len(LANDMARK_NAMES), 2)} if self.needs_landmarks else {}
            return {"onset": face, "apex": face, **points}
        if self.graph is None:
            return {"input": self.shape}
        return {"image": self.shape, "nodes": (None, self.graph.features), "edges": (2, None)}

    @property
    def shape(self) -> tuple[int, ...]:
        """``(height, width, channels)``, or ``(points, 2)`` of landmarks.

        With ``flow.in_graph`` that of the channels which the model makes itself.
        """
        if self.takes_landmarks:
            assert self.points is not None
            return (self.points, 2)
        return (self.height, self.width, self.channels)

    @property
    def stored_as(self) -> str:
        """NumPy type that holds prepared inputs exactly: bytes, or float32 for landmarks."""
        return "float32" if self.takes_landmarks else "uint8"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as written into card.json; the settings of landmarks only where used,
        graph, resolution and ``flow.in_graph`` only where set."""
        values = {**dataclasses.asdict(self), "value_range": list(self.value_range)}
        if not self.takes_landmarks:
            del values["landmarks"], values["points"]
        for name in ("graph", "resolution"):
            if values[name] is None:
                del values[name]
        if self.flow is not None and not self.flow.in_graph:
            del values["flow"]["in_graph"]
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> InputSpec:
        """Inverse of `to_dict`; an unknown key is an error that names it."""
        flow = values.get("flow")
        _check_names("InputSpec", cls, values)
        if isinstance(flow, dict):
            _check_names("InputSpec.flow", FlowSpec, flow)
            values = {**values, "flow": FlowSpec(**flow)}
        kinds: dict[str, type] = {"graph": GraphSpec, "resolution": ResolutionSpec}
        for name, kind in kinds.items():
            given = values.get(name)
            if isinstance(given, dict):
                _check_names(f"InputSpec.{name}", kind, given)
                values = {**values, name: kind(**given)}
            elif given is not None:
                raise FerkerasError(
                    f"InputSpec.{name} is {given!r}, expected settings by name, or null"
                )
        return cls(**values)

    def _check_landmarks(self) -> None:
        """Pass if the settings go together for landmarks; fills in ``points``."""
        for name in ("height", "width", "channels", "align", "flow"):
            value = getattr(self, name)
            if value != getattr(type(self), name):  # the default
                raise FerkerasError(
                    f"InputSpec.{name} is {value!r}, which means nothing for kind 'landmarks'; "
                    "leave it out"
                )
        five, source = len(LANDMARK_NAMES), self.landmarks
        if source is not None and (not isinstance(source, str) or not source):
            raise FerkerasError(
                f"InputSpec.landmarks is {source!r}, expected 'mtcnn' or the path of a file"
            )
        if self.points is None:
            object.__setattr__(self, "points", five if source == "mtcnn" else 68)
        if isinstance(self.points, bool) or not isinstance(self.points, int) or self.points < 3:
            raise FerkerasError(
                f"InputSpec.points is {self.points!r}, expected a whole number of 3 or more"
            )
        if source == "mtcnn" and self.detector != "mtcnn":
            raise FerkerasError(
                f"InputSpec.landmarks is 'mtcnn', but detector is {self.detector!r}; "
                "set detector='mtcnn' too, whose points these are"
            )
        if source is not None and (source == "mtcnn") != (self.points == five):
            raise FerkerasError(
                f"InputSpec.points is {self.points} with landmarks={source!r}; 'mtcnn' gives "
                f"{five} points, a file gives another number, such as 68"
            )


def _check_names(what: str, kind: type, values: dict[str, Any]) -> None:
    known = {field.name for field in dataclasses.fields(kind)}
    unknown = sorted(set(values) - known)
    if unknown:
        raise FerkerasError(f"{what} has no field {unknown[0]!r}; known: {sorted(known)}")
