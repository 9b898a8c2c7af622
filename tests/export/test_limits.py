"""What a file must keep, and the table of what was measured."""

import numpy as np
import pytest
from exported_model import LABELS, SPEC, crops, exported, tiny_model  # noqa: F401

from ferkeras.errors import ExportError
from ferkeras.export import export_model
from ferkeras.export.limits import check_difference, check_labels
from ferkeras.export.parity import Parity
from ferkeras.export.parity_table import columns, parity_table
from ferkeras.export.picture_parity import PictureParity
from ferkeras.runtime import read_card


@pytest.mark.parametrize("difference", [2e-4, np.nan, np.inf])
def test_a_larger_difference_is_an_error(difference):
    check_difference("a.onnx", 1e-4, 1e-4, "3 samples")
    with pytest.raises(ExportError, match=r"a.onnx differs from Keras by \S+ on 3 samples"):
        check_difference("a.onnx", difference, 1e-4, "3 samples")


@pytest.mark.parametrize(
    ("agreement", "samples", "lost", "reason"),
    [
        (0.95, 100, None, None),
        (0.94, 100, None, r"for 94.0% of 100 samples, 95% is needed"),
        (np.nan, 100, None, "is needed"),
        (0.8, 1000, 0.01, None),
        (0.79, 1000, 0.0, r"for 79.0% of 1000 samples, 80% is needed"),
        (0.99, 1000, 0.011, r"loses 1.10 points of accuracy on 1000 samples, 1.00 are allowed"),
        (0.99, 40, 0.025, None),  # one of so few
        (0.99, 40, 0.05, "loses 5.00 points"),
        (0.9, 1000, -0.2, None),
        (0.9, 1000, np.nan, "loses nan points"),
    ],
)
def test_labels_may_change_by_so_much(agreement, samples, lost, reason):
    if reason is None:
        check_labels("a.tflite", agreement, samples, lost, 0.01)
        return
    with pytest.raises(ExportError, match=reason):
        check_labels("a.tflite", agreement, samples, lost, 0.01)


def test_accuracy_and_uf1_before_and_after(tmp_path):
    samples = crops(30)
    targets = np.asarray(tiny_model()(samples)).argmax(axis=1)
    targets[:6] = (targets[:6] + 1) % len(LABELS)
    arguments = {"samples": samples, "formats": ["onnx"], "isolated": False}
    result = export_model(
        *(tiny_model(), SPEC, LABELS, tmp_path / "m"),
        **{**arguments, "targets": targets, "compared_on": "squares"},
    )
    for one in result.parity:
        assert one.accuracy == pytest.approx(0.8)
        assert 0 < one.uf1 < 1
    kept = read_card(tmp_path / "m").parity["model.onnx"]
    assert kept["accuracy"] == pytest.approx(0.8)
    assert "milliseconds_batch_1" not in kept  # it did not run alone
    table = (tmp_path / "m" / "parity.md").read_text()
    assert table.startswith("Compared with Keras on 30 samples of squares.")
    assert "| model.onnx | onnx |" in table
    for wrong in (targets[:-1], targets + 3, targets.astype(float)):
        with pytest.raises(ExportError, match=r"expected a class 0..2 for each of 30 samples"):
            export_model(*(tiny_model(), SPEC, LABELS, tmp_path / "n"), **arguments, targets=wrong)


def test_table_of_classes_and_of_pictures():
    plain = Parity("model.keras", "keras", 4, 0.0, 1.0, 1.5)
    timed = Parity("m.tflite", "litert", 4, 1e-6, 0.5, 0.25, 0.75, 0.5, {1: 1.25, 32: 40}, 2)
    assert columns([plain])[0] == ["file", "engine", "MB", "largest difference", "same label"]
    heads, rows = columns([plain, timed])
    assert heads[-4:] == ["accuracy", "UF1", "ms, batch 1", "ms, batch 32"]
    assert rows[0][-4:] == ["-", "-", "-", "-"]
    assert rows[1] == [
        *("m.tflite", "litert", "0.25", "1.0e-06", "50.0%", "0.7500", "0.5000", "1.25", "40.00"),
    ]
    assert "medians of single runs on 2 CPU threads." in parity_table([plain, timed], "x")
    picture = PictureParity("m.onnx", "onnx", 4, 0.5, 0.002, 1.0, np.inf)
    assert columns([picture])[1] == [["m.onnx", "onnx", "1.00", "5.0e-01", "2.0e-03", "inf"]]
    assert "psnr" not in picture.for_card()
