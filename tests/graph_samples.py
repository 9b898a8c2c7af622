"""Random graphs for tests: any density, with isolated nodes and several components."""

import numpy as np
from hypothesis import strategies as st

from ferkeras.graphs import graph_from_edges


def random_graph(count, density, seed, weighted=True):
    """A graph with features and positions; weights are all different."""
    rng = np.random.default_rng(seed)
    pairs = np.argwhere(np.triu(rng.uniform(size=(count, count)) < density, 1))
    weights = rng.uniform(0.1, 5, len(pairs)) if weighted else None
    return graph_from_edges(
        rng.normal(size=(count, 3)), pairs, weights, rng.uniform(0, 50, (count, 2)).astype("f4")
    )


GRAPHS = st.builds(
    random_graph,
    st.integers(1, 40),
    st.sampled_from([0.0, 0.03, 0.1, 0.5, 1.0]),
    st.integers(0, 10**6),
    st.booleans(),
)
