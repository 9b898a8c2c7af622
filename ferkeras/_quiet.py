"""Keep the start-up notes of TensorFlow and LiteRT off the screen."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_INFO = b"INFO: ", b"fully_quantize: "
_ONE_AT_A_TIME = threading.RLock()  # two blocks that overlap would leave standard error redirected


@contextmanager
def stderr_held_back() -> Iterator[None]:
    """Hold back what is written to standard error inside the block; show it if the block fails.

    Python cannot redirect TensorFlow's notes, since C++ code writes them straight to the file, and
    some come whatever TF_CPP_MIN_LOG_LEVEL says. Does nothing once TensorFlow is loaded.
    """
    if "tensorflow" in sys.modules:
        yield
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with _held_back(lambda line: False):
        yield


@contextmanager
def info_held_back() -> Iterator[None]:
    """Hold back LiteRT's notes on standard error; show them if the block fails.

    Its C++ code writes a line that begins with ``INFO: `` when it makes its first interpreter, and
    TensorFlow's converter one with ``fully_quantize: ``. Other lines, of other threads too, come at
    the end of the block.
    """
    with _held_back(lambda line: not line.startswith(_INFO)):
        yield


@contextmanager
def _held_back(shown: Callable[[bytes], bool]) -> Iterator[None]:
    """Keep standard error until the end of the block, then write what is to be shown of it."""
    with _ONE_AT_A_TIME:
        try:
            screen = os.dup(2)
        except OSError:  # a program without standard error
            yield
            return
        if sys.stderr is not None:
            sys.stderr.flush()
        with tempfile.TemporaryFile() as notes:
            os.dup2(notes.fileno(), 2)
            failed = True
            try:
                yield
                failed = False
            finally:
                if sys.stderr is not None:
                    sys.stderr.flush()
                os.dup2(screen, 2)
                notes.seek(0)
                os.write(screen, b"".join(line for line in notes if failed or shown(line)))
                os.close(screen)


def start_tensorflow() -> None:
    """Import TensorFlow and let it look for devices, without its notes.

    With oneDNN's operations, which TensorFlow itself chooses on some processors only: on one
    without AVX-512 a training step of MFF-CNN took half the time by them, one of HTNet four fifths.
    """
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
    with stderr_held_back():
        import tensorflow as tf

        tf.config.list_physical_devices()
        tf.zeros(1)
    logging.getLogger("tensorflow").addFilter(_no_retracing)


def _no_retracing(record: logging.LogRecord) -> bool:
    """Whether a record is anything but TensorFlow's guess that one function is traced too often.

    Every fold has a model of its own, whose functions are traced once each; TensorFlow counts them
    as one.
    """
    return "triggered tf.function retracing" not in str(record.msg)
