"""How the movement of a clip becomes a model's channels."""

from __future__ import annotations

from dataclasses import dataclass

from ferkeras.errors import FerkerasError


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
        in_graph: the model takes the registered faces of onset and apex, and computes all of this
            itself (see `ferkeras.export.frames_model`); for ``"farneback"`` alone.
    """

    method: str = "farneback"
    normalisation: str = "minmax"
    scale: float = 0.02
    face_size: int = 224
    compensate: bool = True
    spotter: str = "roi"
    in_graph: bool = False

    def __post_init__(self) -> None:
        if self.normalisation not in ("minmax", "fixed"):
            raise FerkerasError(
                f"FlowSpec.normalisation is {self.normalisation!r}, expected 'minmax' or 'fixed'"
            )
        if not 32 <= self.face_size <= 1024:
            raise FerkerasError(f"FlowSpec.face_size is {self.face_size}, expected 32..1024 pixels")
        if not 0 < self.scale < 1:
            raise FerkerasError(f"FlowSpec.scale is {self.scale}, expected above 0, below 1")
        if self.in_graph and self.method != "farneback":
            raise FerkerasError(
                f"FlowSpec.in_graph is set with method {self.method!r}; models compute 'farneback' "
                "alone"
            )
