"""What a TFLite file is, packed into it: name, inputs, range of values, labels.

Android Studio, the TFLite Task Library and other tools read it
(ai.google.dev/edge/litert/models/metadata). A flatbuffer of ``metadata_schema.fbs`` lies in the
model's buffer ``TFLITE_METADATA``; the labels, as ``labels.txt``, in a ZIP archive behind the
model, which ``zipfile`` opens. To run the file, neither is needed.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ferkeras.export._metadata_tables import Tensor, model_metadata
from ferkeras.export._tflite_file import packed
from ferkeras.runtime.tflite_operators import objects
from ferkeras.types import InputSpec

LABELS_FILE = "labels.txt"
_ENTRY = b"TFLITE_METADATA"
_ABOUT = {
    "edges": "pairs (source, target) of nodes, row by row; -1 where there is none",
    "nodes": "features of granular balls, a row each; -1 where there is none",
    "picture": "the picture made larger, RGB, about 0..255, not clipped",
    "small": "a picture of any size, unless the model is fixed to one, RGB, 0..255",
}


def add_metadata(path: Path, spec: InputSpec, labels: Sequence[str], name: str) -> None:
    """Pack a description and the labels into a finished TFLite file; it computes the same after it.

    What was packed in before goes.

    Pictures are described as 0..255 without normalisation (mean 0, standard deviation 1), since the
    model itself scales them; how the face is cut out stands in words, and in ``card.json``.

    Args:
        path: a TFLite file with one signature; it is written anew.
        spec: what the model takes.
        labels: class names in the order of the output; none of a model that gives pictures.
        name: of the model.
    """
    from ai_edge_litert import schema_py_generated as schema

    model = objects(path.read_bytes())
    signature = model.signatureDefs[0]
    graph = model.subgraphs[signature.subgraphIndex]
    inputs = _in_order(graph.inputs, signature.inputs)
    outputs = _in_order(graph.outputs, signature.outputs)
    about = model_metadata(
        name=name,
        description=_description(spec, labels),
        inputs=[_input(one, spec, labels) for one in inputs],
        outputs=[_output(one, labels) for one in outputs],
    )
    entries = {one.name: one for one in model.metadata or []}
    if _ENTRY not in entries:
        entries[_ENTRY] = schema.MetadataT()
        entries[_ENTRY].name, entries[_ENTRY].buffer = _ENTRY, len(model.buffers)
        model.buffers.append(schema.BufferT())
    model.buffers[entries[_ENTRY].buffer].data = np.frombuffer(about, np.uint8)
    model.metadata = list(entries.values())
    archive = io.BytesIO(packed(model))
    if labels:
        text = "".join(f"{label}\n" for label in labels)
        with zipfile.ZipFile(archive, "a") as zipped:  # behind what is there
            zipped.writestr(zipfile.ZipInfo(LABELS_FILE), text)  # without the time: equal bytes
    path.write_bytes(archive.getvalue())


def _in_order(tensors: Sequence[int], named: Sequence[Any]) -> list[str]:
    """A signature's names in the order of the graph's inputs or outputs."""
    names: Mapping[int, str] = {
        int(one.tensorIndex): one.name.decode() if isinstance(one.name, bytes) else one.name
        for one in named
    }
    return [names[int(tensor)] for tensor in tensors]


def _description(spec: InputSpec, labels: Sequence[str]) -> str:
    what = "Names the expression of a face" if labels else "Makes pictures larger"
    if not labels:
        return f"{what}. Input and output are RGB, 0..255."
    if spec.takes_clips:
        how = "the movement from onset to apex, as u, v and optical strain, 0..255"
    elif spec.takes_landmarks:
        how = "places of landmarks in the face's box, 0..255"
    else:
        how = (
            f"the square around the face found by {spec.detector}, margin {spec.margin:g} of its "
            "side at each side, 0..255"
        )
    return f"{what}. Input: {how}; kind {spec.kind!r}. See card.json beside the file."


def _input(name: str, spec: InputSpec, labels: Sequence[str]) -> Tensor:
    low, high = spec.value_range
    if not labels:
        return Tensor(name, _ABOUT["small"], (low, high))
    if name in _ABOUT:
        return Tensor(name, _ABOUT[name])
    if spec.takes_clips or spec.takes_landmarks:
        what = "u, v and optical strain" if spec.takes_clips else "landmarks (x, y)"
        return Tensor(name, f"{what}, {low:g}..{high:g}", (low, high))
    colour = "grey (ITU-R BT.601)" if spec.channels == 1 else "RGB"
    picture = spec.height, spec.width, spec.channels
    return Tensor(name, f"face, {colour}, {low:g}..{high:g}", (low, high), picture)


def _output(name: str, labels: Sequence[str]) -> Tensor:
    if not labels:
        return Tensor(name, _ABOUT["picture"])
    return Tensor(name, "probability of each label", (0.0, 1.0), labels_file=LABELS_FILE)
