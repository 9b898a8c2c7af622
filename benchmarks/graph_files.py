"""Face crops of 48x48 pixels in files to graphs in files: each step on its own, and all of it.

[DATA=fer2013:/data/fer2013] python benchmarks/graph_files.py [--repeats 5] [--json]

320 pictures: synthetic faces, or pictures of a data set, taken evenly from all of it. Steps run in
one process, all of it in one too; its other processes are what `ferkeras graphs build` adds. "by
Protocol Buffers" is what "encode" replaces: the same bytes by tf.train.Example. Compiling is not
counted.
"""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

from measuring import Figure, in_turn
from reporting import report

PICTURES = 320


def measure(repeats: int) -> list[Figure]:
    """Milliseconds for all of the pictures by step, and pictures a second of a whole build."""
    from ferkeras._quiet import start_tensorflow
    from ferkeras.graphs import granular_balls
    from ferkeras.graphs.example_encoding import encode_example, frame_record
    from ferkeras.inputs.graph_files import build_graphs

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        index = _index(folder / "pictures")
        items = list(index.table["item"])
        context = {"label": 3, "item": items[0], "split": "train"}
        pictures = [index.load(item) for item in items]
        graphs = [granular_balls(picture) for picture in pictures]
        examples = [encode_example(graph, context) for graph in graphs]
        records = [frame_record(example) for example in examples]

        start_tensorflow()
        arrays = [_as_arrays(example) for example in examples]
        assert _by_protocol_buffers(arrays) == examples

        def write() -> None:
            with (folder / "records").open("wb") as file:
                file.writelines(records)
                file.flush()
                os.fsync(file.fileno())

        def build() -> None:
            with tempfile.TemporaryDirectory(dir=folder) as out:
                build_graphs(index, Path(out), jobs=1)

        steps = {
            "read": lambda: [index.load(item) for item in items],
            "convert": lambda: [granular_balls(picture) for picture in pictures],
            "encode": lambda: [encode_example(graph, context) for graph in graphs],
            "by Protocol Buffers": partial(_by_protocol_buffers, arrays),
            "frame": lambda: [frame_record(example) for example in examples],
            "write": write,
            "all of it": build,
        }
        timings = in_turn(steps, repeats)
    figures = [timing.figure(f"{step}, {len(items)}") for step, timing in timings.items()]
    size = sum(map(len, records)) / len(records) / 1e3
    rate = timings["all of it"].rate("all of it", len(items))
    return [*figures, rate, Figure("a graph's record", size, "kB")]


def _as_arrays(example: bytes) -> dict[str, tuple[str, Any]]:
    """Each feature's kind, and its values as they are before they are encoded."""
    import numpy as np
    import tensorflow as tf

    features = tf.train.Example.FromString(example).features.feature
    kinds = {name: feature.WhichOneof("kind") for name, feature in features.items()}
    return {
        name: (kind, np.array(getattr(features[name], kind).value)) for name, kind in kinds.items()
    }


def _by_protocol_buffers(examples: list[dict[str, tuple[str, Any]]]) -> list[bytes]:
    import tensorflow as tf

    made = []
    for features in examples:
        example = tf.train.Example()
        for name, (kind, values) in features.items():
            getattr(example.features.feature[name], kind).value.extend(values)
        made.append(example.SerializeToString(deterministic=True))
    return made


def _index(folder: Path) -> Any:
    import numpy as np

    from ferkeras.datasets import Index, open_index
    from ferkeras.media import read_image, write_image

    data = os.environ.get("DATA")
    if data:
        index = open_index(data)
        return index.subset(np.linspace(0, len(index) - 1, PICTURES).astype(int))
    faces = open_index(f"synthetic:subjects={-(-PICTURES // 7)},frames=1,size=48")
    faces = faces.subset(range(PICTURES))
    names = faces.table["item"] + ".jpg"
    for item, file in zip(faces.table["item"], names, strict=True):
        write_image(folder / file, faces.load(item))
    return Index(
        "files",
        faces.table.assign(item=names),
        faces.classes,
        lambda item: read_image(folder / item),
        cropped=True,
    )


def main() -> dict[str, Any]:
    return report(measure, repeats=5)


if __name__ == "__main__":
    main()
