import csv
from pathlib import Path

import numpy as np
import pytest
from dataset_trees import (
    write_ckplus,
    write_fer2013,
    write_jaffe,
    write_picture,
    write_rafdb,
    write_sfew,
    write_tfeid,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from micro_trees import items, reasons, write_casme2, write_casme3, write_samm, write_smic
from test_spos import write_spos

import ferkeras.datasets
from ferkeras.datasets import Index, map_classes, open_index
from ferkeras.datasets._class_mapping import class_mapping, mapping_onto, mappings
from ferkeras.datasets.expressions import BASIC_SIX, EIGHT, FIVE, THREE
from ferkeras.datasets.verify import verify
from ferkeras.errors import DatasetError
from ferkeras.types import Sample

NEGATIVE = {"contempt", "angry", "disgust", "repression", "fear", "sad"}  # section IV-G
EMOTIONS = sorted({*EIGHT, *FIVE, *THREE})


def index_of(labels):
    samples = [Sample(f"i{number}", label) for number, label in enumerate(labels)]
    classes = sorted(set(labels))
    return Index.from_samples("some", samples, classes, lambda item: np.zeros((2, 2, 3), np.uint8))


def three(label):
    """The paper's sentence, section IV-G."""
    if label in THREE:
        return label
    return "negative" if label in NEGATIVE else {"happy": "positive"}.get(label)


def six(label):
    return "happy" if label == "positive" else label if label in BASIC_SIX else None


RULES = {"three": three, "six": six}


def test_the_files_are_whole():
    folder = Path(ferkeras.datasets.__file__).with_name("mappings")
    assert mappings() == ("six", "three")
    for path in folder.glob("*.csv"):
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        sources = [row["source_class"] for row in rows]
        assert len(set(sources)) == len(sources)
        assert set(sources) <= set(EMOTIONS)
        assert all(row["source"] for row in rows)
    assert class_mapping("three").classes == THREE
    assert class_mapping("six").classes == BASIC_SIX
    with pytest.raises(DatasetError, match="no class mapping 'two'; known: six, three"):
        class_mapping("two")


@settings(max_examples=50, deadline=None)
@given(
    labels=st.lists(st.sampled_from(EMOTIONS), min_size=1), name=st.sampled_from(["three", "six"])
)
def test_each_sample_is_mapped_or_left_out_with_a_reason(labels, name):
    index, expected = index_of(labels), [RULES[name](label) for label in labels]
    kept = {f"i{row}": label for row, label in enumerate(expected) if label}
    if not kept:
        with pytest.raises(DatasetError, match=f"some: classes .*, onto which {name} maps"):
            map_classes(index, name)
        return
    mapped = map_classes(index, name)
    assert items(mapped) == kept
    assert mapped.classes == {"three": THREE, "six": BASIC_SIX}[name]
    assert set(reasons(mapped)) == {f"i{row}" for row, label in enumerate(expected) if not label}
    again = map_classes(mapped, name)
    assert items(again) == kept
    assert again.skipped == mapped.skipped


def write_all(root):
    """Every public data set, small; reader -> its root."""
    write_casme2(root / "casme2")
    write_casme3(root / "casme3")
    write_samm(root / "samm")
    write_smic(root / "smic")
    write_spos(root / "spos")
    write_ckplus(root / "ckplus", {f"S{code:03d}/001": code for code in range(1, 8)})
    write_fer2013(root / "fer2013")
    write_jaffe(root / "jaffe")
    write_rafdb(root / "rafdb", [f"train_{number:05d}.jpg {number}" for number in range(1, 8)])
    write_sfew(root / "sfew")
    write_tfeid(root / "tfeid")
    return {path.name: path for path in root.iterdir()}


def test_every_reader_takes_the_option(tmp_path):
    for reader, root in write_all(tmp_path).items():
        for name, classes in (("three", THREE), ("six", BASIC_SIX)):
            index = open_index(f"{reader}:{root},classes={name}")
            assert index.classes == classes, reader
            assert index.source == f"{reader}:{root},classes={name}"
    rendered = open_index("synthetic:classes=three,subjects=1")
    assert rendered.classes == THREE
    assert open_index("synthetic_clips:subjects=1,classes=six").classes == BASIC_SIX


def test_all_emotions_of_a_reader_are_mapped_not_its_default_classes(tmp_path):
    roots = write_all(tmp_path)
    casme2 = open_index(f"casme2:{roots['casme2']},classes=six")
    assert items(casme2) == {
        "sub01/EP02_01f": "happy",
        "sub01/EP19_05f": "disgust",
        "sub02/EP13_04": "surprise",
        "sub26/EP18_51": "sad",
    }
    assert set(reasons(casme2)) == {"sub02/EP01_11f", "sub26/EP18_50"}
    assert items(open_index(f"samm:{roots['samm']},classes=six"))["006/006_1_2"] == "angry"
    ckplus = open_index(f"ckplus:{roots['ckplus']},classes=three,frames=1")
    assert ckplus.table["label"].value_counts().to_dict() == {
        "negative": 5,  # contempt among them
        "positive": 1,
        "surprise": 1,
    }
    without = open_index(f"ckplus:{roots['ckplus']},contempt=no,classes=three,frames=1")
    assert len(without) == 6
    assert items(open_index(f"spos:{roots['spos']},classes=three"))["VIS/S01/posed/anger_01"] == (
        "negative"
    )


@pytest.mark.parametrize(
    ("reader", "every"), [("casme2", "seven"), ("samm", "all"), ("casme3", "seven")]
)
def test_a_reader_s_own_three_classes_are_the_same_mapping(tmp_path, reader, every):
    root = write_all(tmp_path)[reader]
    own = open_index(f"{reader}:{root},classes=three")
    mapped = map_classes(open_index(f"{reader}:{root},classes={every}"), "three")
    assert items(own) == items(mapped)
    assert own.classes == mapped.classes


def test_mapped_data_sets_are_combined(tmp_path):
    roots = write_all(tmp_path)
    pictures = open_index(
        f"jaffe:{roots['jaffe']},classes=three+ckplus:{roots['ckplus']},classes=three"
    )
    assert pictures.classes == THREE
    assert set(pictures.table["dataset"]) == {"jaffe", "ckplus"}
    clips = open_index(f"smic:{roots['smic']},classes=six+casme2:{roots['casme2']},classes=six")
    assert clips.classes == BASIC_SIX
    assert items(clips)["smic/s01/s01_po_01"] == "happy"
    assert reasons(clips)["smic/s01/s01_ne_01"] == (
        "negative is not one of the classes angry, disgust, fear, happy, sad, surprise"
    )


def test_faults_of_the_option_are_one_clear_line(tmp_path):
    write_jaffe(tmp_path / "jaffe")
    write_casme2(tmp_path / "casme2")
    with pytest.raises(DatasetError, match="jaffe: option classes=four is not six or three"):
        open_index(f"jaffe:{tmp_path}/jaffe,classes=four")
    with pytest.raises(DatasetError, match="casme2: option classes=four is not five or three or"):
        open_index(f"casme2:{tmp_path}/casme2,classes=four")
    with pytest.raises(DatasetError, match="jaffe: option 'classes' is given twice"):
        open_index(f"jaffe:{tmp_path}/jaffe,classes=six,classes=six")
    with pytest.raises(DatasetError, match="jaffe: no folder given"):
        open_index("jaffe:classes=six")


def test_a_folder_may_be_called_like_the_option(tmp_path):
    write_picture(tmp_path / "copy,classes=three/KA.AN1.39.tiff")
    index = open_index(f"jaffe:{tmp_path}/copy,classes=three/")
    assert list(index.table["label"]) == ["angry"]


def test_published_counts_are_mapped_too(tmp_path):
    write_jaffe(tmp_path / "jaffe")
    counts = verify(open_index(f"jaffe:{tmp_path},classes=three")).counts
    # Anger, disgust, fear, sadness: 30 + 29 + 32 + 31 of Lyons et al. 1998.
    assert {one.label: one.published for one in counts} == {
        "negative": 122,
        "positive": 31,
        "surprise": 30,
        "total": 183,
    }
    assert {one.difference for one in counts} == {0}
    write_sfew(tmp_path / "sfew")  # totals only are published, with neutral in them
    counts = verify(open_index(f"sfew:{tmp_path}/sfew,classes=three")).counts
    assert {one.published for one in counts} == {None}


def test_mappings_are_known_by_their_classes():
    assert mapping_onto(THREE) == class_mapping("three")
    assert mapping_onto(BASIC_SIX) == class_mapping("six")
    assert mapping_onto(EIGHT) is None
