"""The one way in which loops are compiled here: by numba, without the interpreter's lock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Machine code, made at the first call with new types and kept on disk for later ones.

    What is kept is that of the function and all that it calls, and is made anew when the function's
    own file changes. So a compiled function calls no compiled one of another file.
    """
    machine_code: Any = njit(nogil=True, cache=True)(function)
    return machine_code
