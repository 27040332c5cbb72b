"""What an integrator's client asks next: it lists in batches, fetches each report, acknowledges, and polls orders.

Only one call at a time is about the queue, since a POST without a body acknowledges what the client listed last. Status
calls and fetches run beside it.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from pacsimile_contract.facts.queue import ListedReport

MOST_ATTEMPTS = 3
"""How often a report is fetched in vain before the client goes on without it."""
EARLY_EVERY = 8
"""Of so many questions about orders that are not ready, one asks for the report itself: the answer is a 409."""
MOST_KNOWN = 10_000
"""Finished orders that are asked about again."""

Kind = Literal["listing", "acknowledgement", "result", "status"]


@dataclass(frozen=True, slots=True)
class Work:
    """The next call. `order_id` is set for a status and a result, `names` for an acknowledgement."""

    kind: Kind
    order_id: str = ""
    report_type: str | None = None
    names: tuple[str, ...] = ()
    named: bool = False
    listed: bool = False
    """Whether it fetches a report of the batch that was listed last."""
    attempts: int = 0
    """How often it was fetched in vain."""


class Agenda:
    """The agenda of one client. Times are seconds of one monotonic clock.

    Args:
        orders: Orders to poll from the beginning.
        allowed: The kinds of calls that may be made.
        poll: Seconds between two questions about one order, and between two listings.
        report_type: The type in which reports are fetched where they have it.
        without_body: Whether an acknowledgement can be without a body.
        with_names: Whether it can name reports.
        early: Whether a report is sometimes asked for before it is ready.
        now: The time.
    """

    def __init__(
        self, orders: Iterable[str], allowed: Iterable[Kind], poll: float, *, report_type: str = "json",
        without_body: bool = True, with_names: bool = True, early: bool = True, now: float = 0.0,
    ) -> None:  # fmt: skip
        self._allowed, self._poll, self._wanted = frozenset(allowed), poll, report_type
        self._without_body, self._with_names = without_body, with_names
        self._early = early and "result" in self._allowed
        self._numbers = count()
        known = list(orders) if "status" in self._allowed else []
        # spread, so that orders known from the beginning are not all asked about at once
        self._open = [(now + poll * place / len(known), next(self._numbers), name) for place, name in enumerate(known)]
        self._asked = 0
        self._finished: deque[tuple[str, str | None]] = deque(maxlen=MOST_KNOWN)
        self._to_fetch: list[tuple[float, int, ListedReport, int]] = []
        self._batch: list[str] = []
        self._fetched: list[str] = []
        self._outstanding = 0
        self._queue_busy = False
        self._queue_due = now
        self._acknowledgements = 0
        self._known: set[str] = set()
        self._repeated: tuple[str, ...] = ()

    def next(self, now: float) -> Work | None:
        """Return the next call, and note that it is under way; None where nothing is due."""
        return self._queue_work(now) or self._fetch(now) or self._poll_order(now) or self._again()

    # --- the queue

    def _queue_work(self, now: float) -> Work | None:
        if self._queue_busy or now < self._queue_due or "listing" not in self._allowed:
            return None
        if self._outstanding:
            return None
        self._queue_busy = True
        names, whole = self._repeated or tuple(self._fetched), len(self._fetched) == len(self._batch)
        if names and "acknowledgement" in self._allowed:
            turn_to_name = self._acknowledgements % 2 == 1
            named = self._with_names and (bool(self._repeated) or not whole or not self._without_body or turn_to_name)
            if named or (whole and self._without_body):
                self._acknowledgements += 1
                return Work("acknowledgement", names=names, named=named)
        return Work("listing")

    def listed(self, reports: Sequence[ListedReport], now: float, *, fetch: bool) -> None:
        """Queue the reports of a listing."""
        self._queue_busy, self._queue_due = False, now + (self._poll if not reports else 0.0)
        self._batch = [report.report_id for report in reports if report.report_id]
        self._fetched, self._repeated = [], ()
        if not fetch or "result" not in self._allowed:
            self._queue_due = now + self._poll
            return
        for report in reports:
            if report.order_id and self._is_new(report):
                heapq.heappush(self._to_fetch, (now, next(self._numbers), report, 0))
                self._outstanding += 1
        if "acknowledgement" not in self._allowed or not self._outstanding:
            self._queue_due = now + self._poll

    def _is_new(self, report: ListedReport) -> bool:
        """Tell whether to fetch a listed report: each time, or only once where nothing is ever acknowledged."""
        if "acknowledgement" in self._allowed or report.report_id is None:
            return True
        new = report.report_id not in self._known
        self._known.add(report.report_id)
        return new

    def acknowledged(self, now: float, limit: int) -> None:
        """Go on after an acknowledgement: at once where the batch was full."""
        self._queue_busy, self._queue_due = False, now + (0.0 if len(self._batch) >= limit else self._poll)
        self._batch, self._fetched, self._repeated = [], [], ()

    def unanswered(self, names: tuple[str, ...], now: float, wait: float | None) -> None:
        """Repeat an acknowledgement later: its answer was lost, or a 5xx. Repeating is harmless."""
        self._queue_busy, self._queue_due = False, now + (self._poll if wait is None else wait)
        self._repeated = names if self._with_names else ()

    def queue_failed(self, now: float, wait: float | None) -> None:
        """Go on after a listing or an acknowledgement that was refused."""
        self._queue_busy, self._queue_due = False, now + (self._poll if wait is None else wait)
        self._repeated = ()

    # --- reports

    def _fetch(self, now: float) -> Work | None:
        if not self._to_fetch or self._to_fetch[0][0] > now:
            return None
        _, _, report, attempts = heapq.heappop(self._to_fetch)
        return Work(
            "result", str(report.order_id), self._type(report), (report.report_id or "",), listed=True,
            attempts=attempts,
        )  # fmt: skip

    def _type(self, report: ListedReport) -> str | None:
        types = report.report_types or ()
        return self._wanted if self._wanted in types else next(iter(types), None)

    def fetched(self, work: Work) -> None:
        """Note that a report of the batch was fetched."""
        self._outstanding -= 1
        self._fetched += [name for name in work.names if name]
        self._finished.append((work.order_id, work.report_type))

    def not_fetched(self, work: Work, now: float, wait: float | None) -> None:
        """Fetch a report of the batch again later, or go on without it."""
        if work.attempts + 1 >= MOST_ATTEMPTS:
            self._outstanding -= 1
            self._queue_due = max(self._queue_due, now + self._poll)
            return
        entry = ListedReport(
            work.names[0] or None, work.order_id, None, None, None, None,
            (work.report_type,) if work.report_type else (), None,
        )  # fmt: skip
        due = now + (self._poll if wait is None else wait)
        heapq.heappush(self._to_fetch, (due, next(self._numbers), entry, work.attempts + 1))

    # --- orders

    def _poll_order(self, now: float) -> Work | None:
        if not self._open or self._open[0][0] > now:
            return None
        _, _, name = heapq.heappop(self._open)
        self._asked += 1
        if self._early and self._asked % EARLY_EVERY == 0:
            return Work("result", name)
        return Work("status", name)

    def open_order(self, order_id: str, now: float, wait: float | None = None) -> None:
        """Ask about an order again later: after `wait` seconds, where the service asked for that."""
        due = now + max(self._poll, wait or 0.0)
        heapq.heappush(self._open, (due, next(self._numbers), order_id))

    def finished(self, order_id: str, report_type: str | None) -> None:
        """Note that an order has a final status. `report_type` is None where it has no report."""
        self._finished.append((order_id, report_type))

    def _again(self) -> Work | None:
        """Return a call about a finished order, alternately for its status and its report: neither may change."""
        if not self._finished:
            return None
        order_id, report_type = self._finished[0]
        self._finished.rotate(-1)
        self._asked += 1
        if report_type is not None and "result" in self._allowed and (self._asked % 2 or "status" not in self._allowed):
            return Work("result", order_id, report_type)
        return Work("status", order_id) if "status" in self._allowed else None
