"""Build a folder of graphs from a data set."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import Any

from joblib import cpu_count

from ferkeras.datasets.base import Index, Skipped
from ferkeras.errors import DatasetError, FerkerasError, GraphError
from ferkeras.files import plain, write_bytes
from ferkeras.graphs.graph_records import SHARED_SCHEMA
from ferkeras.inputs.graph_files.folder import GraphFolder, Note, refuse
from ferkeras.inputs.graph_files.maker import GraphMaker
from ferkeras.inputs.graph_files.plan import Shard, plan_shards
from ferkeras.inputs.graph_files.settings import GraphSettings
from ferkeras.inputs.graph_files.workers import Result, make_records
from ferkeras.inputs.prepared import POLICIES

_VERSION = 1  # of what is stored; a change of the graphs or of their layout counts it up


@dataclass(frozen=True)
class GraphBuild:
    """What is in a finished folder.

    Attributes:
        folder: the folder.
        graphs: how many there are.
        shards: number of files.
        kept: those of them that an earlier call had finished.
        skipped: pictures without a graph, with reasons.
    """

    folder: Path
    graphs: int
    shards: int
    kept: int
    skipped: tuple[Skipped, ...]


def build_graphs(
    index: Index,
    out: Path,
    settings: GraphSettings | None = None,
    *,
    splits: Sequence[str] = (),
    shards: int | None = None,
    on_missing: str = "skip",
    jobs: int | None = None,
    runner: str | None = None,
    pipeline_options: Sequence[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> GraphBuild:
    """Make the graph of every picture, in shards that are whole or not there.

    A call that was ended goes on with the shards that are missing or damaged. The files' bytes
    depend on the pictures, ``settings``, ``splits`` and ``shards`` alone. Pictures are taken not to
    change between two calls.

    Args:
        index: the data set; of pictures.
        out: the folder; empty, or of a call with the same arguments.
        settings: how a picture becomes its graph; None: the defaults of `GraphSettings`.
        splits, shards: see `ferkeras.inputs.graph_files.plan.plan_shards`.
        on_missing: a picture that cannot be read, or has no face: ``"skip"`` lists it,
            ``"error"`` raises.
        jobs: processes; None: one for each core. Not used with a runner.
        runner: None, or the runner of Apache Beam that does it, such as ``"DirectRunner"`` or
            ``"SparkRunner"``. Its workers read the data set anew by ``index.source`` and write
            into ``out``, so both have to be paths that all of them see.
        pipeline_options: of Apache Beam: ``["--spark_master_url=..."]``.
        progress: called with (pictures done, pictures in all).

    Raises:
        GraphError: settings out of range, a folder of other settings or with other files, clips,
            or Apache Beam cannot be used.
        FaceError: with ``on_missing="error"``, the first picture without a graph, named.
        DatasetError: no such part, or no picture could be used.
    """
    if on_missing not in POLICIES:
        raise FerkerasError(f"on_missing is {on_missing!r}, expected one of {POLICIES}")
    if jobs is not None and jobs < 1:
        raise FerkerasError(f"jobs is {jobs}, expected a number of processes of 1 or more")
    maker = GraphMaker(index, settings or GraphSettings())
    schema = maker.schema()
    maker.check_samples()
    plan = plan_shards(index, splits, shards)
    folder = GraphFolder(out, _settings(maker, splits, plan))
    folder.open()
    write_bytes(out / SHARED_SCHEMA, schema.encode())
    kept = folder.finished(plan)
    missing = [shard for shard in plan if shard.name not in kept]
    if runner is None:
        made = _build_here(maker, folder, plan, missing, on_missing, jobs or cpu_count(), progress)
    else:
        from ferkeras.inputs.graph_files.pipeline import run_pipeline

        run_pipeline(maker, folder, missing, runner, pipeline_options)
        made = folder.finished(missing)
    notes = {**kept, **made}
    lost = [shard.name for shard in plan if shard.name not in notes]
    if lost:
        raise GraphError(
            f"{out / lost[0]} is not there, though it was written; is {out} a folder that all "
            "workers share?"
        )
    return _finish(folder, index, plan, [notes[shard.name] for shard in plan], kept, on_missing)


def _settings(maker: GraphMaker, splits: Sequence[str], plan: Sequence[Shard]) -> dict[str, Any]:
    """Everything that decides what the files hold."""
    index = maker.index
    values: dict[str, Any] = plain(
        {
            "format": _VERSION,
            "data": index.source,
            "classes": index.classes,
            "cropped": index.cropped,
            **maker.settings.to_dict(),
            "splits": splits,
            "shards": Counter(shard.part for shard in plan),
            "table_sha256": maker.table_sha256,
        }
    )
    return values


def _build_here(
    maker: GraphMaker,
    folder: GraphFolder,
    plan: Sequence[Shard],
    missing: Sequence[Shard],
    on_missing: str,
    jobs: int,
    progress: Callable[[int, int], None] | None,
) -> dict[str, Note]:
    total = sum(len(shard.rows) for shard in plan)
    rows = [int(row) for shard in missing for row in shard.rows]

    def counted(results: Iterator[Result]) -> Iterator[Result]:
        for done, result in enumerate(results, start=total - len(rows) + 1):
            if progress is not None and (done % 64 == 0 or done == total):
                progress(done, total)
            yield result

    with closing(make_records(maker, rows, jobs)) as results:  # after an error: end its processes
        made = counted(results)
        return {
            shard.name: folder.write(shard, islice(made, len(shard.rows)), on_missing)
            for shard in missing
        }


def _finish(
    folder: GraphFolder,
    index: Index,
    plan: Sequence[Shard],
    notes: list[Note],
    kept: dict[str, Note],
    on_missing: str,
) -> GraphBuild:
    skipped = tuple(Skipped(*pair) for pair in chain(*(note["skipped"] for note in notes)))
    refuse(skipped, on_missing)
    graphs = sum(note["graphs"] for note in notes)
    if not graphs:
        raise DatasetError(
            f"{index.name}: none of {len(skipped)} pictures could be used; "
            f"the first: {skipped[0].item}: {skipped[0].reason}"
        )
    about = {
        "ferkeras": importlib.import_module("ferkeras").__version__,
        "graphs": graphs,
        "bytes": sum(note["bytes"] for note in notes),
        "skipped": len(skipped),
        "left_out_by_reader": [[one.item, one.reason] for one in index.skipped],
    }
    folder.close(notes, about)
    return GraphBuild(folder.path, graphs, len(plan), len(kept), skipped)
