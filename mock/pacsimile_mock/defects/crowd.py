"""Who else is there: by which a defect of overlapping calls holds its window open until another call is in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Condition
from time import monotonic

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request

LISTS, MARKS, FETCHES = "listReports", "acknowledgeReports", "getResult"
"""Operations that a defect tells apart."""
BRIEF, LONG = 0.02, 0.3
"""Seconds for which a call waits for company: where nobody else is there, and where somebody is or was just now."""
REMEMBERED = 8
"""Calls after which nobody is expected any more, when none of them met another."""
GLANCE = 0.005


@dataclass(eq=False)
class Guest:
    """A call under way."""

    operation: str
    client_id: str
    organization_id: str
    served: bool = False
    """Whether its answer is made."""


class Crowd:
    """The calls of a world that are under way."""

    def __init__(self) -> None:
        self._met = Condition()
        self.here: list[Guest] = []
        self.gone: list[Guest] = []
        self._expected = 0

    @property
    def company(self) -> bool:
        """Whether others are there, or were just now."""
        return self._expected > 0 or len(self.here) > 1

    @contextmanager
    def joined(self, operation: str, request: Request) -> Iterator[Guest]:
        """Let others know of a call while it is under way."""
        guest = Guest(operation, request.client_id, request.organization_id)
        with self._met:
            self._expected = REMEMBERED if self.here else max(self._expected - 1, 0)
            self.here.append(guest)
            self._met.notify_all()
        try:
            yield guest
        finally:
            with self._met:
                self.here.remove(guest)
                self.gone.append(guest)
                self._met.notify_all()

    def hold(self, until: Callable[[], object]) -> bool:
        """Wait until something is so: long where there is company, or as soon as it comes; False where it never is."""
        began = monotonic()
        with self._met:
            while not until():
                left = began + (LONG if self.company else BRIEF) - monotonic()
                if left <= 0:
                    return False
                self._met.wait(min(left, GLANCE))
        return True

    def hold_until_over(self, operation: str) -> bool:
        """Wait until a call of that operation, which is or comes under way, is over."""
        before = len(self.gone)
        return self.hold(lambda: any(guest.operation == operation for guest in self.gone[before:]))

    def hold_for_another(self, own: Guest, operation: str | None = None) -> Guest | None:
        """Wait until another client's call (of that operation) is under way beside this one, or was meanwhile."""
        guests, before = list[Guest](), len(self.gone)

        def comes() -> bool:
            there = [guest for guest in (*self.here, *self.gone[before:]) if guest.client_id != own.client_id]
            guests[:] = [guest for guest in there if operation in (None, guest.operation)]
            return bool(guests)

        return guests[0] if self.hold(comes) else None


def crowd(pipeline: Pipeline) -> Crowd:
    """Return the crowd of a world."""
    guests: Crowd = pipeline.__dict__.setdefault("crowd", Crowd())
    return guests
