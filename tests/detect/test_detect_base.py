import numpy as np
import pytest

from ferkeras.detect import available, load_detector, merge_overlapping
from ferkeras.errors import FaceError
from ferkeras.types import Face


def test_detectors_are_found_by_file_name():
    assert available() == ["mtcnn", "viola_jones"]


@pytest.mark.parametrize(
    ("name", "options", "message"),
    [
        ("retina", {}, "no face detector 'retina'; known: mtcnn, viola_jones"),
        ("base", {}, "no face detector 'base'"),
        ("viola_jones", {"size": 3}, "no option 'size'; known: coarse_side"),
        ("viola_jones", {"scale_factor": 1.0}, "scale_factor=1.0"),
        ("viola_jones", {"coarse_side": 900}, "coarse_side=900"),
        ("mtcnn", {"max_side": 0}, "max_side=0"),
    ],
)
def test_wrong_names_and_options_give_one_line(name, options, message):
    with pytest.raises(FaceError, match=message):
        load_detector(name, **options)


def test_the_best_of_overlapping_faces_is_kept_in_order_of_score():
    faces = [
        Face((0, 0, 10, 10), 0.5),
        Face((1, 1, 10, 10), 0.9),
        Face((3, 3, 4, 4), 0.7),  # inside
        Face((9, 9, 10, 10), 0.6),  # touches a corner
        Face((50, 0, 10, 10), 1.0),
    ]
    assert [face.score for face in merge_overlapping(faces)] == [1.0, 0.9, 0.6]
    assert merge_overlapping([]) == []
    assert np.all([face.box[2] == 10 for face in merge_overlapping(faces)])
