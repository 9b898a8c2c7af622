"""Every system in every format: exported, run in its own runtime and equal to Keras.

A system or format that is added is asked too; a cell that stays empty says why in `EMPTY`.
"""

import cases
import keras
import numpy as np
import pytest

import ferkeras.models
from ferkeras.errors import ExportError
from ferkeras.export import export_model, export_restorer
from ferkeras.export.formats import available, format_module
from ferkeras.runtime import open_model, read_card
from ferkeras.types import GraphSpec, InputSpec

EMPTY = {("cs_gbsbf", "tflite-int8"): "CAST, .*UNSORTED_SEGMENT_SUM, .* would stay in float"}
"""(system, format) -> what the ExportError says."""

SYSTEMS = sorted({**cases.SYSTEMS, **cases.PICTURE_SYSTEMS})


def smooth(count, height, width, channels):
    """Pictures with large light and dark parts, as faces have, not noise."""
    coarse = np.random.default_rng(0).uniform(0, 255, (count, 4, 4, channels))
    fine = coarse.repeat(-(-height // 4), axis=1).repeat(-(-width // 4), axis=2)
    return fine[:, :height, :width].astype("float32")


def export(name, formats, out):
    keras.utils.set_random_seed(1)
    if name in cases.PICTURE_SYSTEMS:
        builder, arguments = cases.PICTURE_SYSTEMS[name]
        model = getattr(ferkeras.models, builder)(**arguments)
        spec = InputSpec(height=16, width=16, channels=3)
        samples = smooth(6, 16, 16, 3)
        return export_restorer(
            model, spec, out, samples=samples, formats=formats, isolated=False
        ), model
    builder, arguments = cases.SYSTEMS[name]
    model = getattr(ferkeras.models, builder)(**arguments)
    several = isinstance(model.input, dict)
    height, width, channels = (model.input["image"] if several else model.input).shape[1:]
    spec = InputSpec(
        height=height, width=width, channels=channels, graph=GraphSpec() if several else None
    )
    labels = [f"class {number}" for number in range(model.output_shape[1])]
    samples = smooth(40, height, width, channels)
    result = export_model(
        model, spec, labels, out, samples=samples, formats=formats, isolated=False
    )
    return result, model


@pytest.mark.parametrize("form", available())
@pytest.mark.parametrize("name", SYSTEMS)
def test_every_system_in_every_format(name, form, tmp_path):
    if (name, form) in EMPTY:
        with pytest.raises(ExportError, match=EMPTY[name, form]):
            export(name, [form], tmp_path / "m")
        assert list(tmp_path.iterdir()) == []
        return
    result, model = export(name, [form], tmp_path / "m")
    _, one = result.parity
    file = format_module(form).FILE
    assert one.file == file
    runner = open_model(tmp_path / "m" / file)
    assert runner.input_shapes.keys() == (
        set(model.input) if isinstance(model.input, dict) else {"input"}
    )
    card = read_card(tmp_path / "m")
    assert any(path.split("/")[0] == file for path in card.files)
    assert file in card.parity


def test_no_reason_for_a_cell_that_is_not_there():
    assert set(EMPTY) <= {(name, form) for name in SYSTEMS for form in available()}
