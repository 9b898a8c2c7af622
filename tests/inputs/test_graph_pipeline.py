"""Graphs made by Apache Beam. Without it only the message is tested; `scripts/test_beam` has it."""

import importlib.util
import sys

import pytest

from ferkeras.datasets import Index, open_index
from ferkeras.errors import FaceError, GraphError
from ferkeras.inputs.graph_files import GraphSettings, build_graphs
from ferkeras.media import write_image
from ferkeras.types import InputSpec

DATA = "synthetic:subjects=3,frames=1,size=128"
SETTINGS = GraphSettings(InputSpec(height=40, width=40))
with_beam = pytest.mark.skipif(
    importlib.util.find_spec("apache_beam") is None,
    reason="apache-beam is not installed; scripts/test_beam tests with it",
)


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_not_installed(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "apache_beam", None)
    with pytest.raises(GraphError, match=r"needs apache-beam.*pip install 'ferkeras\[beam\]'"):
        build_graphs(open_index(DATA), tmp_path, SETTINGS, runner="DirectRunner")


@with_beam
def test_the_same_bytes_as_without(tmp_path):
    faces = open_index("synthetic:subjects=3,frames=1,size=48")
    for number, row in enumerate(faces.table.itertuples()):
        part = ("Training", "PublicTest")[number % 2]
        write_image(tmp_path / f"data/all/{row.label}/{part}_{number}.png", faces.load(row.item))
    (tmp_path / "data/all/sad/Training_x.png").write_bytes(b"no picture")
    index = open_index(f"fer2013:{tmp_path / 'data'}")
    here = build_graphs(index, tmp_path / "a", shards=4, jobs=1)
    there = build_graphs(index, tmp_path / "b", shards=4, runner="DirectRunner")
    assert here.graphs == there.graphs == 21
    assert len(here.skipped) == 1
    assert here.skipped == there.skipped
    assert contents(tmp_path / "a") == contents(tmp_path / "b")
    (tmp_path / "b/train-00002-of-00004.tfrecord").unlink()
    again = build_graphs(index, tmp_path / "b", shards=4, runner="DirectRunner")
    assert again.kept == 7
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


@with_beam
def test_what_goes_wrong_is_one_line(tmp_path):
    index = open_index(DATA)

    def refused(match, error=GraphError, index=index, **arguments):
        with pytest.raises(error, match=match) as caught:
            build_graphs(index, tmp_path / match[:6], SETTINGS, **arguments)
        assert "\n" not in str(caught.value)

    refused("--runner NoRunner: .*DirectRunner", runner="NoRunner")
    options = ["--direct_num_workers=many"]
    refused("invalid int value: 'many'", runner="DirectRunner", pipeline_options=options)
    other = Index(index.name, index.table[:9], index.classes, index.load, source=index.source)
    refused("a worker finds other pictures in synth", index=other, runner="DirectRunner")
    index = open_index("synthetic:subjects=1,frames=1,size=32")
    refused(
        "s000_angry_00_00: no face found",
        *(FaceError, index),
        on_missing="error",
        runner="DirectRunner",
    )
