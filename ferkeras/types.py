"""The values that travel between the folders: plain NumPy, no TensorFlow.

Conventions that hold everywhere in ferkeras:

* A **picture** is ``uint8`` of shape ``(height, width, 3)``, colour order **RGB**, values 0..255,
  already turned upright by its EXIF orientation. `ferkeras.media.as_picture` makes one from
  anything else; no other code converts colours or ranges of user input.
* A **point** is ``(x, y)`` in pixels, x to the right, y down, the centre of the top left pixel
  at (0, 0). A **box** is ``(x, y, width, height)``.
* "Left" means on the left of the picture (the subject's right), as detectors give it.
* A **model input** is ``float32``, values 0..255: a picture or a movement ``(height, width,
  channels)``, or landmarks ``(points, 2)``, each (x, y) with the face's square at 0..255. Scaling
  and normalising are layers inside the model, so that an exported file needs none of it.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ferkeras.errors import FerkerasError, GraphError

Picture = NDArray[np.uint8]
FloatArray = NDArray[np.float32]
Flow = NDArray[np.float32]
"""Motion from one picture to another, ``(height, width, 2)``: u to the right, v down, in pixels."""

LANDMARK_NAMES = ("left_eye", "right_eye", "nose", "left_mouth", "right_mouth")


@dataclass(frozen=True)
class Face:
    """One face found in a picture.

    Attributes:
        box: ``(x, y, width, height)`` in pixels of the picture; may reach over its border.
            Detectors of ferkeras give squares of one framing (see `ferkeras.detect.Detector`).
        score: the detector's confidence. MTCNN: a probability in 0..1; Viola-Jones: the
            cascade's level weight, without an upper bound. Comparable within one detector only.
        landmarks: ``(5, 2)`` float32 points in the order of `LANDMARK_NAMES`, or None where the
            detector gives none.
        detector: name of the detector that found it.
    """

    box: tuple[float, float, float, float]
    score: float = 1.0
    landmarks: FloatArray | None = None
    detector: str = ""

    def __post_init__(self) -> None:
        x, y, width, height = self.box
        if not (np.isfinite([x, y, width, height]).all() and width > 0 and height > 0):
            raise FerkerasError(
                f"face box {self.box} is not (x, y, width, height) with positive sides"
            )
        if self.landmarks is not None and np.shape(self.landmarks) != (5, 2):
            raise FerkerasError(
                f"face landmarks have shape {np.shape(self.landmarks)}, "
                "expected (5, 2): eyes, nose, mouth corners as (x, y)"
            )


@dataclass(frozen=True)
class Clip:
    """Consecutive frames of one video, with the course of its expression where that is known.

    Attributes:
        frames: uint8 ``(frames, height, width, 3)``, RGB; or any sequence of such pictures, for
            instance one that reads a frame when it is asked for (`ferkeras.media.FrameFiles`).
        fps: frames per second; 0 where the file does not say.
        source: where it came from, for messages.
        onset, apex, offset: positions in ``frames``, from 0: the last frame before the movement,
            its strongest frame, and its end; None where nobody annotated them.
    """

    frames: NDArray[np.uint8] | Sequence[Picture]
    fps: float = 0.0
    source: str = ""
    onset: int | None = None
    apex: int | None = None
    offset: int | None = None

    def __post_init__(self) -> None:
        where, count = self.source or "clip", len(self.frames)
        if not count:
            raise FerkerasError(f"{where}: the clip has no frames")
        known = [(n, getattr(self, n)) for n in ("onset", "apex", "offset")]
        known = [(name, position) for name, position in known if position is not None]
        for name, position in known:
            if not 0 <= position < count:
                raise FerkerasError(
                    f"{where}: {name} {position} is outside the clip, whose frames are "
                    f"0..{count - 1}; mend the annotation, or leave it out to have it estimated"
                )
        for (first, earlier), (second, later) in itertools.pairwise(known):
            if earlier > later:
                raise FerkerasError(f"{where}: {first} {earlier} is after {second} {later}")


@dataclass(frozen=True)
class FlowImage:
    """A ready-made flow picture, as in the public data of STSTNet and HTNet.

    Attributes:
        pixels: uint8 ``(height, width, 3)``: u, v and optical strain, each scaled to 0..255.
        apex: the apex frame, uint8 RGB of any size that shows the same part, for landmarks; None
            where it is not there.
    """

    pixels: Picture
    apex: Picture | None = None


@dataclass(frozen=True, eq=False)
class Graph:
    """An undirected graph on parts of a face: pixels, landmarks or regions.

    Made by `ferkeras.graphs.knn_graph` or `ferkeras.graphs.graph_from_edges`. Arrays are turned
    into the types below and checked; anything else about them is an error.

    Attributes:
        nodes: float32 ``(N, F)`` features of each node; F may be 0.
        edges: int32 ``(2, E)``: source and target. Each edge is stored both ways; sorted by
            (source, target), none twice, none from a node to itself.
        weights: float32 ``(E,)``, above 0, the same both ways; None becomes 1 for every edge.
        edge_features: float32 ``(E, D)``, which may differ between both ways; None if there are
            none.
        positions: float32 ``(N, 2)``, (x, y) in pixels; None where nodes have no place.
    """

    nodes: FloatArray
    edges: NDArray[np.int32]
    weights: FloatArray = None  # type: ignore[assignment]  # replaced below, never None outside
    edge_features: FloatArray | None = None
    positions: FloatArray | None = None

    def __post_init__(self) -> None:
        edges = np.asarray(self.edges)
        if edges.ndim != 2 or len(edges) != 2 or edges.dtype.kind not in "iu":
            raise GraphError(
                f"graph edges are {edges.dtype} of shape {edges.shape}, expected integers (2, E)"
            )
        count = edges.shape[1]
        weights = np.ones(count) if self.weights is None else self.weights
        self._keep("nodes", self.nodes, (None, None))
        self._keep("weights", weights, (count,))
        if self.edge_features is not None:
            self._keep("edge_features", self.edge_features, (count, None))
        if self.positions is not None:
            self._keep("positions", self.positions, (len(self.nodes), 2))
        self._check_edges(edges.astype(np.int64))
        object.__setattr__(self, "edges", np.ascontiguousarray(edges, np.int32))

    def _keep(self, name: str, values: Any, shape: tuple[int | None, ...]) -> None:
        """Store as float32 what has that shape (None: any length) and is finite."""
        array = np.asarray(values, np.float32)
        lengths = zip(array.shape, shape, strict=False)
        if array.ndim != len(shape) or any(b is not None and a != b for a, b in lengths):
            wanted = ", ".join("any" if length is None else str(length) for length in shape)
            raise GraphError(f"graph {name} have shape {array.shape}, expected ({wanted})")
        if not np.isfinite(array).all():
            raise GraphError(f"graph {name} hold NaN or infinity")
        object.__setattr__(self, name, np.ascontiguousarray(array))

    def _check_edges(self, edges: NDArray[np.int64]) -> None:
        count, (source, target) = len(self.nodes), edges
        if edges.size and not (edges.min() >= 0 and edges.max() < count):
            raise GraphError(f"a graph edge leads to a node outside 0..{count - 1}")
        if (source == target).any():
            raise GraphError("a graph edge leads from a node to itself")
        if (np.diff(source * count + target) <= 0).any():
            raise GraphError(
                "graph edges are not sorted by (source, target), or one is there twice; "
                "ferkeras.graphs.graph_from_edges puts them in order"
            )
        back = np.argsort(target * count + source)  # where each edge's other direction is
        if not np.array_equal(edges[:, back], edges[::-1]):
            raise GraphError("a graph edge is stored one way only, expected both ways")
        if not np.array_equal(self.weights, self.weights[back]):
            raise GraphError("a graph edge has another weight each way")
        if (self.weights <= 0).any():
            raise GraphError("graph weights are not above 0; leave such edges out")


@dataclass(frozen=True)
class Sample:
    """One row of a data set's index.

    Attributes:
        item: what the reader's ``load`` turns into a picture; unique within the data set
            (a path below the root, or a row's name).
        label: class name, one of the index's ``classes``.
        subject: who is seen; None where the data set does not say.
        sequence: the recording the picture was taken from; None where it does not say.
        split: the data set's own part ("train", "test", ...); None where it has none.
        dataset: which data set of a composite it is from; None where there is but one.
    """

    item: str
    label: str
    subject: str | None = None
    sequence: str | None = None
    split: str | None = None
    dataset: str | None = None


@dataclass(frozen=True)
class FlowSpec:
    """How the movement from onset to apex becomes three channels: u, v and optical strain.

    Attributes:
        method: which optical flow; a file in ``ferkeras/flow/``.
        normalisation: ``"minmax"`` stretches each channel of each picture to 0..255, as in the
            public data of STSTNet and HTNet; ``"fixed"`` keeps strength and sign, see
            `ferkeras.flow.normalise`.
        scale: for ``"fixed"``: movement at which u and v are full, as a share of the face's side.
        face_size: side in pixels of the registered face on which flow is computed.
        compensate: the head's own motion, a similarity fitted robustly to the flow, is taken out.
        spotter: what finds the apex where it is not annotated; a file in
            ``ferkeras/flow/spotters/``.
    """

    method: str = "farneback"
    normalisation: str = "minmax"
    scale: float = 0.02
    face_size: int = 224
    compensate: bool = True
    spotter: str = "roi"

    def __post_init__(self) -> None:
        if self.normalisation not in ("minmax", "fixed"):
            raise FerkerasError(
                f"FlowSpec.normalisation is {self.normalisation!r}, expected 'minmax' or 'fixed'"
            )
        if not 32 <= self.face_size <= 1024:
            raise FerkerasError(f"FlowSpec.face_size is {self.face_size}, expected 32..1024 pixels")
        if not 0 < self.scale < 1:
            raise FerkerasError(f"FlowSpec.scale is {self.scale}, expected above 0, below 1")


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
        object.__setattr__(self, "value_range", tuple(float(v) for v in self.value_range))

    @property
    def takes_clips(self) -> bool:
        """Whether the model's input is made of a clip, not of one picture."""
        return self.flow is not None

    @property
    def takes_landmarks(self) -> bool:
        """Whether the model's input is the places of landmarks, not pixels."""
        return self.kind == "landmarks"

    @property
    def shape(self) -> tuple[int, ...]:
        """``(height, width, channels)``, or ``(points, 2)`` of landmarks."""
        if self.takes_landmarks:
            assert self.points is not None
            return (self.points, 2)
        return (self.height, self.width, self.channels)

    @property
    def stored_as(self) -> str:
        """NumPy type that holds prepared inputs exactly: bytes, or float32 for landmarks."""
        return "float32" if self.takes_landmarks else "uint8"

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as written into card.json; the settings of landmarks only where used."""
        values = {**dataclasses.asdict(self), "value_range": list(self.value_range)}
        if not self.takes_landmarks:
            del values["landmarks"], values["points"]
        return values

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> InputSpec:
        """Inverse of `to_dict`; an unknown key is an error that names it."""
        flow = values.get("flow")
        _check_names("InputSpec", cls, values)
        if isinstance(flow, dict):
            _check_names("InputSpec.flow", FlowSpec, flow)
            values = {**values, "flow": FlowSpec(**flow)}
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
