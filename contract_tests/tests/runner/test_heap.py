"""Memory that a run has freed is not its own any more."""

import os
import platform
import subprocess
import sys

import pytest

HELD = """
import os, sys
if sys.argv[1] == "returned":
    from pacsimile_contract.runner.heap import return_large_pieces
    return_large_pieces()

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20

for _ in range(3):
    bytearray(4 << 20)
before = resident()
pieces = [(bytearray(3 << 20), bytearray(1000)) for _ in range(40)]
small = [last for _, last in pieces]
del pieces
print(resident() - before)
"""


def held(how: str) -> int:
    """Return how many MiB a process still has of 120 that it freed between small pieces."""
    words = [sys.executable, "-c", HELD, how]
    return int(subprocess.run(words, capture_output=True, text=True, check=True, timeout=60).stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc" or os.name == "nt", reason="a setting of glibc")
def test_large_pieces_go_back_to_the_system() -> None:
    """By itself the C library keeps them for what comes next."""
    assert held("returned") < 10
