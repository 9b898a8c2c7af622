"""The one way in which loops are compiled here: by numba, without the interpreter's lock."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Machine code, made at the first call with new types and kept on disk for later ones.

    What is kept is that of the function and all that it calls, and is made anew when the function's
    own file changes. So a compiled function calls no compiled one of another file.
    """
    try:
        machine_code: Any = njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba finds no folder that it may write to
        warnings.warn(
            f"{function.__name__} is compiled anew in every process, as numba can keep it nowhere; "
            "set NUMBA_CACHE_DIR to a folder that can be written",
            RuntimeWarning,
            stacklevel=2,
        )
        machine_code = njit(nogil=True)(function)
    return machine_code
