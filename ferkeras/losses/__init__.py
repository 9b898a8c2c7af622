"""Keras losses, one public loss a file; ``FooLoss`` is found in the file ``foo_loss.py``."""

from ferkeras._discovery import lazy_classes

__getattr__, __dir__, __all__ = lazy_classes(__name__, __path__)
