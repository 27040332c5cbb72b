"""What all tests share: how they start pytest, and a garbage collector that leaves alone what lives as long as they."""

import gc
import os

os.environ.setdefault("PYTEST_ADDOPTS", "-p no:anyio -p no:faker -p no:schemathesis -p no:locust")
"""For the pytests that tests start outside this tree: imports that its own configuration leaves out take a second."""

gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """Take what was collected out of the collector's sight: each look at it would take half a second.

    Tests that call `gc.collect`, and Hypothesis, which looks for references in each thread that it draws in, do.
    """
    gc.collect()
    gc.freeze()
