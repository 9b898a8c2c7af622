"""The description packed into a TFLite file, read back by flatbuffers' own reader."""

import zipfile

import keras
import numpy as np
import pytest
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter
from flatbuffers import encode, number_types
from flatbuffers.table import Table

from ferkeras.export.export_source import ExportSource
from ferkeras.export.formats import tflite
from ferkeras.export.tflite_metadata import add_metadata
from ferkeras.runtime import open_model
from ferkeras.types import FlowSpec, InputSpec

LABELS = ("sad", "glücklich", "so so")


class Read:
    """A table of a flatbuffer by places of fields."""

    def __init__(self, table):
        self.table = table

    @classmethod
    def root(cls, content):
        return cls(Table(content, encode.Get(number_types.UOffsetTFlags.packer_type, content, 0)))

    def _at(self, field):
        offset = self.table.Offset(4 + 2 * field)
        return offset + self.table.Pos if offset else None

    def text(self, field):
        return self.table.String(self._at(field)).decode()

    def number(self, field, kind):
        return self.table.Get(kind, self._at(field))

    def one(self, field):
        at = self._at(field)
        return None if at is None else Read(Table(self.table.Bytes, self.table.Indirect(at)))

    def many(self, field):
        at = self.table.Offset(4 + 2 * field)
        if not at:
            return []
        first, count = self.table.Vector(at), self.table.VectorLen(at)
        places = (self.table.Indirect(first + 4 * n) for n in range(count))
        return [Read(Table(self.table.Bytes, place)) for place in places]

    def floats(self, field):
        at = self.table.Offset(4 + 2 * field)
        first, count = self.table.Vector(at), self.table.VectorLen(at)
        kind = number_types.Float32Flags
        return [self.table.Get(kind, first + 4 * n) for n in range(count)]


def small_model(shape):
    keras.utils.set_random_seed(0)
    layers = [
        keras.Input(shape),
        keras.layers.Rescaling(1 / 255),
        keras.layers.Flatten(),
        keras.layers.Dense(3, activation="softmax"),
    ]
    return keras.Sequential(layers, name="small")


def written(folder, spec, labels=LABELS):
    tflite.write(ExportSource(small_model(spec.shape), spec, [], labels), folder)
    return folder / tflite.FILE


def description(path):
    content = path.read_bytes()
    model = schema.ModelT.InitFromPackedBuf(content, 0)
    (entry,) = [one for one in model.metadata if one.name == b"TFLITE_METADATA"]
    packed = bytes(model.buffers[entry.buffer].data)
    assert packed[4:8] == b"M001"
    return Read.root(packed)


@pytest.mark.parametrize(("channels", "colour"), [(1, 2), (3, 1)])
def test_a_picture_s_input_and_labels_are_described(tmp_path, channels, colour):
    path = written(tmp_path, InputSpec("face_crop", 8, 6, channels, margin=0.2))
    found = description(path)
    assert found.text(0) == "small"
    assert "found by viola_jones, margin 0.2 of its side" in found.text(1)
    (graph,) = found.many(3)
    (given,), (answer,) = graph.many(2), graph.many(3)
    assert (given.text(0), answer.text(0)) == ("input", "probabilities")
    assert given.one(3).number(0, number_types.Uint8Flags) == 2  # ImageProperties
    image = given.one(3).one(1)
    assert image.number(0, number_types.Int8Flags) == colour
    size = image.one(1)
    assert size.number(0, number_types.Uint32Flags) == 6
    assert size.number(1, number_types.Uint32Flags) == 8
    (step,) = given.many(4)
    assert step.number(0, number_types.Uint8Flags) == 1  # NormalizationOptions
    assert (step.one(1).floats(0), step.one(1).floats(1)) == ([0.0], [1.0])
    assert (given.one(5).floats(0), given.one(5).floats(1)) == ([255.0], [0.0])
    (labels,) = answer.many(6)
    assert labels.text(0) == "labels.txt"
    assert labels.number(2, number_types.Int8Flags) == 2  # TENSOR_AXIS_LABELS
    with zipfile.ZipFile(path) as packed:
        assert packed.namelist() == ["labels.txt"]
        assert packed.read("labels.txt").decode().splitlines() == list(LABELS)


def test_a_movement_is_no_picture(tmp_path):
    spec = InputSpec("flow_whole", 8, 8, 3, flow=FlowSpec())
    (given,) = description(written(tmp_path, spec)).many(3)[0].many(2)
    assert given.text(1) == "u, v and optical strain, 0..255"
    assert given.one(3).number(0, number_types.Uint8Flags) == 1  # FeatureProperties
    assert not given.many(4)


def test_the_file_computes_the_same_and_its_buffers_stay_aligned(tmp_path):
    spec = InputSpec("face_crop", 8, 8, 1)
    path = written(tmp_path, spec)
    batch = np.random.default_rng(0).uniform(0, 255, (3, *spec.shape)).astype(np.float32)
    before, content = open_model(path).predict(batch), path.read_bytes()
    add_metadata(path, spec, LABELS, "again")
    assert description(path).text(0) == "again"
    assert (open_model(path).predict(batch) == before).all()
    interpreter = Interpreter(model_path=str(path))
    assert list(interpreter.get_signature_list()) == ["serving_default"]
    model = schema.Model.GetRootAs(path.read_bytes(), 0)
    for number in range(model.BuffersLength()):
        buffer = model.Buffers(number)
        if buffer.DataLength():
            assert buffer._tab.Vector(buffer._tab.Offset(4)) % 16 == 0
    add_metadata(path, spec, LABELS, "small")
    assert path.read_bytes() == content  # what was there goes; no time, no random order


def test_without_labels_there_is_no_archive(tmp_path):
    path = written(tmp_path, InputSpec("face_crop", 8, 8, 3), labels=())
    assert not zipfile.is_zipfile(path)
    (graph,) = description(path).many(3)
    assert not graph.many(3)[0].many(6)
