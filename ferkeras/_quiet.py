"""Keep TensorFlow's start-up notes off the screen."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager


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
    sys.stderr.flush()
    screen = os.dup(2)
    with tempfile.TemporaryFile() as notes:
        os.dup2(notes.fileno(), 2)
        try:
            yield
        except BaseException:
            notes.seek(0)
            os.write(screen, notes.read())
            raise
        finally:
            os.dup2(screen, 2)
            os.close(screen)


def start_tensorflow() -> None:
    """Import TensorFlow and let it look for devices, without its notes."""
    with stderr_held_back():
        import tensorflow as tf

        tf.config.list_physical_devices()
        tf.zeros(1)
