"""A folder of graphs: what is finished in it, and how it was made."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ferkeras.datasets.base import Skipped
from ferkeras.errors import FaceError, FerkerasError, GraphError
from ferkeras.files import plain, read_json, whole_file, write_json
from ferkeras.inputs.graph_files.plan import Shard

Note = dict[str, Any]
"""Of one finished shard: ``file, part, graphs, bytes, sha256, skipped``."""

MANIFEST = "graphs.json"
_BLOCK = 2**20


@dataclass(frozen=True)
class GraphFolder:
    """A folder, and the settings that everything in it has.

    A finished shard is a file and a note, ``.<file>.json``, which comes after it; so a file without
    a right note is not finished. The notes become one ``graphs.json`` at the end.

    Attributes:
        path: the folder.
        settings: plain values; every one of them has a say in the files' content.
    """

    path: Path
    settings: dict[str, Any]

    def open(self) -> None:
        """Make the folder, or take up what is in it.

        Raises:
            GraphError: graphs of other settings, or other files, are in it.
        """
        manifest = self.path / MANIFEST
        if manifest.is_file():
            self._check_settings(read_json(manifest))
        else:
            self.path.mkdir(parents=True, exist_ok=True)
            found = sorted(path.name for path in self.path.iterdir() if path.name[0] != ".")
            if found:
                raise GraphError(
                    f"{self.path} holds {found[0]}, but no {MANIFEST}; take an empty folder"
                )
            write_json(manifest, {"complete": False, "settings": self.settings})
        for left in self.path.glob(".*.tfrecord.*"):
            if left.suffix != ".json":
                left.unlink(missing_ok=True)  # of a run that was killed

    def write(self, shard: Shard, results: Iterable[bytes | Skipped], on_missing: str) -> Note:
        """Write one shard, whole or not at all, and its note, which is returned.

        Raises:
            FaceError: with ``on_missing="error"``, the first picture without a graph.
        """
        digest, size, graphs = hashlib.sha256(), 0, 0
        skipped: list[Skipped] = []
        with whole_file(self.path / shard.name) as file:
            for result in results:
                if isinstance(result, bytes):
                    file.write(result)
                    digest.update(result)
                    size, graphs = size + len(result), graphs + 1
                    continue
                skipped.append(result)
                refuse(skipped, on_missing)
        note: Note = {
            "file": shard.name,
            "part": shard.part,
            "graphs": graphs,
            "bytes": size,
            "sha256": digest.hexdigest(),
            "skipped": [[one.item, one.reason] for one in skipped],
        }
        write_json(self._note(shard.name), {"settings": self._fingerprint, **note})
        return note

    def finished(self, shards: Sequence[Shard]) -> dict[str, Note]:
        """The notes of those shards whose files are as they were written, by name."""
        manifest = read_json(self.path / MANIFEST)
        notes = {note["file"]: note for note in manifest.get("shards", ())}
        for shard in shards:
            if self._note(shard.name).is_file():
                try:
                    note = read_json(self._note(shard.name))
                except FerkerasError:
                    continue
                if note.pop("settings", None) == self._fingerprint:
                    notes[shard.name] = note
        return {
            shard.name: notes[shard.name]
            for shard in shards
            if shard.name in notes and not fault_of(self.path, notes[shard.name])
        }

    def close(self, notes: Iterable[Note], about: dict[str, Any]) -> None:
        """Write what the finished folder holds; the shards' notes go."""
        notes = list(notes)
        values = {"complete": True, "settings": self.settings, **about, "shards": notes}
        write_json(self.path / MANIFEST, values)
        for note in notes:
            self._note(note["file"]).unlink(missing_ok=True)

    def _note(self, name: str) -> Path:
        return self.path / f".{name}.json"

    @property
    def _fingerprint(self) -> str:
        text = json.dumps(plain(self.settings), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def _check_settings(self, manifest: Any) -> None:
        there = manifest.get("settings") if isinstance(manifest, dict) else None
        if not isinstance(there, dict):
            raise GraphError(f"{self.path / MANIFEST} is not of a folder of graphs; take another")
        here = plain(self.settings)
        for name in {**here, **there}:
            if here.get(name) != there.get(name):
                raise GraphError(
                    f"{self.path} holds graphs of other settings: {name} is {there.get(name)!r}, "
                    f"asked for is {here.get(name)!r}; take another folder, or delete this one"
                )


def refuse(skipped: Sequence[Skipped], on_missing: str) -> None:
    """Raise a FaceError that names the first, if there are any and ``on_missing`` is "error"."""
    if skipped and on_missing == "error":
        raise FaceError(f"{skipped[0].item}: {skipped[0].reason}")


def fault_of(folder: Path, note: Note) -> str:
    """What is wrong with a shard's file; an empty text if it is as it was written."""
    path = folder / note["file"]
    if not path.is_file():
        return "is not there"
    if path.stat().st_size != note["bytes"]:
        return f"has {path.stat().st_size} bytes, {note['bytes']} were written"
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return "" if digest.hexdigest() == note["sha256"] else "has another content than was written"
