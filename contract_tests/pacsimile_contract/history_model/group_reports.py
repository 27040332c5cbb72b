"""Compare the reports of study groups with the truth."""

from collections.abc import Iterator

from pacsimile_contract.documents import read_group, read_report
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.history_model.acts import Act
from pacsimile_contract.history_model.mismatch import Mismatch, answer_in_words, denies, is_excused
from pacsimile_contract.history_model.recorded_histories import RecordedHistory
from pacsimile_contract.history_model.truth import Order, Truth


class GroupReports:
    """Decides what the calls for group reports of one history must be answered."""

    def __init__(self, history: RecordedHistory, exercised: set[str]) -> None:
        self._history, self._exercised = history, exercised
        self._served: dict[tuple[object, ...], list[tuple[frozenset[str], bytes]]] = {}
        """By question, the bodies that were served, each with the versions that it was made of."""
        self._impressions: dict[str, str] = {}
        """By report, the impression that its json report states."""

    def learn(self, report: str, exchange: Exchange) -> None:
        """Learn what a json report states."""
        document = read_report("json", exchange.body) if report not in self._impressions else None
        if document is not None and document.statement is not None and document.statement.impression:
            self._impressions[report] = document.statement.impression

    def compare(self, act: Act, exchange: Exchange, truth: Truth) -> Iterator[Mismatch]:
        """Yield what is wrong with an answer."""
        group, served = act.about[0], self._served.setdefault(act.question, [])
        members = truth.of_group(group, act.organization)
        waiting = [order.name for order in members if not order.is_final]
        if not members:
            foreign = truth.of_group(group, 3 - act.organization)
            yield from self._must_refuse("SEC-1" if foreign else "GROUP-4", f"{group} is not there", exchange)
        elif waiting:
            requirement = "GROUP-5" if served else "GROUP-3"
            yield from self._must_refuse(requirement, f"{', '.join(waiting)} not final", exchange, is_there=True)
        elif not any(order.is_completed for order in members):
            yield from self._must_refuse("GROUP-3", "none is COMPLETED", exchange, is_there=True)
        elif exchange.succeeded:
            yield from self._contents(act, exchange, members)
            versions = frozenset(order.newest if order.is_completed else order.name for order in members)
            self._exercised |= {"GROUP-5"} if served else set()
            if any(body == exchange.body and before != versions for before, body in served):
                yield Mismatch("GROUP-5", f"another report than before {group} changed", "the same bytes")
            served.append((versions, exchange.body))
        elif not is_excused(exchange):
            yield Mismatch("GROUP-5" if served else "GROUP-1", f"the report of {group}", answer_in_words(exchange))

    def _must_refuse(
        self, requirement: str, why: str, exchange: Exchange, *, is_there: bool = False
    ) -> Iterator[Mismatch]:
        self._exercised.add(requirement)
        if exchange.succeeded or (is_there and denies(exchange)):
            yield Mismatch(requirement, f"a refusal: {why}", answer_in_words(exchange))

    def _contents(self, act: Act, exchange: Exchange, members: list[Order]) -> Iterator[Mismatch]:
        document, ids = read_group(act.report_type, exchange.body), self._history.ids
        self._exercised |= {"GROUP-1", "GROUP-2"}
        if document is None:
            return
        named = document.accounts_for({ids[order.name]: order.status for order in members}, ids.get(act.about[0]))
        for order in members:
            order_id = ids[order.name]
            # a state may have given two orders one id: then the report tells nothing of the one that failed
            holds = document.names(order_id) if order.is_completed else named.get(order_id, True)
            if not holds:
                yield Mismatch("GROUP-2", f"{order.name}, {order.status}, in the report", "not there, or not as such")
            impression = self._impressions.get(order.newest) if order.is_completed else None
            if holds and impression and not document.states_of(order_id, impression):
                yield Mismatch("GROUP-5", f"the impression of {order.newest} in the report", "not there")
        surplus = set(document.order_ids or ()) - {ids[order.name] for order in members}
        if surplus:
            foreign = any((3 - act.organization, order_id) in self._history.names for order_id in surplus)
            yield Mismatch("SEC-8" if foreign else "GROUP-2", "no other order in the report", f"{len(surplus)} more")
