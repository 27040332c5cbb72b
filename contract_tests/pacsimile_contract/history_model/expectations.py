"""Compare the answers about orders, studies, groups and tokens with what the acts made true."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import BUSY, Exchange
from pacsimile_contract.history_model.acts import (
    LONGER_NAME,
    NO_TOKEN,
    OTHER_ORGANIZATION,
    QUEUE_CALLS,
    WRONG_BODY,
    WRONG_LIMIT,
    WRONG_SECRET,
    WRONG_TYPE,
    Act,
)
from pacsimile_contract.history_model.group_reports import GroupReports
from pacsimile_contract.history_model.mismatch import Mismatch, answer_in_words, denies, is_excused
from pacsimile_contract.history_model.order_views import OrderViews
from pacsimile_contract.history_model.recorded_histories import RecordedHistory
from pacsimile_contract.history_model.tokens import Tokens
from pacsimile_contract.history_model.truth import Order, Truth
from pacsimile_contract.queue_model.events import enumerate_names
from pacsimile_spec.statuses import PROCESSING, RECEIVED, STATUSES

_UNKNOWN = {"status": "STATUS-4", "ids": "ORDERID-3", "result": "RESULTS-1", "group": "GROUP-4"}
_BY_FAULT = {
    WRONG_TYPE: "RESULTS-5", WRONG_LIMIT: "STATUS-3", WRONG_BODY: "BATCH-11", OTHER_ORGANIZATION: "SEC-2",
    LONGER_NAME: "SEC-2",
}  # fmt: skip
"""By what is wrong with a call, the requirement that has it refused; STATUS-3 for other parameters."""


class Expectations:
    """Decides what the calls of one history must be answered.

    Show it the events in their order: each state to `take_state`, each call to `compare`.
    """

    def __init__(self, history: RecordedHistory) -> None:
        self._history, self.truth, self._tokens = history, Truth(), Tokens()
        self._refused: set[tuple[object, ...]] = set()
        """The questions that were rightly refused, since what was asked for was not there yet."""
        self._finals: set[str] = set()
        """The orders whose final status was answered."""
        self._default_scopes: dict[int, frozenset[str]] = {}
        """By client, the scopes that it was granted first without asking for any."""
        self.exercised: set[str] = set()
        self._groups = GroupReports(history, self.exercised)
        self._views = OrderViews(history, self.exercised)

    def take_state(self, act: Act) -> None:
        """Take in the act of a state."""
        if act.kind == "limits":
            self._tokens.allow(act)
        else:
            self.truth.take(act)

    def compare(self, act: Act, exchange: Exchange) -> Mismatch | None:
        """Return what is wrong with an answer; None where nothing is, or it was put off, failed or was too long."""
        if exchange.status is None or exchange.status in BUSY or exchange.status >= 500 or exchange.exceeded_bound:
            return None
        if act.kind == "token":
            return next(self._token(act, exchange), None)
        return next(self._call(act, exchange), None)

    def opens(self, act: Act, exchange: Exchange) -> bool:
        """Tell whether a call may have an effect: it has no fault, and its token need not be refused."""
        return not act.fault and self._tokens.access(act, exchange, self.truth.passed)[0] != "refused"

    # Tokens

    def _token(self, act: Act, exchange: Exchange) -> Iterator[Mismatch]:
        asked = " ".join(act.scopes)
        given = exchange.succeeded and facts.gives_token(exchange)
        if act.fault == WRONG_SECRET:
            yield from self._must_refuse("AUTH-4", f"the request has {act.fault}", exchange)
            return
        requirement = "AUTH-6" if act.scopes else "AUTH-1"
        self.exercised.add(requirement)
        if not self._tokens.may_have(act):
            if given:
                yield Mismatch(
                    "AUTH-6", "no token", f"a token, asked for with {asked}: the client may not have them all"
                )
            return
        if not given:
            yield Mismatch(requirement, f"a token{' with ' + asked if asked else ''}", answer_in_words(exchange))
            return
        self._tokens.take(act, exchange, self.truth.passed)
        scopes = facts.token(exchange).scopes
        if scopes is None or exchange.dialect is not None:
            return
        wanted = frozenset(act.scopes) if act.scopes else self._default_scopes.setdefault(act.who, scopes)
        if scopes != wanted:
            expected = f"a token with {asked} alone" if asked else f"a token with the client's {len(wanted)} scopes"
            yield Mismatch("AUTH-6", expected, f"one with {len(scopes)} scopes, not the same")

    # Calls

    def _call(self, act: Act, exchange: Exchange) -> Iterator[Mismatch]:
        access, requirement, why = self._tokens.access(act, exchange, self.truth.passed)
        if access == "refused":
            yield from self._must_refuse(requirement, why, exchange)
            return
        if access == "unknown" and exchange.status in (401, 403):
            return
        if act.fault and act.fault != NO_TOKEN:
            requirement = _BY_FAULT.get(act.fault, "STATUS-3")
            yield from self._must_refuse(requirement, f"the call has {act.fault}", exchange)
            return
        if exchange.status == 401:
            yield Mismatch("AUTH-17", f"{act.token} opens it: it has not expired", "401")
        elif act.kind not in QUEUE_CALLS:
            self.exercised.add("AUTH-17")
            yield from self._answer(act, exchange)
        elif exchange.status == 403:
            yield Mismatch("AUTH-14", f"{act.token} opens it: it has the scope", "403")
        elif act.kind == "lists" and exchange.succeeded:
            yield from self._views.take_listing(act, exchange, self.truth)

    def _must_refuse(self, requirement: str, why: str, exchange: Exchange) -> Iterator[Mismatch]:
        self.exercised.add(requirement)
        if exchange.succeeded:
            yield Mismatch(requirement, f"a refusal: {why}", str(exchange.status))

    def _answer(self, act: Act, exchange: Exchange) -> Iterator[Mismatch]:
        name = act.about[0]
        if act.kind == "group":
            yield from self._groups.compare(act, exchange, self.truth)
            return
        order, by_study = self.truth.asked_for(name, act.organization), name.startswith("s")
        if order is None:
            self._refused.add(act.question)
            yield from self._must_refuse(self._blame_of_unknown(act), f"{name} is not there", exchange)
        elif act.kind == "status":
            yield from self._status(act, exchange, order, by_study=by_study)
        elif act.kind == "ids":
            yield from self._ids(act, exchange)
        else:
            yield from self._result(act, exchange, order, by_study=by_study)

    def _blame_of_unknown(self, act: Act) -> str:
        """Blame an answer with what the client's organization does not have: another one may have it."""
        name, other = act.about[0], 3 - act.organization
        if name in self.truth.orders:
            return "SEC-1"
        return "SEC-3" if self.truth.of_study(name, other) else _UNKNOWN[act.kind]

    def _not_served(self, act: Act, exchange: Exchange, usual: str) -> Mismatch:
        """Blame a refusal of what is there: what was refused before, and is there since, must not be so any more."""
        requirement = "CONS-1" if act.question in self._refused else usual
        return Mismatch(requirement, f"an answer about {act.about[0]}", answer_in_words(exchange))

    def _status(self, act: Act, exchange: Exchange, order: Order, *, by_study: bool) -> Iterator[Mismatch]:
        requirement = "STATUS-2" if by_study else "STATUS-1"
        self.exercised.add(requirement)
        if not exchange.succeeded:
            yield self._not_served(act, exchange, requirement)
            return
        answer = facts.order_status(exchange)
        if answer.order_id is not None and answer.order_id != self._history.ids.get(order.name):
            got = self._history.named(act.organization, answer.order_id)
            yield Mismatch(requirement, f"the status of {order.name}", f"that of {got}")
        if answer.status in STATUSES and answer.status not in _may_be(order):
            requirement = "STATUS-5" if order.name in self._finals else requirement
            yield Mismatch(requirement, f"{order.name} {order.status}", str(answer.status))
        if order.is_final:
            self._finals.add(order.name)
            self.exercised.add("STATUS-5")
        yield from self._views.take_status(order, exchange, requirement)

    def _ids(self, act: Act, exchange: Exchange) -> Iterator[Mismatch]:
        expected = [order.name for order in self.truth.of_study(act.about[0], act.organization)]
        self.exercised |= {"ORDERID-1", "ORDERID-2"}
        if not exchange.succeeded:
            yield self._not_served(act, exchange, "ORDERID-1")
            return
        order_ids = facts.order_ids(exchange).order_ids
        if order_ids is None:
            return
        got = [self._history.named(act.organization, order_id) for order_id in order_ids]
        if sorted(got) != sorted(expected):
            foreign = [order_id for order_id in order_ids if (3 - act.organization, order_id) in self._history.names]
            requirement = "SEC-3" if foreign and set(got) - set(expected) else "ORDERID-1"
            yield Mismatch(requirement, enumerate_names(expected), enumerate_names(got))
        elif got != expected:
            expected_names = f"{enumerate_names(expected)}, the newest first"
            yield Mismatch("ORDERID-2", expected_names, enumerate_names(got))

    def _result(self, act: Act, exchange: Exchange, order: Order, *, by_study: bool) -> Iterator[Mismatch]:
        usual = "RESULTS-2" if by_study else "RESULTS-1"
        if not order.is_completed:
            older = by_study and any(
                other.is_completed for other in self.truth.of_study(act.about[0], act.organization)
            )
            self._refused.add(act.question)
            why = f"{order.name} is {order.status}"
            yield from self._must_refuse("RESULTS-3" if older else "RESULTS-4", why, exchange)
            if denies(exchange):
                yield Mismatch("RESULTS-4", f"a refusal: {why}", answer_in_words(exchange))
            return
        if order.types and act.report_type not in order.types:
            why = f"{order.name} offers {', '.join(order.types)} alone"
            yield from self._must_refuse("CONS-2", why, exchange)
            return
        self.exercised |= {usual, "CONS-2", *({"RESULTS-11"} if order.versions > 1 else ())}
        if exchange.succeeded or is_excused(exchange):
            yield from self._views.take_report(order, act.report_type, exchange)
        if not exchange.succeeded:
            if order.types or not is_excused(exchange):
                yield self._not_served(act, exchange, usual)
            return
        headers, ids = report_headers(exchange), self._history.ids
        if headers.order_id is not None and headers.order_id != ids.get(order.name):
            got = self._history.named(act.organization, headers.order_id)
            yield Mismatch(usual, f"the report of {order.name}", f"that of {got}")
        newest = ids.get(order.newest)
        if act.report_type == "json" and headers.report_id == newest:
            self._groups.learn(order.newest, exchange)
        if newest is not None and headers.report_id is not None and headers.report_id != newest:
            got = self._history.named_report(act.organization, headers.report_id)
            yield Mismatch("RESULTS-11" if order.versions > 1 else usual, f"{order.newest} served", f"{got} served")


def _may_be(order: Order) -> tuple[str, ...]:
    """Return the statuses that an order may have: one that was received may be under way at any time."""
    return (RECEIVED, PROCESSING) if order.status == RECEIVED else (order.status,)
