"""Keras metrics, one public metric a file; found by name like the layers."""

from ferkeras._discovery import lazy_classes

__getattr__, __dir__, __all__ = lazy_classes(__name__, __path__)
