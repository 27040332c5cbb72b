"""What is known of orders: what never changes, and the path of the status."""

from collections import defaultdict
from dataclasses import dataclass, field

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import ListedReport, OrderStatus
from pacsimile_contract.instants import Instant
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_spec.report_types import ORDER_TYPES
from pacsimile_spec.statuses import ALLOWED, CANCELLED, COMPLETED, FAILED, FINAL

STATUS, LISTING, REPORT, REFUSAL, OFFER = "status", "listing", "report", "refusal", "offer"
"""The views by which the status of an order is seen. An offer says that it is COMPLETED, and lacks a type."""
NOT_READY, NOT_OFFERED = "report-not-ready", "report-type-not-available"
UNKNOWN = ("order-not-found", "study-not-found", "study-group-not-found")
_REFUSED = {"order-failed": FAILED, "order-cancelled": CANCELLED}


@dataclass(slots=True, eq=False)
class Order:
    """What answers said of an order: each lasting fact, and the first answers that showed each status."""

    order_id: str
    seen: Exchange
    facts: dict[str, tuple[object, Exchange]] = field(default_factory=dict)
    statuses: dict[tuple[str, str], Exchange] = field(default_factory=dict)
    """By status and view, the first answer that showed it."""
    disputed: set[str] = field(default_factory=set)
    """Facts that answers disagree about: nothing is concluded from these."""
    last_status: str | None = None
    listed_at: tuple[Instant, Exchange] | None = None
    """When it was completed by its listing, where no other view had shown yet that it was."""
    amended_at: tuple[Instant, Exchange] | None = None
    """When an amended version of its report was completed, as the first listing of one says."""
    last_open: Exchange | None = None
    """The last answer that showed it unfinished."""

    def value(self, name: str) -> object:
        """Return a lasting fact; None where it is not known, or answers disagree about it."""
        return None if name in self.disputed or name not in self.facts else self.facts[name][0]

    def final(self) -> tuple[str, Exchange] | None:
        """Return its final status with the first answer that showed it; None where none, or several, were seen."""
        seen = {status: exchange for (status, _), exchange in reversed(self.statuses.items()) if status in FINAL}
        return next(iter(seen.items())) if len(seen) == 1 else None


def differs_from_asked(call: Call, order_id: str | None, study: str | None) -> tuple[str, str, str] | None:
    """Return the selector of a call that its answer is not about, with both values; None where it is."""
    for name, got in (("order_id", order_id), ("study_uid", study)):
        asked = call.parameters.get(name)
        if asked is not None and got is not None and got != asked:
            return name, asked, got
    return None


