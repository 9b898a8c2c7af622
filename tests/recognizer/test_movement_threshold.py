import numpy as np
import pytest

from ferkeras.recognizer.movement_threshold import MovementThreshold


def test_it_rises_with_what_a_face_at_rest_shows():
    threshold = MovementThreshold(None)
    assert threshold.value == 0.2
    seen = [0.3, 0.2, 1.5, 0.25, 0.22, 1.8, 0.3]
    for movement in seen:
        threshold.note(movement)
        assert threshold.value == 0.2  # too few to tell
    threshold.note(0.24)
    assert threshold.value == pytest.approx(2 * np.quantile([*seen, 0.24], 0.25))
    threshold.forget()
    assert threshold.value == 0.2


def test_in_a_good_recording_it_stays_and_what_is_long_ago_does_not_count():
    threshold = MovementThreshold(None)
    for _ in range(60):
        threshold.note(0.5)
    assert threshold.value == 1.0
    for _ in range(60):
        threshold.note(0.05)
    assert threshold.value == 0.2


def test_a_fixed_one_does_not_move():
    threshold = MovementThreshold(0.1)
    for _ in range(20):
        threshold.note(9.0)
    assert threshold.value == 0.1
