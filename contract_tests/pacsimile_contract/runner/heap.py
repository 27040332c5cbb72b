"""What is freed in large pieces goes back to the system: a run holds bodies of mebibytes, and copies in passing."""

import contextlib
import ctypes

LARGE = 256 * 1024
"""Bytes from which on a piece of memory is the system's own, and goes back to it as it is freed."""
_M_MMAP_THRESHOLD = -3


def return_large_pieces() -> None:
    """Have the C library return large pieces, where it has a setting for it (glibc's `mallopt(3)`).

    By itself glibc learns from the first large piece that is freed to keep those that follow, a heap for each thread.
    A run whose answers take 150 MiB then took up to 530.
    """
    with contextlib.suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).mallopt(_M_MMAP_THRESHOLD, LARGE)
