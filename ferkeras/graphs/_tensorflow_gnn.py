"""Import tensorflow-gnn, or say in one line why it cannot work here."""

from __future__ import annotations

import os
from importlib.util import find_spec
from typing import Any

from ferkeras._quiet import start_tensorflow
from ferkeras.errors import GraphError

_LEGACY = "TF_USE_LEGACY_KERAS"


def load() -> tuple[Any, Any]:
    """The modules ``tensorflow`` and ``tensorflow_gnn``.

    tensorflow-gnn 1.0 needs ``tf.keras`` to be Keras 2, from the package tf-keras. TensorFlow
    chooses which Keras that is by an environment variable, once for the whole process. It is not
    set here: it would change ``tf.keras`` under the user's own code. ``import keras`` is Keras 3
    either way, so the layers of ferkeras work beside graph tensors.

    Raises:
        GraphError: the extra is not installed, or ``tf.keras`` is Keras 3.
    """
    missing = [name for name in ("tensorflow_gnn", "tf_keras") if find_spec(name) is None]
    if missing:
        raise GraphError(f"graph tensors need {' and '.join(missing)}: pip install 'ferkeras[gnn]'")
    if os.environ.get(_LEGACY) not in ("1", "true", "True"):  # the values TensorFlow knows
        raise GraphError(f"graph tensors need {_LEGACY}=1; set it before Python starts")
    start_tensorflow()
    import tensorflow as tf

    if hasattr(tf.keras, "version") and tf.keras.version().startswith("3."):  # Keras 2 has no such
        raise GraphError(
            f"TensorFlow was loaded before {_LEGACY}=1 was set, and graph tensors cannot be used "
            "in this process; set it before Python starts"
        )
    try:
        import tensorflow_gnn as tfgnn
    except ImportError as error:
        raise GraphError(
            f"tensorflow_gnn cannot be imported: {error}; pip install 'ferkeras[gnn]'"
        ) from error
    return tf, tfgnn
