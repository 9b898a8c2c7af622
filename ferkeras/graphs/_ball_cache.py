"""Graphs of granular balls on disk: those of a few pictures in one file."""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ferkeras.errors import GraphError
from ferkeras.files import read_arrays, write_bytes
from ferkeras.graphs.ball_columns import BALL_COLOUR_FEATURES, BALL_FEATURES
from ferkeras.types import Graph, Picture

_VERSION = 1  # another one as soon as the same picture and settings give another graph


def cache_file(folder: Path, pictures: Sequence[Picture], settings: Mapping[str, Any]) -> Path:
    """Where the graphs of just these pictures with these settings are."""
    head = {"version": _VERSION, "settings": settings}
    digest = hashlib.sha256(json.dumps(head, sort_keys=True, default=str).encode())
    for picture in pictures:
        digest.update(f"{picture.shape}".encode())
        digest.update(np.ascontiguousarray(picture).data)
    return folder / f"granular_balls-{digest.hexdigest()}.npz"


def write_graphs_of_balls(path: Path, graphs: Sequence[Graph]) -> None:
    """Nodes and edges; the rest follows from them. Not compressed, which would take longer than
    to make the graphs anew."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        nodes=np.concatenate([graph.nodes for graph in graphs]),
        edges=np.concatenate([graph.edges for graph in graphs], axis=1),
        counts=np.array([(len(graph.nodes), graph.edges.shape[1]) for graph in graphs]),
    )
    write_bytes(path, buffer.getvalue())


def read_graphs_of_balls(path: Path, count: int) -> list[tuple[Any, Any]]:
    """Nodes and edges of each graph.

    Raises:
        FerkerasError: the file is damaged.
    """
    arrays = read_arrays(path)
    try:
        nodes, edges, counts = arrays["nodes"], arrays["edges"], arrays["counts"]
        ends = counts.cumsum(axis=0)
        if counts.shape != (count, 2) or tuple(ends[-1]) != (len(nodes), edges.shape[1]):
            raise ValueError
        widths = (len(BALL_FEATURES), len(BALL_COLOUR_FEATURES))
        if nodes.dtype != np.float32 or edges.dtype != np.int32 or nodes.shape[1] not in widths:
            raise ValueError
        most = np.repeat(counts[:, 0], counts[:, 1])
        if edges.size and not (edges.min() >= 0 and (edges < most).all()):
            raise ValueError
    except (KeyError, ValueError, IndexError) as error:
        raise GraphError(f"{path} cannot be read (damaged); delete its folder") from error
    starts = ends - counts
    return [
        (nodes[start:end], np.ascontiguousarray(edges[:, first:last]))
        for (start, first), (end, last) in zip(starts.tolist(), ends.tolist(), strict=True)
    ]
