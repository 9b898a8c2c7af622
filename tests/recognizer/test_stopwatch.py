import time

import numpy as np
import pytest
from clips import FakeDetector, portrait

from ferkeras.recognizer.stopwatch import Stopwatch, TimedDetector, TimedFrames


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still but for `clock.pass_`."""

    class Clock:
        now = 100.0

        def pass_(self, seconds):
            self.now += seconds

        def fail_after(self, seconds):
            self.now += seconds
            raise KeyError

    clock = Clock()
    monkeypatch.setattr(time, "perf_counter", lambda: clock.now)
    return clock


def test_of_stages_in_one_another_only_the_inner_one_counts(clock):
    watch = Stopwatch()
    with watch.stage("motion"):
        clock.pass_(1)
        with watch.stage("read"):
            clock.pass_(10)
            with watch.stage("detect"):
                clock.pass_(100)
        clock.pass_(1000)
    with watch.stage("read"):
        clock.pass_(10000)
    assert watch.seconds == {"detect": 100, "read": 10010, "motion": 1001}
    other = Stopwatch()
    with pytest.raises(KeyError), other.stage("read"):
        clock.fail_after(5)
    other.add(watch)
    assert other.seconds["read"] == 10015


def test_frames_and_detector_are_passed_on(clock):
    watch = Stopwatch()
    frames = TimedFrames(np.arange(5), watch)
    assert (len(frames), frames[3], list(frames[1:3])) == (5, 3, [1, 2])
    detector = TimedDetector(FakeDetector(), watch)
    assert detector.name == "fake"
    assert len(detector.detect(portrait())) == 1
    assert set(watch.seconds) == {"read", "detect"}
