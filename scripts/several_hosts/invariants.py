"""What clients were answered, and the invariants that must hold."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from threading import Lock

RANKS = {"RECEIVED": 0, "PROCESSING": 1, "COMPLETED": 2, "FAILED": 2, "CANCELLED": 2}


@dataclass
class Report:
    """One report, as its organization's clients have seen it; times are monotonic, and None until it happened."""

    listed: float | None = None
    """When an answer first listed it."""
    attempted: float | None = None
    """When an acknowledgement that may cover it was first sent."""
    acknowledged: float | None = None
    """When an answer said that it is acknowledged."""


@dataclass
class Invariants:
    """What clients of all organizations were answered, and the invariants that this violates."""

    counts: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    """Invariants that were violated, in words."""
    successes: list[float] = field(default_factory=list)
    """When calls of the API were answered."""
    organization: dict[str, str] = field(default_factory=dict)
    """The organization of each order whose submission was answered."""
    unanswered: dict[str, str] = field(default_factory=dict)
    """The organization of each study whose submission was not answered."""
    reports: dict[str, dict[str, Report]] = field(default_factory=dict)
    """By organization and report id."""
    _statuses: dict[str, tuple[int, int]] = field(default_factory=dict)
    _marked: Counter[str] = field(default_factory=Counter)
    _lock: Lock = field(default_factory=Lock)

    def count(self, name: str, number: int = 1) -> None:
        """Count what happened."""
        with self._lock:
            self.counts[name] += number

    def add_violation(self, text: str) -> None:
        """Note an invariant that was violated."""
        with self._lock:
            self.violations.append(text)

    def submitted(self, organization: str, order_ids: Iterable[str]) -> None:
        """Note orders whose submission was answered."""
        with self._lock:
            self.organization.update((order_id, organization) for order_id in order_ids)

    def status(self, order_id: str, status: str, progress: int) -> None:
        """Note an answer of the only client that polls this order: it must not go back (STATUS-5, STATUS-7)."""
        rank = (RANKS[status], progress)
        before = self._statuses.get(order_id, (0, 0))
        self.count("statuses")
        if rank < before:
            self.add_violation(f"the status of {order_id} went back from {before} to {rank}")
        self._statuses[order_id] = rank

    def listing(self, organization: str, listed: list[tuple[str, str]], began: float, whole: bool) -> None:
        """Check a listing, given as report id and order id.

        Args:
            organization: Whose listing it is.
            listed: The ids, in the order of the answer.
            began: When the call began.
            whole: Whether it was asked for without a limit.
        """
        now, ids = time.monotonic(), {report_id for report_id, _ in listed}
        with self._lock:
            known = self.reports.setdefault(organization, {})
            if len(ids) != len(listed):
                self.violations.append("a listing has a report twice")
            for report_id, order_id in listed:
                if self.organization.get(order_id, organization) != organization:
                    self.violations.append(f"{organization} was shown {order_id}, another organization's")
                report = known.setdefault(report_id, Report())
                report.listed = report.listed or now
                if report.acknowledged is not None and report.acknowledged < began:
                    self.violations.append(f"{report_id} was acknowledged and came back")
            if whole:
                for report_id, report in known.items():
                    waits = report.listed is not None and report.listed < began and report.attempted is None
                    if waits and report_id not in ids:
                        self.violations.append(f"{report_id} was listed, not acknowledged, and is listed no more")
            self.counts["listings"] += 1

    def attempted(self, organization: str, report_ids: Iterable[str]) -> None:
        """Note that an acknowledgement is about to be sent."""
        now = time.monotonic()
        with self._lock:
            for report_id in report_ids:
                report = self.reports[organization][report_id]
                report.attempted = report.attempted or now

    def acknowledged(self, organization: str, covered: Iterable[str], marked: Iterable[str]) -> None:
        """Note an answered acknowledgement: what it covered, and what it newly marked."""
        now = time.monotonic()
        with self._lock:
            known = self.reports[organization]
            for report_id in covered:
                known[report_id].acknowledged = known[report_id].acknowledged or now
            for report_id in marked:
                self._marked[report_id] += 1
                if self._marked[report_id] > 1:
                    self.violations.append(f"{report_id} was newly acknowledged twice")
            self.counts["acknowledgements"] += 1

    def succeeded(self) -> None:
        """Note that a call of the API was answered."""
        self.successes.append(time.monotonic())

    def longest_pause(self, since: float, until: float) -> float:
        """Return the longest time without an answered call between two moments, in seconds."""
        with self._lock:
            times = sorted(at for at in self.successes if since <= at <= until)
        return max((late - early for early, late in zip([since, *times], [*times, until], strict=True)), default=0.0)
