"""The versions of faces that ``ferkeras study low-resolution`` sets beside each other."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferkeras.cli._restorers import restored
from ferkeras.errors import DatasetError, FerkerasError

if TYPE_CHECKING:
    from pathlib import Path

    from ferkeras.datasets import Index
    from ferkeras.evaluation import EvaluationResult
    from ferkeras.evaluation.picture_scores import PictureScores
    from ferkeras.inputs import Prepared


@dataclass(frozen=True)
class Version:
    """One version of all faces.

    Attributes:
        name: in tables and folders: ``"HR 128x128"``, ``"bicubic x4"``.
        prepared: the pictures with their rows.
        scores: against the sharp ones, of those that are enlarged.
    """

    name: str
    prepared: Prepared
    scores: PictureScores | None = None

    @property
    def settings(self) -> dict[str, Any]:
        """For the report, and so that an evaluation of other pictures is not gone on with."""
        digest = hashlib.sha256(self.prepared.pictures.tobytes()).hexdigest()
        return {"pictures": self.name, "picture digest": digest[:16]}


def pictures_of(index: Index) -> Index:
    """The index itself where it holds pictures; of clips their apex frames.

    Raises:
        DatasetError: it holds something else.
    """
    from ferkeras.datasets import clip_pictures
    from ferkeras.datasets.base import kind_of

    for item in index.table["item"]:
        try:
            kind = kind_of(index.load(item))
        except FerkerasError:
            continue  # told, and counted, where all are loaded
        if kind == "flow pictures":
            raise DatasetError(f"{index.name} holds {kind}; faces are needed, or clips of them")
        return clip_pictures(index, "apex") if kind == "clips" else index
    raise DatasetError(f"{index.name}: none of its {len(index)} samples can be read")


def versions(index: Index, sharp: Prepared, restorers: Sequence[Any], seed: int) -> list[Version]:
    """HR, LR, bicubic, and one of each restorer.

    Args:
        index: the data set.
        sharp: its prepared faces, uint8 RGB.
        restorers: from `load_restorers`.
        seed: of the degradation.

    Raises:
        FerkerasError: a restorer that gives pictures of another size or type.
    """
    from ferkeras.evaluation.picture_scores import picture_scores
    from ferkeras.inputs.low_resolution import SCALE, enlarged, low_resolution

    table = index.table.iloc[sharp.rows]
    recordings = [one or item for one, item in zip(table["sequence"], table["item"], strict=True)]
    true = sharp.pictures
    small = low_resolution(true, recordings, seed=seed)

    def version(name: str, pictures: Any, against: bool = True) -> Version:
        prepared = dataclasses.replace(sharp, pictures=pictures)
        return Version(name, prepared, picture_scores(true, pictures) if against else None)

    found = [
        version(f"HR {true.shape[2]}x{true.shape[1]}", true, against=False),
        version(f"LR {small.shape[2]}x{small.shape[1]}", small, against=False),
        version(f"bicubic x{SCALE}", enlarged(small)),
    ]
    for restorer in restorers:
        pictures = restored(restorer, small, true.shape)
        found.append(version(f"{restorer.name} x{SCALE}", pictures))
    return found


def identical_lines(made: Sequence[Version]) -> list[str]:
    """What is said where enlarged pictures are the sharp ones, value by value."""
    return [
        f"{one.name}: {one.scores.identical} pictures are the sharp ones; their infinite PSNR "
        "stands in no mean"
        for one in made
        if one.scores and one.scores.identical
    ]


def write_grid(index: Index, made: Sequence[Version], result: EvaluationResult, out: Path) -> str:
    """Write ``grid.png`` with faces that the first protocol tests; returns it as SVG."""
    import numpy as np

    from ferkeras.evaluation.face_grid import as_png, chosen_faces, face_grid
    from ferkeras.evaluation.plot_style import as_svg
    from ferkeras.files import write_bytes

    tested = index.table.iloc[np.sort(result.scored["row"].to_numpy(dtype=int))]
    chosen = tested.iloc[chosen_faces(tested)]
    places = np.searchsorted(made[0].prepared.rows, chosen.index.to_numpy())
    shown = {one.name: one.prepared.pictures[places] for one in made}
    psnr = {one.name: one.scores.psnr[places].tolist() for one in made if one.scores}
    names = [f"{row['subject'] or 'unknown'}, {row['label']}" for row in chosen.to_dict("records")]
    figure = face_grid(shown, names, psnr)
    write_bytes(out / "grid.png", as_png(figure))
    return as_svg(figure)
