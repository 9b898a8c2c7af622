"""Which faces are shown, and what stands below them."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
from PIL import Image

from ferkeras.evaluation.face_grid import as_png, chosen_faces, face_grid


def table(*rows):
    return pd.DataFrame(rows, columns=["subject", "label"])


def test_other_people_and_other_classes_come_first():
    known = table(
        ("a", "joy"), ("a", "fear"), ("b", "joy"), ("c", "fear"), ("c", "joy"), ("d", "anger")
    )
    assert chosen_faces(known, 3) == [0, 3, 5]
    assert chosen_faces(known, 4) == [0, 3, 5, 2]
    assert sorted(chosen_faces(known, 9)) == [0, 1, 2, 3, 4, 5]
    unknown = table((None, "joy"), (None, "joy"), (None, "fear"))
    assert chosen_faces(unknown, 2) == [0, 2]


def test_a_row_a_face_and_a_column_a_version():
    rng = np.random.default_rng(0)
    versions = {
        "HR": rng.integers(0, 256, (2, 32, 32, 3)).astype(np.uint8),
        "LR": rng.integers(0, 256, (2, 8, 8, 3)).astype(np.uint8),
        "made": rng.integers(0, 256, (2, 32, 32, 3)).astype(np.uint8),
    }
    figure = face_grid(versions, ["s1, joy", "s2, fear"], {"made": [27.126, float("inf")]})
    below = [axes.get_xlabel() for axes in figure.axes]
    assert below == ["32x32", "8x8", "27.13 dB", "32x32", "8x8", "identical"]
    shown = figure.axes[1].get_images()[0].get_array()
    np.testing.assert_array_equal(shown, versions["LR"][0])
    assert Image.open(io.BytesIO(as_png(figure))).size[0] > 300
