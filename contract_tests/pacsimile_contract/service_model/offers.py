"""What is known of the types in which each order's report can be fetched: what views name, and what is served."""

from collections.abc import Hashable
from dataclasses import dataclass, field

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.calls import MOST_ENTRIES, Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.orders import NOT_OFFERED, differs_from_asked
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES
from pacsimile_spec.statuses import ALLOWED, COMPLETED

Span = tuple[Exchange, Exchange]
"""The first and the last answer that said something."""


@dataclass(slots=True)
class Offer:
    """What answers said of the types of a COMPLETED order."""

    is_ours_alone: bool
    named: dict[frozenset[str], Span] = field(default_factory=dict)
    """By the types that a view names."""
    served: dict[str, Span] = field(default_factory=dict)
    refused: dict[str, Span] = field(default_factory=dict)
    """By type, answers that say it is not offered."""
    versions: set[str] = field(default_factory=set)
    """The reports that were seen: an amendment may come in other types."""
    changes: set[Hashable] = field(default_factory=set)
    """What its status said of its last change."""

    @property
    def is_of_one_version(self) -> bool:
        """Whether all that was seen is of one version, as far as answers tell."""
        return len(self.versions) <= 1 and len(self.changes) <= 1 and bool(self.versions or self.changes)


def _note(spans: dict[str, Span], name: str, exchange: Exchange) -> None:
    spans[name] = (spans[name][0] if name in spans else exchange, exchange)


class Offers:
    """The types of a run's reports (CONS-2, RESULTS-5)."""

    def __init__(self, comparisons: Comparisons) -> None:
        self._comparisons = comparisons
        self._offers: dict[tuple[str, str], Offer] = {}
        self._too_many: set[str] = set()
        """Organizations of which not every version is known, since their listings are too long to keep."""

    def take(self, call: Call) -> None:
        """Learn from a call, and judge what the table of types rules out."""
        exchange = call.exchange
        if call.operation == "getStatus" and exchange.status == 200:
            self._take_status(call)
        elif call.operation == "listReports" and exchange.status == 200:
            self._take_listing(call)
        elif call.operation in ("getResult", "getGroupReport"):
            self._is_of_the_table(call)
            if call.operation == "getResult" and call.parameters["report_type"] in ORDER_TYPES:
                self._take_report(call)

    def finish(self) -> None:
        """Compare, of each order that has one version, what is named with what is served."""
        for (organization, _), offer in self._offers.items():
            if offer.is_of_one_version and organization not in self._too_many:
                self._compare(offer)

    def _of(self, call: Call, order_id: str) -> Offer:
        key = (call.organization, order_id)
        if key not in self._offers:  # a listing has a hundred thousand entries: none is made in vain
            self._offers[key] = Offer(call.is_ours_alone)
        return self._offers[key]

    def _take_status(self, call: Call) -> None:
        status, exchange = facts.order_status(call.exchange), call.exchange
        if status.order_id is None or status.report_types is None or status.status not in ALLOWED:
            return
        if differs_from_asked(call, status.order_id, status.study_uid):
            return
        if status.status == COMPLETED:
            offer, types = self._of(call, status.order_id), frozenset(status.report_types)
            offer.named[types] = (offer.named.get(types, (exchange,))[0], exchange)
            if status.updated_at is not None:
                offer.changes.add(status.updated_at)
        elif status.report_types:
            self._comparisons.contradict(
                "CONS-2", exchange, expected="no report_types before the order is COMPLETED, but", is_tentative=True,
                expected_value=status.status, got="report_types", got_value=" ".join(status.report_types),
            )  # fmt: skip

    def _take_listing(self, call: Call) -> None:
        if call.parameters["organizationId"] != call.organization:
            return
        entries = facts.listing(call.exchange).reports or ()
        if len(entries) > MOST_ENTRIES:
            self._too_many.add(call.organization)
            return
        for entry in entries:
            if entry.order_id is None or entry.report_id is None:
                continue
            offer = self._of(call, entry.order_id)
            offer.versions |= {entry.report_id} if entry.supersedes is None else {entry.report_id, entry.supersedes}
            if entry.report_types is not None:
                types = frozenset(entry.report_types)
                offer.named[types] = (offer.named.get(types, (call.exchange,))[0], call.exchange)

    def _is_of_the_table(self, call: Call) -> None:
        """Judge an answer about a type that the retrieval never has: 404 in every state."""
        kinds = ORDER_TYPES if call.operation == "getResult" else GROUP_TYPES
        kind, exchange = call.parameters["report_type"], call.exchange
        if kind in kinds:
            return
        if exchange.status in (200, 409):
            self._comparisons.contradict(
                "RESULTS-5", exchange, expected=f"404: {kind} is ruled out here in every state", is_tentative=True,
                got=str(exchange.status),
            )  # fmt: skip
        elif exchange.status == 404:
            self._comparisons.note("RESULTS-5", exchange)

    def _take_report(self, call: Call) -> None:
        exchange, kind = call.exchange, call.parameters["report_type"]
        if exchange.status == 200:
            headers = report_headers(exchange)
            order_id = headers.order_id or call.parameters.get("order_id")
            if order_id is None or differs_from_asked(call, order_id, None):
                return
            offer = self._of(call, order_id)
            _note(offer.served, kind, exchange)
            offer.versions |= {headers.report_id} if headers.report_id else set()
            return
        order_id = call.parameters.get("order_id")
        if exchange.status == 404 and order_id is not None and facts.problem(exchange).reason == NOT_OFFERED:
            _note(self._of(call, order_id).refused, kind, exchange)

    def _compare(self, offer: Offer) -> None:
        """Compare every view of one version: all of them name what is served, and nothing else."""
        if offer.is_ours_alone:
            for kind in offer.served.keys() & offer.refused.keys():
                expected = f"the report as {kind}, as it was served"
                self._differ(offer.served[kind][0], offer.refused[kind][0], expected, None, "404", None)
                return
        if not offer.named:
            return
        (types, named), *others = offer.named.items()
        if others and offer.is_ours_alone:
            self._differ(named[0], others[0][1][0], "report_types as before:", types, "report_types", others[0][0])
            return
        surplus = [(span, f"404 for {kind}, beside report_types", "200")
                   for kind, span in offer.served.items() if kind not in types]  # fmt: skip
        lacking = [(span, f"the report as {kind}, of report_types", "404")
                   for kind, span in offer.refused.items() if kind in types]  # fmt: skip
        for span, expected, got in (*surplus, *lacking):
            if self._hold_at_once(offer, named, span):
                self._differ(named[0], span[0], expected, types, got, None)
                return
        for span in (*offer.served.values(), *offer.refused.values()):
            self._comparisons.note("CONS-2", span[1])

    def _hold_at_once(self, offer: Offer, named: Span, span: Span) -> bool:
        """Tell whether nothing may have changed between what is named and what is served."""
        if offer.is_ours_alone:
            return True
        came_before = self._comparisons.came_before
        return any(came_before(named[0], at) and came_before(at, named[1]) for at in span)

    def _differ(
        self, first: Exchange, second: Exchange, expected: str, types: frozenset[str] | None, got: str,
        got_types: frozenset[str] | None,
    ) -> None:  # fmt: skip
        self._comparisons.contradict(
            "CONS-2", first, second, expected=expected, got=got, is_tentative=True,
            expected_value=None if types is None else " ".join(sorted(types)),
            got_value=None if got_types is None else " ".join(sorted(got_types)),
        )  # fmt: skip
