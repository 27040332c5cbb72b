"""Lets defects of overlapping calls wait until another call is under way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition
from time import monotonic

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request

LISTS, MARKS, FETCHES = "listReports", "acknowledgeReports", "getResult"
"""The operations that defects treat differently."""
BRIEF, LONG = 0.02, 0.3
"""Seconds that a call waits for another: where no other call is or was active, and where one is or was."""
REMEMBERED = 8
"""Calls without any overlap after which the server no longer counts as busy."""
POLL = 0.005


@dataclass(eq=False)
class ActiveCall:
    """A call under way."""

    operation: str
    client_id: str
    organization_id: str
    served: bool = False
    """Whether its answer is made."""


class ConcurrentCalls:
    """The calls of a world that are under way."""

    def __init__(self) -> None:
        self._changed = Condition()
        self.active: list[ActiveCall] = []
        self.ended: list[ActiveCall] = []
        self._busy_for = 0

    @property
    def busy(self) -> bool:
        """Whether other calls are under way, or were a moment ago."""
        return self._busy_for > 0 or len(self.active) > 1

    @contextmanager
    def registered(self, operation: str, request: Request) -> Iterator[ActiveCall]:
        """Register a call while it is under way."""
        call = ActiveCall(operation, request.client_id, request.organization_id)
        with self._changed:
            self._busy_for = REMEMBERED if self.active else max(self._busy_for - 1, 0)
            self.active.append(call)
            self._changed.notify_all()
        try:
            yield call
        finally:
            with self._changed:
                self.active.remove(call)
                self.ended.append(call)
                self._changed.notify_all()

    def wait_until(self, condition: Callable[[], object]) -> bool:
        """Wait until a condition is true; return False at a timeout, which is longer while other calls are active."""
        start = monotonic()
        with self._changed:
            while not condition():
                remaining = start + (LONG if self.busy else BRIEF) - monotonic()
                if remaining <= 0:
                    return False
                self._changed.wait(min(remaining, POLL))
        return True

    def wait_for_end(self, operation: str) -> bool:
        """Wait until a call of that operation has ended; return False at the timeout."""
        before = len(self.ended)
        return self.wait_until(lambda: any(call.operation == operation for call in self.ended[before:]))

    def wait_for_other(self, own: ActiveCall, operation: str | None = None) -> ActiveCall | None:
        """Return another client's call that is or was under way meanwhile; None at the timeout.

        Args:
            own: The call that waits.
            operation: The operation of the other call; None for any.
        """
        calls, before = list[ActiveCall](), len(self.ended)

        def found() -> bool:
            others = [call for call in (*self.active, *self.ended[before:]) if call.client_id != own.client_id]
            calls[:] = [call for call in others if operation in (None, call.operation)]
            return bool(calls)

        return calls[0] if self.wait_until(found) else None


def concurrent_calls(pipeline: Pipeline) -> ConcurrentCalls:
    """Return the calls of a world that are under way."""
    calls: ConcurrentCalls = pipeline.__dict__.setdefault("concurrent_calls", ConcurrentCalls())
    return calls
