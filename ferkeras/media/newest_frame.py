"""The newest frame of a capture that goes on whether its frames are taken or not."""

from __future__ import annotations

import threading
import time
from typing import Any, NamedTuple

import cv2

_PATIENCE = 5.0  # seconds that the end waits for a camera which is silent


class Taken(NamedTuple):
    """One frame.

    Attributes:
        number: from 0, counting those that nobody took.
        at: when it came, in seconds of ``time.monotonic``.
        bgr: uint8 ``(height, width, 3)``, BGR, or what else the camera gives.
    """

    number: int
    at: float
    bgr: Any


class NewestFrame:
    """Reads a capture in a thread of its own and holds its newest frame, one at a time.

    Args:
        capture: opened; it is released when it ends or `close` is called.
    """

    def __init__(self, capture: cv2.VideoCapture) -> None:
        self._capture = capture
        self._news = threading.Condition()
        self._newest: Taken | None = None
        self._ended = False
        self._failure: BaseException | None = None
        self._thread = threading.Thread(target=self._read, name="camera", daemon=True)
        self._thread.start()

    def take(self, least: int) -> Taken | None:
        """The newest frame, of this number or above; waits for it. None once there are no more.

        Raises:
            cv2.error: the capture failed.
        """
        with self._news:
            self._news.wait_for(lambda: self._ended or self._has(least))
            found = self._newest if self._has(least) else None
            if found is None and self._failure is not None:
                raise self._failure
            self._newest = None
            return found

    def close(self) -> None:
        """End the thread, which releases the capture."""
        with self._news:
            self._ended = True
        self._thread.join(_PATIENCE)

    def _has(self, least: int) -> bool:
        return self._newest is not None and self._newest.number >= least

    def _read(self) -> None:
        number = 0
        try:
            while not self._ended:
                if not self._capture.grab():
                    break
                at = time.monotonic()
                decoded, bgr = self._capture.retrieve()
                if decoded:
                    with self._news:
                        self._newest = Taken(number, at, bgr)
                        self._news.notify()
                number += 1
        except cv2.error as error:
            self._failure = error
        finally:
            self._capture.release()
            with self._news:
                self._ended = True
                self._news.notify()
