"""Compare what statuses, listings and reports say of one order with the truth, and with each other."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.documents import read_report, readers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import OrderStatus
from pacsimile_contract.history_model.acts import Act, order_of
from pacsimile_contract.history_model.mismatch import Mismatch, answer_in_words
from pacsimile_contract.history_model.recorded_histories import RecordedHistory
from pacsimile_contract.history_model.truth import Order, Truth
from pacsimile_contract.instants import Instant

_STATUS_OF_VERSION = {True: "final", False: "amended"}
"""By whether a version is the first, what a listing calls it."""


class OrderViews:
    """The views of the orders of one history."""

    def __init__(self, history: RecordedHistory, exercised: set[str]) -> None:
        self._history, self._exercised = history, exercised
        self._updates: dict[str, tuple[object, Instant]] = {}
        """By order, what had changed of it when its last status came, and the `updated_at` of that."""
        self._types: dict[str, frozenset[str]] = {}
        """By report, the types that a view named first."""
        self._first_bodies: dict[tuple[str, str], bytes] = {}
        """By order and type, the bytes of the first version of its report."""

    def take_status(self, order: Order, exchange: Exchange, requirement: str) -> Iterator[Mismatch]:
        """Compare a status of an order. One of another study or group breaks `requirement`."""
        answer = facts.order_status(exchange)
        if answer.order_id != self._history.ids.get(order.name):
            return
        yield from self._belongs(order, answer.study_uid, answer.study_group, requirement)
        yield from self._was_updated(order, answer)
        if order.is_completed:
            yield from self._names_types(order.newest, answer.report_types)

    def take_listing(self, act: Act, exchange: Exchange, truth: Truth) -> Iterator[Mismatch]:
        """Compare each entry of a listing."""
        for entry in facts.listing(exchange).reports or ():
            report = self._history.report_names.get((act.organization, entry.report_id or ""), "")
            order = truth.orders.get(order_of(report))
            if order is None or "." not in report:
                continue
            if entry.order_id is not None and entry.order_id != self._history.ids[order.name]:
                got = self._history.named(act.organization, entry.order_id)
                yield Mismatch("CONS-2", f"{report} listed as of {order.name}", f"of {got}")
            yield from self._belongs(order, entry.study_uid, entry.study_group, "CONS-2")
            expected = _STATUS_OF_VERSION[report.endswith(".1")]
            if entry.report_status in _STATUS_OF_VERSION.values() and entry.report_status != expected:
                yield Mismatch("BATCH-12", f"{report} listed as {expected}", str(entry.report_status))
            yield from self._names_types(report, entry.report_types)

    def take_report(self, order: Order, report_type: str, exchange: Exchange) -> Iterator[Mismatch]:
        """Compare the type that was served or refused with those that views named of the same version."""
        named = self._types.get(order.newest)
        if named is not None and exchange.succeeded != (report_type in named):
            expected = "a refusal" if exchange.succeeded else "the report"
            yield Mismatch(
                "CONS-2", f"{expected}: of {order.newest}, {_words(named)} are named", answer_in_words(exchange)
            )
        if exchange.succeeded and exchange.body:
            yield from self._calls_itself_amended(order, report_type, exchange.body)

    def _calls_itself_amended(self, order: Order, report_type: str, body: bytes) -> Iterator[Mismatch]:
        """Judge that an amended report calls itself so, and is not the first version again (RESULTS-11)."""
        first = self._first_bodies.get((order.name, report_type))
        if order.versions == 1:
            self._first_bodies[order.name, report_type] = body
            return
        if first == body:
            yield Mismatch("RESULTS-11", f"{order.newest}, an amended report", f"the same bytes as {order.name}.1")
        document, words = read_report(report_type, body), readers()[report_type].amended
        statement = document.statement if document is not None else None
        called = statement.report_status if statement is not None else None
        if called is not None and words and called not in words:
            yield Mismatch("RESULTS-11", f"{order.newest} called amended in {report_type}", "called otherwise")

    def _belongs(self, order: Order, study_uid: str | None, group: str | None, requirement: str) -> Iterator[Mismatch]:
        """Compare a study and a group with those that an order was submitted for."""
        for name, got in ((order.study, study_uid), (order.group, group)):
            if name is not None and got is not None and got != self._history.ids.get(name):
                yield Mismatch(requirement, f"{order.name} of {name}", "another study or group")

    def _was_updated(self, order: Order, answer: OrderStatus) -> Iterator[Mismatch]:
        """Judge that `updated_at` is later than before an order ended, or its report was amended (STATUS-7)."""
        if answer.updated_at is None:
            return
        changes = (order.is_final, order.versions)
        before, at = self._updates.get(order.name, (changes, answer.updated_at))
        self._updates[order.name] = (changes, answer.updated_at)
        if before == changes:
            return
        self._exercised.add("STATUS-7")
        if answer.updated_at < at or (answer.updated_at == at and not at.whole_seconds):
            expected = f"updated_at later than before {order.name} {'was amended' if order.versions > 1 else 'ended'}"
            yield Mismatch("STATUS-7", expected, "the same" if answer.updated_at == at else "an earlier one")

    def _names_types(self, report: str, types: tuple[str, ...] | None) -> Iterator[Mismatch]:
        if types is None:
            return
        self._exercised.add("CONS-2")
        known = self._types.setdefault(report, frozenset(types))
        if known != frozenset(types):
            yield Mismatch("CONS-2", f"{report} as {_words(known)}, as another view has it", f"as {_words(types)}")


def _words(types: "frozenset[str] | tuple[str, ...]") -> str:
    return f"{len(types)} types"
