"""A data set's pictures as granular-ball graphs, in TFRecord files that TF-GNN reads.

A folder of graphs holds ``<part>-00000-of-00029.tfrecord`` and so on, their ``schema.pbtxt``, and
``graphs.json``: how they were made, how many there are, each file's SHA-256, and which pictures
were left out and why. `build_graphs` makes one, here or with Apache Beam, to the same bytes;
`check_graphs` verifies it. Neither needs TensorFlow. ::

    index = open_index("fer2013:/data/fer2013")
    build_graphs(index, Path("fer2013_graphs"), GraphSettings(purity=0.8))
"""

from __future__ import annotations

from ferkeras.inputs.graph_files.build import GraphBuild, build_graphs
from ferkeras.inputs.graph_files.check import GraphCheck, check_graphs
from ferkeras.inputs.graph_files.settings import GraphSettings

__all__ = ["GraphBuild", "GraphCheck", "GraphSettings", "build_graphs", "check_graphs"]
