import dataclasses
import os
import struct

import numpy as np
import pytest

from ferkeras.datasets import Index, open_index
from ferkeras.detect import load_detector
from ferkeras.errors import DatasetError, FaceError, FerkerasError, GraphError, MediaError
from ferkeras.files import read_json, write_json
from ferkeras.graphs import granular_balls
from ferkeras.graphs.example_encoding import encode_example
from ferkeras.inputs.graph_files import GraphSettings, build_graphs, check_graphs
from ferkeras.inputs.graph_files.plan import plan_shards
from ferkeras.prepare import prepare_sample
from ferkeras.types import InputSpec, Sample

FACES = dataclasses.replace(open_index("synthetic:subjects=1,frames=2,size=40"), cropped=True)


def blocks(item):
    """A picture that its name decides; ``broken...`` cannot be read."""
    if item.startswith("broken"):
        raise MediaError(f"{item}: cut off")
    return np.random.default_rng(list(item.encode())).integers(0, 255, (6, 7, 3)).astype(np.uint8)


def index_of(*samples, load=blocks):
    return Index.from_samples("some", samples, ("sad", "happy"), load, cropped=True)


def numbered(count, split=None, start=0):
    return [Sample(f"p{n}", "happy", split=split) for n in range(start, start + count)]


def records(path):
    """Contents of a TFRecord file."""
    content, at = path.read_bytes(), 0
    while at < len(content):
        (length,) = struct.unpack_from("<Q", content, at)
        yield content[at + 12 : at + 12 + length]
        at += 16 + length


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_a_folder_holds(tmp_path):
    out = tmp_path / "new/graphs"
    done = []
    built = build_graphs(
        FACES,
        out,
        GraphSettings(purity=0.8),
        shards=3,
        jobs=1,
        progress=lambda *counts: done.append(counts),
    )
    assert (built.graphs, built.shards, built.kept, built.skipped) == (14, 3, 0, ())
    assert done == [(14, 14)]
    names = [f"synthetic-0000{number}-of-00003.tfrecord" for number in range(3)]
    assert sorted(contents(out)) == ["graphs.json", "schema.pbtxt", *names]
    found = [content for name in names for content in records(out / name)]
    table = FACES.table
    assert found == [
        encode_example(
            granular_balls(FACES.load(row.item), purity=0.8),
            {"label": label, "item": row.item, "subject": row.subject, "sequence": row.sequence},
        )
        for row, label in zip(table.itertuples(), FACES.labels, strict=True)
    ]
    schema = (out / "schema.pbtxt").read_text()
    assert "0 angry, 1 disgust" in schema
    assert "split" not in schema
    about = read_json(out / "graphs.json")
    assert about["complete"] is True
    assert about["settings"]["purity"] == 0.8
    assert [shard["graphs"] for shard in about["shards"]] == [5, 5, 4]
    assert check_graphs(out).faults == ()


def test_parts_and_what_is_known_of_some_rows(tmp_path):
    rows = [*numbered(3, "train"), *numbered(2, None, 3), *numbered(2, "a/b", 5)]
    rows += [Sample("p9", "sad", "S1", split="train")]
    index = index_of(*rows)
    build_graphs(index, tmp_path / "all", jobs=1)
    names = ["train-00000-of-00001", "some-00000-of-00001", "a_b-00000-of-00001"]
    assert {f"{name}.tfrecord" for name in names} <= set(contents(tmp_path / "all"))
    train = list(records(tmp_path / "all/train-00000-of-00001.tfrecord"))
    graph = granular_balls(blocks("p9"))
    context = {"label": 0, "item": "p9", "subject": "S1", "split": "train"}
    assert train[3] == encode_example(graph, context)
    context = {"label": 1, "item": "p0", "subject": "", "split": "train"}
    assert train[0] == encode_example(granular_balls(blocks("p0")), context)
    build_graphs(index, tmp_path / "one", splits=["train"], jobs=1)
    assert list(records(tmp_path / "one/train-00000-of-00001.tfrecord")) == train
    with pytest.raises(DatasetError, match="some has no part 'test'; it has train, some, a/b"):
        build_graphs(index, tmp_path / "two", splits=["test"], jobs=1)
    alike = index_of(Sample("a", "sad", split="x y"), Sample("b", "sad", split="x_y"))
    with pytest.raises(DatasetError, match="files of one name"):
        build_graphs(alike, tmp_path / "two", jobs=1)
    assert not (tmp_path / "two").exists()


