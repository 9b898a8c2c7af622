"""Many pictures as graphs of granular balls."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from numpy.typing import ArrayLike, NDArray

from ferkeras.errors import GraphError, MediaError
from ferkeras.graphs._ball_cache import cache_file, read_graphs_of_balls, write_graphs_of_balls
from ferkeras.graphs.ball_borders import ball_borders
from ferkeras.graphs.granular_ball import ball_graph, granular_balls
from ferkeras.media.arrays import as_picture
from ferkeras.types import Graph, Picture

_TOGETHER = 32  # pictures of one cache file, and at most of one task


def granular_ball_graphs(
    images: Sequence[ArrayLike] | NDArray[Any],
    *,
    workers: int | None = None,
    cache: str | os.PathLike[str] | None = None,
    progress: Callable[[int, int], None] | None = None,
    **settings: Any,
) -> list[Graph]:
    """`granular_balls` of each picture, in threads: the same graphs in the same order.

    Args:
        images: pictures as `granular_balls` takes them; each may have its own size.
        workers: threads; None: as many as there are processor cores for this process.
        cache: a folder for the results, one file for 32 pictures in a row, named by the sha256 of
            their pixels and of the settings. Where they come again in another order or with one
            more before them, their graphs are made anew.
        progress: called with (done, total) from the calling thread.
        **settings: of `granular_balls`.

    Raises:
        GraphError: as `granular_balls`, with the number of the picture, counted from 0.
        FerkerasError: a damaged cache file, with its name.
    """
    if workers is None:
        workers = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    elif not isinstance(workers, int) or workers < 1:
        raise GraphError(f"workers is {workers!r}, expected a whole number of 1 or more, or None")
    total = len(images)
    folder = None if cache is None else Path(cache)
    if folder is not None and (not str(cache) or (folder.exists() and not folder.is_dir())):
        raise GraphError(f"cache is {str(cache)!r}, expected a folder")
    together = _TOGETHER if folder else max(1, min(_TOGETHER, total // (8 * workers)))

    def make(start: int) -> list[Graph]:
        return _some_graphs(images[start : start + together], start, folder, settings)

    graphs: list[Graph] = []
    with ThreadPoolExecutor(workers) as pool:
        try:
            for some in pool.map(make, range(0, total, together)):
                graphs += some
                if progress is not None:
                    progress(len(graphs), total)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    return graphs


def _some_graphs(
    images: Sequence[ArrayLike] | NDArray[Any],
    first: int,
    folder: Path | None,
    settings: dict[str, Any],
) -> list[Graph]:
    if folder is None:
        return [_graph(image, first + n, settings) for n, image in enumerate(images)]
    pictures = [_picture(image, first + n) for n, image in enumerate(images)]
    of_balls = {key: value for key, value in settings.items() if key != "edge_features"}
    path = cache_file(folder, pictures, of_balls)
    if not path.is_file():
        graphs = [_graph(picture, first + n, settings) for n, picture in enumerate(pictures)]
        write_graphs_of_balls(path, graphs)
        return graphs
    with_features = settings.get("edge_features", True)
    read = read_graphs_of_balls(path, len(pictures))
    return [
        ball_graph(n, e, ball_borders(n, *picture.shape[:2]) if with_features else None)
        for picture, (n, e) in zip(pictures, read, strict=True)
    ]


def _picture(image: ArrayLike, number: int) -> Picture:
    try:
        return as_picture(image)
    except MediaError as error:
        raise GraphError(f"picture {number}: granular balls: {error}") from error


def _graph(image: ArrayLike, number: int, settings: dict[str, Any]) -> Graph:
    try:
        return granular_balls(image, **settings)
    except GraphError as error:
        raise GraphError(f"picture {number}: {error}") from error
