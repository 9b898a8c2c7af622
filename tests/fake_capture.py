"""A capture as OpenCV's, without a device. A file uses the fixture by importing ``cameras``."""

import threading
import time

import cv2
import numpy as np
import pytest

import ferkeras.media.camera


class FakeCapture:
    """Gives frames in step with the clock, as a camera does; `log` is what was asked of it."""

    def __init__(self, frames, fps=100.0, says=None, opened=True):
        self._frames, self._fps, self._opened = frames, fps, opened
        self._says = fps if says is None else says
        self._start, self._at = time.monotonic(), -1
        self.settings, self.released, self.thread = {}, False, None

    def isOpened(self):
        return self._opened

    def get(self, what):
        assert what == cv2.CAP_PROP_FPS
        return self._says

    def set(self, what, value):
        self.settings[what] = value

    def grab(self):
        self.thread = threading.current_thread()
        if self.released or self._at + 1 >= len(self._frames):
            return False
        self._at += 1
        if self._fps:
            time.sleep(max(0.0, self._start + self._at / self._fps - time.monotonic()))
        return True

    def retrieve(self):
        frame = self._frames[self._at]
        if isinstance(frame, Exception):
            raise frame
        return frame is not None, frame

    def release(self):
        self.released = True


@pytest.fixture
def cameras(monkeypatch):
    """Cameras by number or URL, to be filled; others cannot be opened."""
    known = {}

    def opened(device, backend):
        return known.get(device) or FakeCapture([], opened=False)

    monkeypatch.setattr(ferkeras.media.camera, "open_quietly", opened)
    return known


def bgr(picture):
    return np.ascontiguousarray(np.asarray(picture)[..., ::-1])
