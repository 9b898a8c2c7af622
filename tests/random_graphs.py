"""Small random graphs and their matrices in plain NumPy, for the tests of the graph layers."""

from __future__ import annotations

import numpy as np


def adjacency(nodes: int, seed: int = 0, isolated: int = 0, weighted: bool = True):
    """Symmetric, no self-loop, connected by a ring but for the last ``isolated`` nodes."""
    rng = np.random.default_rng(seed)
    upper = np.triu(rng.random((nodes, nodes)) < 0.3, 1)
    inner = nodes - isolated
    for node in range(inner if inner > 1 else 0):
        low, high = sorted((node, (node + 1) % inner))
        upper[low, high] = low != high
    matrix = upper * (rng.uniform(0.2, 2.0, (nodes, nodes)) if weighted else 1.0)
    matrix = matrix + matrix.T
    if isolated:
        matrix[inner:] = matrix[:, inner:] = 0
    return matrix


def laplacian(matrix):
    """``D - A``."""
    return np.diag(matrix.sum(axis=1)) - matrix


def scaled(laplacian):
    """``2 L / lambda_max - I``."""
    return 2 * laplacian / np.linalg.eigvalsh(laplacian)[-1] - np.eye(len(laplacian))


def table(matrix, spare: int = 1):
    """The entries of each row that are not 0, as a table, with ``spare`` places not used."""
    places = int((matrix != 0).sum(axis=1).max()) + spare
    neighbours = np.repeat(np.arange(len(matrix), dtype=np.int32)[:, None], places, axis=1)
    weights = np.zeros(neighbours.shape, np.float32)
    for node, row in enumerate(matrix):
        (columns,) = np.nonzero(row)
        neighbours[node, : len(columns)] = columns
        weights[node, : len(columns)] = row[columns]
    return neighbours, weights


def edge_list(matrix, spare: int = 2):
    """``(edges (2, E), weights (E,))`` of ``y = matrix @ x``, with ``spare`` that only pad."""
    target, source = np.nonzero(matrix)
    edges = np.zeros((2, len(source) + spare), np.int32)
    edges[:, : len(source)] = source, target
    weights = np.zeros(edges.shape[1], np.float32)
    weights[: len(source)] = matrix[target, source]
    return edges, weights


def randomise(layer, seed: int = 1):
    """Random trainable weights; returns them, in the layer's order."""
    rng = np.random.default_rng(seed)
    for weight in layer.trainable_variables:
        weight.assign(rng.normal(size=weight.shape))
    return [np.asarray(weight) for weight in layer.trainable_variables]


def features(*shape, seed: int = 2):
    """Normal random float32."""
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)
