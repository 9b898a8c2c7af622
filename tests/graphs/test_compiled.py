"""Machine code on disk is never older than its source."""

import importlib
import pkgutil

from numba.core.dispatcher import Dispatcher

import ferkeras.graphs


def test_compiled_functions_call_compiled_ones_of_their_own_file_only():
    called, checked = [], 0
    for module in pkgutil.iter_modules(ferkeras.graphs.__path__, "ferkeras.graphs."):
        if "tensorflow" in module.name or "tensor" in module.name:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, Dispatcher) and value.__module__ == module.name:
                checked += 1
                names = value.py_func.__code__.co_names
                others = [value.py_func.__globals__.get(name) for name in names]
                called += [
                    (value.__qualname__, other.__qualname__)
                    for other in others
                    if isinstance(other, Dispatcher) and other.__module__ != module.name
                ]
    assert checked > 10
    assert not called