class Orders:
    """The orders of a run, by organization and id."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons
        self.known: dict[tuple[str, str], Order] = {}
        self.of_study: dict[tuple[str, str], list[Order]] = defaultdict(list)
        self._owners: dict[str, set[str]] = defaultdict(set)
        """By order id, the organizations that were shown one."""

    def take(self, call: Call) -> None:
        """Compare a call with what is known, and learn from it."""
        exchange = call.exchange
        if call.operation == "getStatus" and exchange.status == 200:
            self._take_status(call, facts.order_status(exchange))
        elif call.operation == "listReports" and exchange.status == 200:
            self._take_listing(call)
        elif call.operation == "getResult" and exchange.status == 200:
            self._take_report(call)
        elif call.operation == "getResult":
            self._take_refusal(call)

    def is_of_others(self, organization: str, order_id: str) -> bool:
        """Tell whether another organization was shown an order of that id."""
        return bool(self._owners.get(order_id, set()) - {organization})

    def find(self, call: Call, order_id: str | None) -> Order | None:
        """Return an order of the caller's organization; None where nothing is known of it."""
        return None if order_id is None else self.known.get((call.organization, order_id))

    # Views

    def _take_status(self, call: Call, status: OrderStatus) -> None:
        if status.order_id is None or not self._is_asked_for(call, status.order_id, status.study_uid):
            return
        order = self._order(call, status.order_id)
        for name in ("study_uid", "study_group", "created_at", "completed_at"):
            self._keep(order, name, getattr(status, name), call)
        if status.study_uid is not None and order not in self.of_study[call.organization, status.study_uid]:
            self.of_study[call.organization, status.study_uid].append(order)
        if status.status in ALLOWED:
            self._see(order, str(status.status), STATUS, call.exchange)
        self._is_completed_as_listed(order, status, call.exchange)
        self._is_amended_later(order)

    def _is_completed_as_listed(self, order: Order, status: OrderStatus, exchange: Exchange) -> None:
        """Compare `completed_at` with the listing before, unless the order was listed too early."""
        if order.listed_at is None or status.completed_at is None or status.status != COMPLETED:
            return
        (at, listing), order.listed_at = order.listed_at, None
        too_early = order.last_open is not None and order.last_open.ended > listing.started
        if not too_early and not alike(at, status.completed_at, exchange):
            self._comparisons.contradict(
                "CONS-2", listing, exchange, expected="completed_at as listed before:", expected_value=str(at),
                got="completed_at", got_value=str(status.completed_at), is_tentative=True,
            )  # fmt: skip

    def _take_listing(self, call: Call) -> None:
        if call.parameters["organizationId"] != call.organization:
            return
        for entry in facts.listing(call.exchange).reports or ():
            if entry.order_id is not None:
                self._take_entry(call, entry, entry.order_id)

    def _take_entry(self, call: Call, entry: ListedReport, order_id: str) -> None:
        order = self._order(call, order_id)
        self._keep(order, "study_uid", entry.study_uid, call)
        self._keep(order, "study_group", entry.study_group, call)
        seen_otherwise = any(view in (STATUS, REPORT) for status, view in order.statuses if status == COMPLETED)
        if entry.report_status == "final" and seen_otherwise:  # else it may be listed too early, which is told as that
            self._keep(order, "completed_at", entry.completed_at, call)
        elif entry.report_status == "final" and entry.completed_at is not None and order.listed_at is None:
            order.listed_at = (entry.completed_at, call.exchange)
        elif entry.supersedes is not None and entry.completed_at is not None and order.amended_at is None:
            order.amended_at = (entry.completed_at, call.exchange)
            self._is_amended_later(order)
        self._see(order, COMPLETED, LISTING, call.exchange)

    def _is_amended_later(self, order: Order) -> None:
        """Judge that `completed_at` of an amended version is later than the order's own (CONS-2)."""
        completed = order.value("completed_at")
        if order.amended_at is None or not isinstance(completed, Instant):
            return
        at, listing = order.amended_at
        coarse = at.whole_seconds or completed.whole_seconds
        if completed - at >= 1 or (at <= completed and not coarse):
            exchanges = sorted((listing, order.facts["completed_at"][1]), key=lambda exchange: exchange.number)
            self._comparisons.contradict(
                "CONS-2", *exchanges, expected="an amended version completed later than its order, at",
                expected_value=str(completed), got="completed_at", got_value=str(at), is_tentative=True,
            )  # fmt: skip

    def _take_report(self, call: Call) -> None:
        order_id = report_headers(call.exchange).order_id or call.parameters.get("order_id")
        if order_id is None or not self._is_asked_for(call, order_id, None):
            return
        order = self._order(call, order_id)
        if order.last_status == COMPLETED:
            self._comparisons.note("CONS-1", call.exchange)
        self._see(order, COMPLETED, REPORT, call.exchange)

    def _take_refusal(self, call: Call) -> None:
        reason, order = facts.problem(call.exchange).reason, self.find(call, call.parameters.get("order_id"))
        if order is None or reason is None:
            return
        if call.exchange.status == 409:
            self.refuse(order, reason, call.exchange)
        elif reason == NOT_OFFERED and call.exchange.status == 404 and call.parameters["report_type"] in ORDER_TYPES:
            self._see(order, COMPLETED, OFFER, call.exchange)

    # What is kept

    def _order(self, call: Call, order_id: str) -> Order:
        self._owners[order_id].add(call.organization)
        return self.known.setdefault((call.organization, order_id), Order(order_id, call.exchange))

    def _compare(
        self, requirement: str, holds: bool, first: Exchange, second: Exchange, expected: str, value: object,
        got: str, got_value: object,
    ) -> None:  # fmt: skip
        if holds:
            self._comparisons.note(requirement, second)
        else:
            self._comparisons.contradict(
                requirement, first, second, expected=expected, expected_value=value, got=got, got_value=got_value
            )

    def _is_asked_for(self, call: Call, order_id: str | None, study: str | None) -> bool:
        """Judge whether an answer is about what was asked for."""
        requirement = {"getStatus": "STATUS-1", "getResult": "RESULTS-1"}[call.operation]
        differs = differs_from_asked(call, order_id, study)
        if differs is None:
            if "order_id" in call.parameters:
                self._comparisons.note(requirement, call.exchange)
            return True
        name, asked, got = differs
        if name == "study_uid":
            requirement = "STATUS-2"
        self._comparisons.contradict(
            requirement, call.exchange, expected=f"{name} as asked for:", expected_value=asked, got=name, got_value=got
        )
        return False

    def _keep(self, order: Order, name: str, value: object, call: Call) -> None:
        """Compare a lasting fact with the first answer that said it, in the same view (STATUS-7) or not (CONS-2)."""
        if value is None:
            return
        if name not in order.facts:
            order.facts[name] = (value, call.exchange)
            return
        known, first = order.facts[name]
        is_same_view = first.operation == call.operation
        holds = known == value if is_same_view else alike(known, value, call.exchange)
        requirement = "STATUS-7" if is_same_view else "CONS-2"
        if not holds:
            order.disputed.add(name)
        self._compare(
            requirement, holds, first, call.exchange, f"{name} as before:", str(known), name, str(value)
        )  # fmt: skip

    def _see(self, order: Order, status: str, view: str, exchange: Exchange) -> None:
        """Compare a status with every one seen before: it only moves along its path."""
        for (before, earlier_view), first in order.statuses.items():
            if before == status or status in ALLOWED[before]:
                if self._comparisons.came_before(first, exchange):
                    self._comparisons.note(_blame(earlier_view, view), exchange)
                continue
            if self._comparisons.came_before(first, exchange):
                self._comparisons.contradict(
                    _blame(earlier_view, view), first, exchange,
                    expected=f"an order that was {before} before in one of its next statuses", got="it is",
                    got_value=status,
                )  # fmt: skip
        order.statuses.setdefault((status, view), exchange)
        order.last_status = status
        if status not in FINAL:
            order.last_open = exchange

    def refuse(self, order: Order, reason: str, exchange: Exchange) -> None:
        """Compare a refusal of an order's report (409) with the statuses seen before."""
        if reason in _REFUSED:
            self._see(order, _REFUSED[reason], REFUSAL, exchange)
            return
        if reason != NOT_READY:
            return
        order.last_open = exchange
        for (before, _), first in order.statuses.items():
            if before in FINAL and self._comparisons.came_before(first, exchange):
                requirement = "CONS-1" if before == COMPLETED else "RESULTS-4"
                self._comparisons.contradict(
                    requirement, first, exchange, expected=f"the answer for an order that was {before} before",
                    got="409, not ready yet",
                )  # fmt: skip
                return


def _blame(earlier: str, view: str) -> str:
    """Return the requirement that two contradicting statuses break, by the views that showed them."""
    views = (earlier, view)
    if LISTING in views:
        return "BATCH-2"
    if OFFER in views:
        return "RESULTS-5"
    return "RESULTS-4" if REPORT in views or REFUSAL in views else "STATUS-5"


def alike(value: object, other: object, exchange: Exchange) -> bool:
    """Tell whether two views agree. In a dialect, times are compared to the decimals that both have."""
    if isinstance(value, Instant) and isinstance(other, Instant):
        return value.agrees_with(other, exactly=exchange.dialect is None)
    return value == other
