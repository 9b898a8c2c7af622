"""The same folder of graphs, made by Apache Beam: here, on Spark, on Flink or on Dataflow."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Sequence
from contextlib import redirect_stderr
from functools import lru_cache

from ferkeras.datasets import open_index
from ferkeras.errors import GraphError
from ferkeras.inputs.graph_files.folder import GraphFolder
from ferkeras.inputs.graph_files.maker import GraphMaker
from ferkeras.inputs.graph_files.plan import Shard
from ferkeras.inputs.graph_files.settings import GraphSettings


def run_pipeline(
    maker: GraphMaker,
    folder: GraphFolder,
    shards: Sequence[Shard],
    runner: str,
    options: Sequence[str],
) -> None:
    """Write these shards; each is one element, and any worker may take any of them.

    Workers get no pictures sent: each reads the data set's index once, and then the pictures of its
    shards. They need ferkeras, but no TensorFlow.

    Args:
        maker: of the records.
        folder: a path that every worker sees.
        shards: of `ferkeras.inputs.graph_files.plan.plan_shards`.
        runner, options: as `build_graphs` takes them.

    Raises:
        GraphError: Apache Beam is not installed, there is no such runner, or the pipeline failed.
    """
    try:
        import apache_beam as beam
        from apache_beam.options.pipeline_options import PipelineOptions
    except ImportError as error:
        raise GraphError(
            f"--runner {runner} needs apache-beam ({error}): pip install 'ferkeras[beam]'"
        ) from error
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            parsed = PipelineOptions(list(options))
            parsed.get_all_options()
    except SystemExit as error:  # argparse, after its usage
        reason = said.getvalue().strip().rpartition("error: ")[2]
        raise GraphError(f"--runner {runner}: {reason}") from error
    if not shards:
        return
    try:
        with beam.Pipeline(runner, parsed) as pipeline:
            _ = (
                pipeline
                | "shards" >> beam.Create(list(shards))
                | "to any worker" >> beam.Reshuffle()
                | "write" >> beam.Map(_Work(maker, folder))
            )
    except Exception as error:  # each runner has its own
        lines = [line for line in str(error).splitlines() if line.strip()]
        reason = lines[-1] if lines else type(error).__name__
        raise GraphError(f"--runner {runner}: {reason}") from error


class _Work:
    """Writes one shard; sent to workers as a few texts and numbers."""

    def __init__(self, maker: GraphMaker, folder: GraphFolder) -> None:
        index = maker.index
        self._data = (index.source, index.cropped, maker.table_sha256)
        self._settings, self._folder = maker.settings, folder

    def __call__(self, shard: Shard) -> None:
        maker = _maker(self._data, self._settings)
        # what is left out is judged at the end, where all of it is known
        self._folder.write(shard, map(maker, shard.rows), on_missing="skip")


@lru_cache(maxsize=1)
def _maker(data: tuple[str, bool, str], settings: GraphSettings) -> GraphMaker:
    """A worker's own."""
    source, cropped, table = data
    maker = GraphMaker(dataclasses.replace(open_index(source), cropped=cropped), settings)
    if maker.table_sha256 != table:
        raise GraphError(f"a worker finds other pictures in {source}; is it the same for all?")
    return maker
