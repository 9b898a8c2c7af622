"""Whether a folder of graphs is as it was written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ferkeras.errors import GraphError
from ferkeras.files import read_json
from ferkeras.graphs.graph_records import SHARED_SCHEMA
from ferkeras.inputs.graph_files.folder import MANIFEST, fault_of


@dataclass(frozen=True)
class GraphCheck:
    """What `check_graphs` found.

    Attributes:
        folder: the folder.
        graphs: how many it should hold.
        shards: number of files that were looked at.
        faults: a line for each thing that is wrong.
    """

    folder: Path
    graphs: int
    shards: int
    faults: tuple[str, ...]


def check_graphs(folder: Path, progress: Callable[[int, int], None] | None = None) -> GraphCheck:
    """Compare each shard's SHA-256 with the one in ``graphs.json``.

    Args:
        folder: what `ferkeras.inputs.graph_files.build_graphs` made.
        progress: called with (shards done, shards in all).

    Raises:
        GraphError: it is no folder of graphs, or one that is not finished.
        FerkerasError: its ``graphs.json`` cannot be read.
    """
    if not (folder / MANIFEST).is_file():
        raise GraphError(f"{folder} holds no {MANIFEST}; it is no folder of graphs")
    manifest = read_json(folder / MANIFEST)
    if not isinstance(manifest, dict) or not manifest.get("complete"):
        raise GraphError(f"{folder} is not finished; the command that began it goes on with it")
    notes = manifest["shards"]
    faults = []
    for done, note in enumerate(notes, start=1):
        fault = fault_of(folder, note)
        if fault:
            faults.append(f"{note['file']} {fault}")
        if progress is not None:
            progress(done, len(notes))
    if not (folder / SHARED_SCHEMA).is_file():
        faults.append(f"{SHARED_SCHEMA} is not there")
    known = {note["file"] for note in notes}
    faults += [
        f"{path.name} is not one of the {len(known)} files that were written"
        for path in sorted(folder.glob("*.tfrecord"))
        if path.name not in known
    ]
    return GraphCheck(folder, manifest["graphs"], len(notes), tuple(faults))
