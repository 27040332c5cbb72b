"""What is known of orders and studies: what never changes, the path of the status, and which order is the newest."""

from collections import defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import ListedReport, OrderStatus
from pacsimile_contract.instants import Instant
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_spec.statuses import ALLOWED, CANCELLED, COMPLETED, FAILED, FINAL

STATUS, LISTING, REPORT, REFUSAL = "status", "listing", "report", "refusal"
"""The views by which the status of an order is seen."""
_REFUSED = {"order-failed": FAILED, "order-cancelled": CANCELLED}
_NOT_READY = "report-not-ready"
_UNKNOWN = ("order-not-found", "study-not-found")


@dataclass
class Order:
    """What answers said of an order: each lasting fact, and the first answers that showed each status."""

    order_id: str
    seen: Exchange
    facts: dict[str, tuple[object, Exchange]] = field(default_factory=dict)
    statuses: dict[tuple[str, str], Exchange] = field(default_factory=dict)
    """By status and view, the first answer that showed it."""
    moved: set[str] = field(default_factory=set)
    """Facts that answers disagree about: nothing is concluded from these."""
    last_status: str | None = None

    def value(self, name: str) -> object:
        """Return a lasting fact; None where it is not known, or answers disagree about it."""
        return None if name in self.moved or name not in self.facts else self.facts[name][0]


