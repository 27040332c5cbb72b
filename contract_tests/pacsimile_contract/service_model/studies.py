"""What is known of studies: which orders they have, and in which order these came, which never changes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.instants import Instant
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.orders import UNKNOWN, Order, Orders, differs_from_asked
from pacsimile_spec.statuses import COMPLETED


@dataclass
class Study:
    """What answers said of the orders of a study."""

    listed: tuple[Exchange, Mapping[str, int]] | None = None
    """The last answer that named its order ids, and the place of each."""
    newest: dict[str, tuple[Exchange, frozenset[str]]] = field(default_factory=dict)
    """By order, the last answer that took it for the newest, and the orders that were there before."""
    last_newest: str | None = None
    refused: tuple[str, str, Exchange] | None = None
    """The last refusal of its report: the newest order before, the reason, and the answer."""
    unknown: Exchange | None = None
    """The first answer that knew no such study."""


class Studies:
    """The studies of a run, by organization and UID."""

    def __init__(self, comparisons: Comparisons, orders: Orders) -> None:
        self._comparisons = comparisons
        self._orders = orders
        self._known: dict[tuple[str, str], Study] = defaultdict(Study)
        self._naming: dict[tuple[str, str], Exchange] = {}
        """By organization and order, the first list of order ids that named it."""

    def take(self, call: Call) -> None:
        """Compare a call with what is known, and learn from it."""
        exchange = call.exchange
        if exchange.status == 404 and call.operation in ("getStatus", "getOrderIds", "getResult"):
            self._take_unknown(call)
        elif exchange.status == 200 and call.operation == "getStatus":
            self._take_status(call)
        elif exchange.status == 200 and call.operation == "getOrderIds":
            self._take_order_ids(call)
        elif "study_uid" in call.parameters and call.operation == "getResult":
            if exchange.status == 200:
                self._take_newest(call, report_headers(exchange).order_id)
            elif exchange.status == 409:
                self._take_refusal(call)

    def _of(self, call: Call) -> Study:
        return self._known[call.organization, call.parameters["study_uid"]]

    def _created(self, call: Call, order_id: str) -> tuple[Order, Instant, Exchange] | None:
        order = self._orders.find(call, order_id)
        at = None if order is None else order.value("created_at")
        return (order, at, order.facts["created_at"][1]) if order is not None and isinstance(at, Instant) else None

    # By status and report

    def _take_status(self, call: Call) -> None:
        status = facts.order_status(call.exchange)
        if status.order_id is None or differs_from_asked(call, status.order_id, status.study_uid):
            return
        if "study_uid" in call.parameters:
            self._take_newest(call, status.order_id)
        created = self._created(call, status.order_id)
        if status.study_uid is not None and created is not None and created[2] is call.exchange:
            self._place_of_new(call, self._known[call.organization, status.study_uid], status.order_id)

    def _take_newest(self, call: Call, order_id: str | None) -> None:
        order = self._orders.find(call, order_id)
        if order is None or order_id is None or not self._is_of_the_study(call, order):
            return
        study, exchange = self._of(call), call.exchange
        before = [
            other
            for other in self._orders.of_study[call.organization, call.parameters["study_uid"]]
            if other is not order and self._comparisons.came_before(other.seen, exchange)
        ]
        self._judge_refusal(call, study, order)
        if not self._is_newest(call, order, before) or not self._is_first(study, order, exchange):
            return
        self._was_not_older(call, study, order)
        study.newest[order_id] = (exchange, frozenset(other.order_id for other in before))
        study.last_newest = order_id

    def _is_of_the_study(self, call: Call, order: Order) -> bool:
        uid, asked = order.value("study_uid"), call.parameters["study_uid"]
        if uid is None or uid == asked:
            return True
        self._comparisons.contradict(
            "STATUS-2" if call.operation == "getStatus" else "RESULTS-2", order.facts["study_uid"][1], call.exchange,
            expected="an order of the study", expected_value=asked, got="one of", got_value=uid,
        )  # fmt: skip
        return False

    def _requirement(self, call: Call, newer: Order | None) -> str:
        if call.operation == "getStatus":
            return "STATUS-2"
        return "RESULTS-2" if newer is not None and newer.last_status == COMPLETED else "RESULTS-3"

    def _is_newest(self, call: Call, order: Order, before: list[Order]) -> bool:
        """Compare the order that an answer by study is about with every newer one that was there before."""
        own = self._created(call, order.order_id)
        for other in before if own is not None else ():
            created = self._created(call, other.order_id)
            if created is None or own is None or not self._comparisons.came_before(created[2], call.exchange):
                continue
            requirement = self._requirement(call, other)
            if own[1] < created[1]:
                self._comparisons.contradict(
                    requirement, created[2], call.exchange, expected=f"the study's newest order, created {created[1]}:",
                    expected_value=other.order_id, got=f"one created {own[1]}:", got_value=order.order_id,
                )  # fmt: skip
                return False
            self._comparisons.note(requirement, call.exchange)
        return True

    def _is_first(self, study: Study, order: Order, exchange: Exchange) -> bool:
        """Compare the newest order with the last list of the study's order ids."""
        if study.listed is None or not self._comparisons.came_before(study.listed[0], exchange):
            return True
        list_, places = study.listed
        if places.get(order.order_id, 0) == 0:
            self._comparisons.note("ORDERID-2", exchange)
            return True
        self._comparisons.contradict(
            "ORDERID-2", list_, exchange, expected="first among the study's order ids its newest order,",
            expected_value=order.order_id, got="after", got_value=next(iter(places)), is_tentative=True,
        )  # fmt: skip
        return False

    def _was_not_older(self, call: Call, study: Study, order: Order) -> None:
        """Compare with earlier answers that took another order for the newest, when this one was there."""
        for other, (exchange, known) in study.newest.items():
            if order.order_id in known and self._comparisons.came_before(exchange, call.exchange):
                self._comparisons.contradict(
                    self._requirement(call, self._orders.find(call, other)), order.seen, exchange, call.exchange,
                    expected="the study's newest order as before:", expected_value=other, got="an older one:",
                    got_value=order.order_id,
                )  # fmt: skip
                return

    def _take_refusal(self, call: Call) -> None:
        study, reason = self._of(call), facts.problem(call.exchange).reason
        newest = study.last_newest
        if reason is None or newest is None:
            return
        if self._comparisons.came_before(study.newest[newest][0], call.exchange):
            study.refused = (newest, reason, call.exchange)

    def _judge_refusal(self, call: Call, study: Study, order: Order) -> None:
        """Judge a refusal by study, now that the newest order after it is known to be the one before it."""
        refused, study.refused = study.refused, None
        if refused is None or refused[0] != order.order_id:
            return
        if self._comparisons.came_before(refused[2], call.exchange):
            self._orders.refuse(order, refused[1], refused[2])

    # By the list of order ids

    def _take_order_ids(self, call: Call) -> None:
        named, uid = facts.order_ids(call.exchange), call.parameters["study_uid"]
        if named.order_ids is None:
            return
        if named.study_uid is not None and named.study_uid != uid:
            self._comparisons.contradict(
                "ORDERID-1", call.exchange, expected="study_uid as asked for:", expected_value=uid, got="study_uid",
                got_value=named.study_uid,
            )  # fmt: skip
            return
        study, exchange = self._of(call), call.exchange
        places = {order_id: place for place, order_id in reversed(list(enumerate(named.order_ids)))}
        places = dict(sorted(places.items(), key=lambda item: item[1]))
        if len(places) < len(named.order_ids):
            self._comparisons.contradict(
                "ORDERID-1", exchange, expected="each order id once", is_tentative=True,
                got=f"{len(named.order_ids)} entries of {len(places)} orders",
            )  # fmt: skip
        for order_id in places:
            self._naming.setdefault((call.organization, order_id), exchange)
        self._has_every_order(call, study, places)
        if self._by_creation(call, places) and self._as_listed_before(study, places, exchange):
            self._after_newest(study, places, exchange)
        study.listed = (exchange, places)

    def _has_every_order(self, call: Call, study: Study, places: Mapping[str, int]) -> None:
        exchange = call.exchange
        known = {o.order_id: o.seen for o in self._orders.of_study[call.organization, call.parameters["study_uid"]]}
        if study.listed is not None and call.is_ours_alone:
            known |= {order_id: study.listed[0] for order_id in study.listed[1] if order_id not in known}
        for order_id, seen in known.items():
            if not self._comparisons.came_before(seen, exchange):
                continue
            if order_id not in places:
                self._comparisons.contradict(
                    "ORDERID-1", seen, exchange, expected="every order of the study, as answered before",
                    expected_value=order_id, got="a list without it",
                )  # fmt: skip
                return
            self._comparisons.note("ORDERID-1", exchange)

    def _by_creation(self, call: Call, places: Mapping[str, int]) -> bool:
        times = [created for order_id in places if (created := self._created(call, order_id)) is not None]
        for (first, at, _), (_, later, seen) in pairwise(times):
            if at < later:
                self._comparisons.contradict(
                    "ORDERID-2", seen, call.exchange, expected=f"{at} not before", expected_value=str(later),
                    got="an order listed before a newer one", got_value=first.order_id,
                )  # fmt: skip
                return False
            self._comparisons.note("ORDERID-2", call.exchange)
        return True

    def _as_listed_before(self, study: Study, places: Mapping[str, int], exchange: Exchange) -> bool:
        if study.listed is None or not self._comparisons.came_before(study.listed[0], exchange):
            return True
        list_, former = study.listed
        for first, second in pairwise([order_id for order_id in places if order_id in former]):
            if former[first] > former[second]:
                self._comparisons.contradict(
                    "ORDERID-2", list_, exchange, expected="the order ids as listed before, so first", got="after",
                    expected_value=second, got_value=first,
                )  # fmt: skip
                return False
        self._comparisons.note("ORDERID-2", exchange)
        return True

    def _after_newest(self, study: Study, places: Mapping[str, int], exchange: Exchange) -> None:
        for newest, (named, older) in study.newest.items():
            if newest not in places or not self._comparisons.came_before(named, exchange):
                continue
            first = next((other for other in places if other in older and places[other] < places[newest]), None)
            if first is not None:
                self._comparisons.contradict(
                    "ORDERID-2", named, exchange, expected="before older orders the one that was the study's newest:",
                    expected_value=newest, got="after", got_value=first, is_tentative=True,
                )  # fmt: skip
                return

    def _place_of_new(self, call: Call, study: Study, order_id: str) -> None:
        """Compare the place of an order in the last list, now that its creation is known."""
        own = self._created(call, order_id)
        if study.listed is None or own is None or order_id not in study.listed[1]:
            return
        list_, places = study.listed
        for other, place in places.items():
            created = self._created(call, other) if other != order_id else None
            if created is None:
                continue
            if own[1] < created[1] if places[order_id] < place else created[1] < own[1]:
                self._comparisons.contradict(
                    "ORDERID-2", created[2], list_, call.exchange, expected="order ids from the newest to the oldest",
                    got=f"{created[1]} and {own[1]} the other way round:", got_value=order_id,
                )  # fmt: skip
                return

    # What is not there

    def _take_unknown(self, call: Call) -> None:
        """Judge a 404 for what was there: an order never goes away."""
        if facts.problem(call.exchange).reason not in UNKNOWN or not call.is_ours_alone:
            return
        uid, order = call.parameters.get("study_uid"), self._orders.find(call, call.parameters.get("order_id"))
        if uid is None:
            order_id = call.parameters["order_id"]
            seen = self._naming.get((call.organization, order_id)) if order is None else order.seen
            known = {} if seen is None else {order_id: seen}
        else:
            known = {other.order_id: other.seen for other in self._orders.of_study[call.organization, uid]}
        there = next(
            ((name, seen) for name, seen in known.items() if self._comparisons.came_before(seen, call.exchange)), None
        )
        study = None if uid is None else self._known[call.organization, uid]
        if there is None:
            if study is not None:
                study.unknown = study.unknown or call.exchange
            return
        requirement = {
            ("getStatus", False): "STATUS-1", ("getStatus", True): "STATUS-2", ("getResult", False): "RESULTS-1",
            ("getResult", True): "RESULTS-2",
        }.get((call.operation, study is not None), "ORDERID-1")  # fmt: skip
        if study is not None and study.unknown is not None:
            requirement = "CONS-1"
        if study is None and order is None and self._orders.is_of_others(call.organization, there[0]):
            requirement = "SEC-3"
        self._comparisons.contradict(
            requirement, there[1], call.exchange, expected="the order that was answered before:",
            expected_value=there[0], got="404", is_tentative=True,
        )  # fmt: skip
