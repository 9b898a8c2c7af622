"""Checks inside a TensorFlow graph whose errors name the trouble in one line."""

from __future__ import annotations

from typing import Any

import tensorflow as tf


def require(condition: Any, template: str, *values: Any) -> Any:
    """An op that fails unless ``condition`` holds; run it by ``tf.control_dependencies``.

    Args:
        condition: scalar, bool.
        template: what is wrong and how to mend it; each ``{}`` stands for one of ``values``.
        values: tensors.

    Returns:
        The op. It raises ``InvalidArgumentError``: ``assertion failed: [<message>]``.
    """
    message = tf.strings.format(template, values, summarize=8) if values else tf.constant(template)
    return tf.debugging.Assert(condition, [message])
