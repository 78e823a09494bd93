"""Give memory back to the system at moments when much of it has just become free."""

import ctypes
from collections.abc import Callable
from functools import cache


@cache
def _trim() -> Callable[[int], int]:
    """Return glibc's `malloc_trim`; where the C library has none, something that does nothing."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return lambda _: 0
    trim.argtypes, trim.restype = [ctypes.c_size_t], ctypes.c_int
    return trim


def give_back() -> None:
    """Return what lies free between living values, which glibc keeps otherwise. Takes some milliseconds."""
    _trim()(0)
