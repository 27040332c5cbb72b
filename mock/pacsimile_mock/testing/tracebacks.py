"""Ends the traceback of a refused call at the line of the test that made it."""

from __future__ import annotations

from typing import Any

from pacsimile_spec.durations import DurationError


def is_refusal(error: Any) -> bool:
    """Whether pytest hides the frames of a module whose `__tracebackhide__` this is: for what the test did wrong.

    `error` is pytest's `ExceptionInfo`. The frames of a fault of ours stay.
    """
    return bool(error.errisinstance((AssertionError, DurationError)))
