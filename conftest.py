"""What all tests share: a garbage collector that passes over the many objects which live as long as the run."""

import gc

gc.set_threshold(50_000, 20, 50)


def pytest_collection_finish() -> None:
    """Take what was collected out of the collector's sight: each look at it would take half a second.

    Tests that call `gc.collect`, and Hypothesis, which looks for references in each thread that it draws in, do.
    """
    gc.collect()
    gc.freeze()
