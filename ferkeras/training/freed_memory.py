"""Whether freed memory goes back to the system at once: for networks of hundreds of megabytes."""

from __future__ import annotations

import ctypes
import platform

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of glibc's malloc.h
_RETURN, _KEEP = 256 * 1024, 32 * 1024 * 1024


def return_freed_memory(wanted: bool = True) -> bool:
    """Give blocks of 256 KiB and more back when they are freed, or keep those of up to 32 MiB.

    By itself the C library comes to keep freed blocks of up to 32 MiB for later. The gradients of a
    large network come and go in other sizes and orders at every step, so what is kept grows: by a
    sixth of the whole process for HTNet's variant ``official``. Asking the system anew costs time
    at each step, so small networks are better off without. It holds for blocks made after the call.

    Args:
        wanted: False keeps freed blocks, about as it is when this is never called.

    Returns:
        Whether it was done; False where the C library is not glibc.
    """
    if platform.libc_ver()[0] != "glibc":
        return False
    size = _RETURN if wanted else _KEEP
    mallopt = ctypes.CDLL(None).mallopt
    return all([mallopt(_M_MMAP_THRESHOLD, size), mallopt(_M_TRIM_THRESHOLD, 2 * size)])