def test_shards_by_count_alone():
    index = index_of(*numbered(2049))
    plan = plan_shards(index)
    assert [len(shard.rows) for shard in plan] == [683, 683, 683]
    assert np.concatenate([shard.rows for shard in plan]).tolist() == list(range(2049))
    with pytest.raises(GraphError, match="shards is 4, expected 1 to 3, the pictures of part"):
        plan_shards(index_of(*numbered(3)), shards=4)
    with pytest.raises(GraphError, match="shards is 0"):
        plan_shards(index, shards=0)


def test_the_same_bytes_from_several_processes(tmp_path):
    index = index_of(*numbered(50), Sample("broken", "sad"), *numbered(49, start=50))
    one = build_graphs(index, tmp_path / "one", shards=7, jobs=1)
    two = build_graphs(index, tmp_path / "two", shards=7, jobs=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
    assert [item.item for item in two.skipped] == ["broken"]
    assert one.graphs == two.graphs == 99


def test_a_process_that_ends(tmp_path):
    def load(item):
        if item != "p0":
            os._exit(3)
        return blocks(item)

    with pytest.raises(GraphError, match="one of 2 processes ended before its work did"):
        build_graphs(index_of(*numbered(40), load=load), tmp_path, jobs=2)


def test_goes_on_after_an_interruption(tmp_path):
    index = index_of(*numbered(300))

    def stop(done, total):
        if done > 150:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build_graphs(index, tmp_path / "a", shards=6, jobs=1, progress=stop)
    finished = [f"some-0000{number}-of-00006.tfrecord" for number in range(3)]
    found = contents(tmp_path / "a")
    assert [name for name in sorted(found) if name.endswith(".tfrecord")] == finished
    with pytest.raises(GraphError, match="is not finished; the command that began it"):
        check_graphs(tmp_path / "a")
    (tmp_path / "a/.some-00003-of-00006.tfrecord.x1y2").write_text("of a run that was killed")
    (tmp_path / "a/.some-00001-of-00006.tfrecord.json").write_text("{")  # a note that is damaged
    done = []
    built = build_graphs(
        index, tmp_path / "a", shards=6, jobs=1, progress=lambda *counts: done.append(counts)
    )
    assert built.kept == 2
    assert done[0] == (128, 300)
    build_graphs(index, tmp_path / "b", shards=6, jobs=1)
    assert contents(tmp_path / "a") == contents(tmp_path / "b")


def test_only_what_is_damaged_is_made_again(tmp_path):
    index = index_of(*numbered(12))
    build_graphs(index, tmp_path, shards=6, jobs=1)
    whole = contents(tmp_path)
    paths = sorted(tmp_path.glob("*.tfrecord"))
    paths[0].unlink()
    paths[1].write_bytes(whole[paths[1].name][:-1])
    paths[2].write_bytes(b"x" + whole[paths[2].name][1:])
    (tmp_path / "schema.pbtxt").unlink()
    (tmp_path / "more.tfrecord").write_text("")
    assert [fault.partition(" ")[2] for fault in check_graphs(tmp_path).faults] == [
        "is not there",
        f"has {len(whole[paths[1].name]) - 1} bytes, {len(whole[paths[1].name])} were written",
        "has another content than was written",
        "is not there",
        "is not one of the 6 files that were written",
    ]
    (tmp_path / "more.tfrecord").unlink()
    assert build_graphs(index, tmp_path, shards=6, jobs=1).kept == 3
    assert contents(tmp_path) == whole
    assert build_graphs(index, tmp_path, shards=6, jobs=1).kept == 6


def test_other_settings_and_other_files(tmp_path):
    index = index_of(*numbered(4))
    build_graphs(index, tmp_path, jobs=1)
    for change, what in (
        ({"settings": GraphSettings(tolerance=20)}, "tolerance is 30, asked for is 20"),
        ({"settings": GraphSettings(InputSpec(height=9, width=9))}, "spec is None, asked for is "),
        ({"shards": 2}, r"shards is {'some': 1}, asked for is {'some': 2}"),
    ):
        with pytest.raises(GraphError, match=f"holds graphs of other settings: {what}"):
            build_graphs(index, tmp_path, jobs=1, **change)
    with pytest.raises(GraphError, match="table_sha256 is"):
        build_graphs(index_of(*numbered(3), Sample("q", "sad")), tmp_path, jobs=1)
    other = tmp_path / "other"
    other.mkdir()
    (other / "notes.txt").write_text("mine")
    with pytest.raises(GraphError, match=r"holds notes.txt, but no graphs.json; take an empty"):
        build_graphs(index, other, jobs=1)
    with pytest.raises(GraphError, match=r"other holds no graphs.json"):
        check_graphs(other)
    write_json(other / "graphs.json", [1])
    with pytest.raises(GraphError, match="is not of a folder of graphs"):
        build_graphs(index, other, jobs=1)
    (other / "graphs.json").write_text("{")
    with pytest.raises(FerkerasError, match="cannot be read as JSON"):
        build_graphs(index, other, jobs=1)
    assert (other / "notes.txt").read_text() == "mine"


def test_pictures_without_a_graph(tmp_path):
    rows = [Sample("broken1", "sad"), *numbered(2), Sample("broken2", "sad")]
    built = build_graphs(index_of(*rows), tmp_path / "a", shards=4, jobs=1)
    assert built.graphs == 2
    assert [(one.item, one.reason) for one in built.skipped] == [
        ("broken1", "broken1: cut off"),
        ("broken2", "broken2: cut off"),
    ]
    shards = read_json(tmp_path / "a/graphs.json")["shards"]
    assert [shard["graphs"] for shard in shards] == [0, 1, 1, 0]
    assert shards[0]["skipped"] == [["broken1", "broken1: cut off"]]
    for folder in ("a", "b"):  # finished before with "skip", and new
        with pytest.raises(FaceError, match="broken1: broken1: cut off"):
            build_graphs(index_of(*rows), tmp_path / folder, shards=4, on_missing="error", jobs=1)
    with pytest.raises(DatasetError, match="none of 2 pictures could be used; the first: broken1"):
        build_graphs(index_of(rows[0], rows[3]), tmp_path / "c", jobs=1)
    assert build_graphs(index_of(rows[1]), tmp_path / "d").graphs == 1
    with pytest.raises(FerkerasError, match="on_missing is 'drop'"):
        build_graphs(index_of(*rows), tmp_path / "e", on_missing="drop")
    with pytest.raises(FerkerasError, match="jobs is 0"):
        build_graphs(index_of(*rows), tmp_path / "e", jobs=0)


def test_faces_are_cut_out_of_photographs(tmp_path):
    index = open_index("synthetic:subjects=1,frames=1,size=160")
    with pytest.raises(GraphError, match="no face crops; say how faces are cut out"):
        build_graphs(index, tmp_path, jobs=1)
    spec = InputSpec(height=32, width=24)
    built = build_graphs(index, tmp_path, GraphSettings(spec), jobs=1)
    (path,) = tmp_path.glob("*.tfrecord")
    found, finder = list(records(path)), load_detector("viola_jones")
    assert len(found) == built.graphs > 0
    skipped = {one.item for one in built.skipped}
    row = next(row for row in index.table.itertuples() if row.item not in skipped)
    face = prepare_sample(index.load(row.item), spec, finder).astype(np.uint8)
    context = {"label": index.classes.index(row.label), "item": row.item}
    context |= {"subject": row.subject, "sequence": row.sequence}
    assert found[0] == encode_example(granular_balls(face), context)


def test_settings_are_tried_before_any_picture(tmp_path):
    index = index_of(*numbered(2))
    for settings, error in (
        (GraphSettings(purity=2), GraphError),
        (GraphSettings(variance=0), GraphError),
    ):
        with pytest.raises(error):
            build_graphs(index, tmp_path / "a", settings, jobs=1)
    photographs = dataclasses.replace(index, cropped=False)
    with pytest.raises(FaceError, match="no face detector 'none'"):
        build_graphs(photographs, tmp_path / "a", GraphSettings(InputSpec(detector="none")))
    clips = open_index("synthetic_clips:subjects=1")
    with pytest.raises(GraphError, match="made of pictures, its samples are clips"):
        build_graphs(clips, tmp_path / "a", GraphSettings(InputSpec()))
    assert not (tmp_path / "a").exists()


def test_whole_photographs_in_several_processes(tmp_path):
    """A detector cannot be pickled: each process loads its own."""
    index = open_index("synthetic:subjects=2")
    settings = GraphSettings(spec=InputSpec(height=24, width=24))
    one = build_graphs(index, tmp_path / "one", settings, shards=2, jobs=1)
    two = build_graphs(index, tmp_path / "two", settings, shards=2, jobs=2)
    assert one.graphs == two.graphs > 20
    assert contents(tmp_path / "one") == contents(tmp_path / "two")
