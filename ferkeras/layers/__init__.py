"""Keras layers, one public layer a file, written in ``keras.ops`` only (any Keras backend).

A layer named ``FooBar`` is found in the file ``foo_bar.py``; there is no list to edit.
"""

from ferkeras._discovery import lazy_classes

__getattr__, __dir__, __all__ = lazy_classes(__name__, __path__)
