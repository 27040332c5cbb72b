"""What a load measured: times by operation and over time, and errors by kind. Records of processes can be merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pacsimile_contract.load.histogram import Histogram

SPANS = 240
"""The plots over time have at most so many spans."""


@dataclass
class Span:
    """What ended during one span of time."""

    times: Histogram = field(default_factory=Histogram)
    errors: int = 0


class Recorder:
    """Counts calls.

    Args:
        duration: Seconds of the load, which decide how long a span is: a second at least.
    """

    def __init__(self, duration: float) -> None:
        self.span_seconds = max(1.0, duration / SPANS)
        self.operations: dict[str, Histogram] = {}
        self.errors: Counter[tuple[str, str]] = Counter()
        self.spans: dict[int, Span] = {}
        self.withheld = 0
        """Arrivals for which nothing was sent: the service had asked its client to wait, or nothing was due."""
        self.unfinished = 0
        """Calls that were not answered when the load ended, within their timeout."""
        self.late = 0
        """Arrivals that had to wait for another call to end: so many were in flight."""

    def add(self, operation: str, seconds: float, at: float, error: str | None = None) -> None:
        """Count a call.

        Args:
            operation: Its operationId.
            seconds: How long it took, from its intended start in an open model.
            at: When it ended, in seconds from the beginning of the load.
            error: The kind of its error; None for a call that was served.
        """
        self.operations.setdefault(operation, Histogram()).add(seconds)
        span = self.spans.setdefault(max(0, int(at / self.span_seconds)), Span())
        span.times.add(seconds)
        if error is not None:
            self.errors[operation, error] += 1
            span.errors += 1

    @property
    def calls(self) -> int:
        """All calls."""
        return sum(times.count for times in self.operations.values())

    @property
    def failed(self) -> int:
        """All errors."""
        return sum(self.errors.values())

    @property
    def all_times(self) -> Histogram:
        """The times of all operations."""
        total = Histogram()
        for times in self.operations.values():
            total.merge(times)
        return total

    def merge(self, other: Recorder) -> None:
        """Add what another process counted."""
        for operation, times in other.operations.items():
            self.operations.setdefault(operation, Histogram()).merge(times)
        self.errors.update(other.errors)
        for number, span in other.spans.items():
            own = self.spans.setdefault(number, Span())
            own.times.merge(span.times)
            own.errors += span.errors
        self.withheld += other.withheld
        self.unfinished += other.unfinished
        self.late += other.late

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "span_seconds": self.span_seconds,
            "operations": {name: times.as_json() for name, times in self.operations.items()},
            "errors": [[operation, kind, count] for (operation, kind), count in sorted(self.errors.items())],
            "spans": [[number, span.errors, span.times.as_json()] for number, span in sorted(self.spans.items())],
            "withheld": self.withheld,
            "unfinished": self.unfinished,
            "late": self.late,
        }

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Recorder:
        """Return the record of a JSON object that `as_json` made."""
        recorder = cls(0)
        recorder.span_seconds = float(members["span_seconds"])
        recorder.operations = {name: Histogram.from_json(times) for name, times in members["operations"].items()}
        recorder.errors.update({(operation, kind): count for operation, kind, count in members["errors"]})
        recorder.spans = {
            int(number): Span(Histogram.from_json(times), errors) for number, errors, times in members["spans"]
        }
        recorder.withheld, recorder.unfinished = members["withheld"], members["unfinished"]
        recorder.late = members["late"]
        return recorder