class Orders:
    """The orders of a run, by organization and id."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons
        self.known: dict[tuple[str, str], Order] = {}
        self._of_study: dict[tuple[str, str], list[Order]] = defaultdict(list)
        self._unknown_studies: dict[tuple[str, str], Exchange] = {}

    def take(self, call: Call) -> None:
        """Compare a call with what is known, and learn from it."""
        exchange = call.exchange
        if call.operation == "getStatus" and exchange.status == 200:
            self._take_status(call, facts.order_status(exchange))
        elif call.operation == "getOrderIds" and exchange.status == 200:
            self._take_order_ids(call)
        elif call.operation == "listReports" and exchange.status == 200:
            self._take_listing(call)
        elif call.operation == "getResult" and exchange.status == 200:
            self._take_report(call)
        elif call.operation == "getResult" and exchange.status == 409:
            self._take_refusal(call)
        elif exchange.status == 404 and call.operation in ("getStatus", "getOrderIds", "getResult"):
            self._take_unknown(call)

    # Views

    def _take_status(self, call: Call, status: OrderStatus) -> None:
        if status.order_id is None or not self._is_asked_for(call, status.order_id, status.study_uid):
            return
        order = self._order(call, status.order_id)
        for name in ("study_uid", "study_group", "created_at", "completed_at"):
            self._keep(order, name, getattr(status, name), call)
        if status.study_uid is not None:
            self._add_to_study(call, order, status.study_uid)
        if status.status in ALLOWED:
            self._see(order, str(status.status), STATUS, call.exchange)
        if "study_uid" in call.parameters:
            self._is_newest(call, order)

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
        self._see(order, COMPLETED, LISTING, call.exchange)

    def _take_report(self, call: Call) -> None:
        order_id = report_headers(call.exchange).order_id or call.parameters.get("order_id")
        if order_id is None or not self._is_asked_for(call, order_id, None):
            return
        order = self._order(call, order_id)
        if order.last_status == COMPLETED:
            self._comparisons.note("CONS-1", call.exchange)
        self._see(order, COMPLETED, REPORT, call.exchange)
        if "study_uid" in call.parameters:
            self._is_newest(call, order)

    def _take_refusal(self, call: Call) -> None:
        reason, order_id = facts.problem(call.exchange).reason, call.parameters.get("order_id")
        order = None if order_id is None else self.known.get((call.organization, order_id))
        if order is None or reason is None:
            return
        if reason in _REFUSED:
            self._see(order, _REFUSED[reason], REFUSAL, call.exchange)
        elif reason == _NOT_READY:
            self._not_final(order, call.exchange)

    def _take_order_ids(self, call: Call) -> None:
        named, study = facts.order_ids(call.exchange), call.parameters["study_uid"]
        if named.order_ids is None or not self._is_asked_for(call, None, named.study_uid):
            return
        known = [
            order
            for order in self._of_study[call.organization, study]
            if self._comparisons.came_before(order.seen, call.exchange)
        ]
        for order in known:
            self._compare(
                "ORDERID-1", order.order_id in named.order_ids, order.seen, call.exchange,
                "every order of the study, as answered before", order.order_id, "a list without it", None,
            )  # fmt: skip
        listed = [self.known.get((call.organization, order_id)) for order_id in named.order_ids]
        created = [(order, order.value("created_at")) for order in listed if order is not None]
        times = [(order, at) for order, at in created if isinstance(at, Instant)]
        for (first, at), (second, later) in pairwise(times):
            self._compare(
                "ORDERID-2", not at < later, second.facts["created_at"][1], call.exchange,
                f"{at} not before", str(later), "an order listed before a newer one", first.order_id,
            )  # fmt: skip

    def _take_unknown(self, call: Call) -> None:
        """Judge a 404 for what was there: an order never goes away."""
        if facts.problem(call.exchange).reason not in _UNKNOWN or not call.is_ours_alone:
            return
        study = call.parameters.get("study_uid")
        if study is None:
            order = self.known.get((call.organization, call.parameters["order_id"]))
            known = [] if order is None else [order]
        else:
            known = self._of_study[call.organization, study]
        there = next((order for order in known if self._comparisons.came_before(order.seen, call.exchange)), None)
        if there is None:
            if study is not None:
                self._unknown_studies.setdefault((call.organization, study), call.exchange)
            return
        requirement = {
            ("getStatus", False): "STATUS-1", ("getStatus", True): "STATUS-2", ("getResult", False): "RESULTS-1",
            ("getResult", True): "RESULTS-2",
        }.get((call.operation, study is not None), "ORDERID-1")  # fmt: skip
        if study is not None and (call.organization, study) in self._unknown_studies:
            requirement = "CONS-1"
        self._comparisons.contradict(
            requirement, there.seen, call.exchange, expected="the order that was answered before:",
            expected_value=there.order_id, got="404", is_tentative=True,
        )  # fmt: skip

    # What is kept

    def _order(self, call: Call, order_id: str) -> Order:
        return self.known.setdefault((call.organization, order_id), Order(order_id, call.exchange))

    def _add_to_study(self, call: Call, order: Order, study: str) -> None:
        orders = self._of_study[call.organization, study]
        if order not in orders:
            orders.append(order)

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
        requirement = {"getStatus": "STATUS-1", "getOrderIds": "ORDERID-1", "getResult": "RESULTS-1"}[call.operation]
        for name, got in (("order_id", order_id), ("study_uid", study)):
            asked = call.parameters.get(name)
            if asked is None or got is None:
                continue
            if name == "study_uid" and call.operation == "getStatus":
                requirement = "STATUS-2"
            self._compare(
                requirement, got == asked, call.exchange, call.exchange,
                f"{name} as asked for:", asked, name, got,
            )  # fmt: skip
            if got != asked:
                return False
        return True

    def _keep(self, order: Order, name: str, value: object, call: Call) -> None:
        """Compare a lasting fact with the first answer that said it, in the same view (STATUS-7) or not (CONS-2)."""
        if value is None:
            return
        if name not in order.facts:
            order.facts[name] = (value, call.exchange)
            return
        known, said = order.facts[name]
        is_same_view = said.operation == call.operation
        holds = known == value if is_same_view else _alike(known, value)
        requirement = "STATUS-7" if is_same_view else "CONS-2"
        if not holds:
            order.moved.add(name)
        self._compare(
            requirement, holds, said, call.exchange, f"{name} as before:", str(known), name, str(value)
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

    def _not_final(self, order: Order, exchange: Exchange) -> None:
        for (before, _), first in order.statuses.items():
            if before in FINAL and self._comparisons.came_before(first, exchange):
                requirement = "CONS-1" if before == COMPLETED else "RESULTS-4"
                self._comparisons.contradict(
                    requirement, first, exchange, expected=f"the answer for an order that was {before} before",
                    got="409, not ready yet",
                )  # fmt: skip
                return

    def _is_newest(self, call: Call, order: Order) -> None:
        """Compare the order that an answer by study is about with every newer one that was there before."""
        study, at = call.parameters["study_uid"], order.value("created_at")
        if not isinstance(at, Instant):
            return
        for other in self._of_study[call.organization, study]:
            created = other.value("created_at")
            if other is order or not isinstance(created, Instant):
                continue
            seen = other.facts["created_at"][1]
            if not self._comparisons.came_before(seen, call.exchange):
                continue
            requirement = "STATUS-2"
            if call.operation == "getResult":
                requirement = "RESULTS-2" if other.last_status == COMPLETED else "RESULTS-3"
            self._compare(
                requirement, not at < created, seen, call.exchange,
                f"the study's newest order, created {created}:", other.order_id, f"one created {at}:", order.order_id,
            )  # fmt: skip


def _blame(earlier: str, view: str) -> str:
    """Return the requirement that two contradicting statuses break, by the views that showed them."""
    if LISTING in (earlier, view):
        return "BATCH-2"
    if REPORT in (earlier, view) or REFUSAL in (earlier, view):
        return "RESULTS-4"
    return "STATUS-5"


def _alike(value: object, other: object) -> bool:
    """Tell whether two views agree; of times, one may be known to a second only."""
    if isinstance(value, Instant) and isinstance(other, Instant):
        return abs(value - other) < 1
    return value == other
