"""Calls right after a change, as another client and on another connection, which must show it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from pacsimile_contract.checkers import consistency as checks
from pacsimile_contract.checkers import studies
from pacsimile_contract.dialects.vocabulary import selects_by
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import AGAIN, FRESH, Delivery
from pacsimile_contract.session.queue_calls import LONG_AGO, Queue
from pacsimile_contract.session.sample_calls import NOBODYS_STUDY
from pacsimile_contract.session.shared_states import order_type

LATE = "with-a-late-one"
"""Label of a study that received an order older than a known one."""
TRIES, PAUSE = 6, 0.5
"""How often, and after how many seconds, a call that does not agree is repeated."""

_Ask = Callable[[str], Exchange]


@scenario(
    checks.never_contradicts,
    studies.lists_every_order,
    studies.lists_newest_first,
    needs=("fresh_organization", "report_becomes_ready", "order_advanced"),
    blocked_by=("AUTH-1",),
)
def at_once(session: Session) -> None:
    """Submit an order of a study that was 404, complete it, acknowledge its report, and submit one more.

    Look after each change. Before the last one, an order comes that finished long ago. The orders are of one study, so
    that its status, its order ids and its report change.
    """
    own = session.fresh_state("fresh_organization", "queue", ready_reports=1)
    look = _Look(session, own)
    study = session.lookalike(NOBODYS_STUDY)
    asks = _questions(session, look, study)
    for which, ask in asks.items():
        ask(f"unknown/{which}")
    order = _submit(session, look, study, "after-404", asks, unready=True)
    _complete(session, look, order, asks)
    is_listed = _finish_late(session, look, order, study)
    newest = {which: ask for which, ask in asks.items() if which != "order-ids" or not is_listed}
    _submit(session, look, study, "new-order-is-most-recent", newest)


class _Look:
    """Calls in turn as the two clients of an organization, on a new connection, or on that of the call before."""

    def __init__(self, session: Session, own: ProvidedState) -> None:
        self._session, self.own, self.kind = session, own, order_type(session)
        self._clients, self._patient = [own.client, own.second or own.client], True
        for client in self._clients:
            session.token(client)

    def call(self, operation: str, label: str, delivery: Delivery = FRESH, **parameters: Any) -> Exchange:
        """Call as the client that did not make the last call."""
        self._clients.reverse()
        return self._session.call(operation, label, client=self._clients[0], delivery=delivery, **parameters)

    def queue(self) -> Queue:
        """Return the queue of the client that did not make the last call."""
        self._clients.reverse()
        return Queue(self._session, self.own, self._clients[0])

    def agree(self, part: str, which: str, known: dict[str, str], ask: _Ask) -> None:
        """Call now, and repeat a call that does not agree for a while, to see whether the change only comes late.

        Once a change did not come in that time, no other is waited for.
        """
        self._session.note(f"now/{part}", known)
        asked = ask(f"now/{part}/{which}")
        tries = TRIES if self._patient else 0
        while not checks.agrees_with_earlier(part, asked, known):
            self._patient = tries > 0
            if not self._patient:
                break
            tries -= 1
            self._session.wait(PAUSE)
            asked = ask(f"later/{part}/{which}")


def _questions(session: Session, look: _Look, study: str) -> dict[str, _Ask]:
    """Return what is asked about the study, of its status, order ids and report, as far as the service can be asked.

    Each call goes on the connection of the one before it, for which a server may keep what it read.
    """
    asks: dict[str, _Ask] = {
        "status": lambda label: look.call("getStatus", label, AGAIN, study_uid=study),
        "order-ids": lambda label: look.call("getOrderIds", label, AGAIN, study_uid=study),
        "result": lambda label: look.call("getResult", label, AGAIN, report_type=look.kind, study_uid=study),
    }
    ways = {"status": "getStatus", "result": "getResult"}
    return {which: ask for which, ask in asks.items() if selects_by(session.dialect, ways.get(which, ""), "study_uid")}


AFTER_CHANGE = {"after-404": ("status", "order-ids"), "new-order-is-most-recent": ("status", "order-ids", "result")}
"""By part, what is asked about the study. Its report is not ready after the first order is submitted.

Order ids are asked for after both, or after an older order came late: a connection may keep the first that it was
answered with, and a service its list as long as the newest order is the same.
"""


def _submit(
    session: Session, look: _Look, study: str, part: str, asks: dict[str, _Ask], *, unready: bool = False
) -> ProvidedState:
    """Submit an order of the study, and look whether the study has it."""
    more = {"unready": True} if unready else {}
    made = session.fresh_state(
        "report_becomes_ready", part, study_uid=study, organization_id=look.own.organization_id, **more
    )
    for which, ask in asks.items():
        if which in AFTER_CHANGE[part]:
            look.agree(part, which, {"order_id": made["order_id"]}, ask)
    return made


def _finish_late(session: Session, look: _Look, newest: ProvidedState, study: str) -> bool:
    """Add an order that finished long ago, and list the study's orders. Return whether a state can do so."""
    place = {"organization_id": look.own.organization_id, "study_uid": study}
    try:
        late = session.fresh_state("report_becomes_ready", completed_seconds_ago=LONG_AGO, **place)
    except NotExercised:
        return False
    session.note(LATE, {"order_ids": [late["order_id"], newest["order_id"]], "owned": late.owned})
    look.call("getOrderIds", f"asked/{LATE}", AGAIN, study_uid=study)
    return True


def _complete(session: Session, look: _Look, waiting: ProvidedState, asks: dict[str, _Ask]) -> None:
    """Complete an order whose report was not listed just before; then acknowledge its report."""
    order, known = waiting["order_id"], {"order_id": waiting["order_id"], "report_id": waiting["report_id"]}
    look.queue().list("before", fresh=True)
    session.fresh_state(
        "order_advanced", "advanced", order_id=order, status="COMPLETED", organization_id=look.own.organization_id
    )
    look.agree("completed-is-listed", "all", known, lambda label: _list(look, label))
    look.agree(
        "completed-is-served", look.kind, known,
        lambda label: look.call("getResult", label, report_type=look.kind, order_id=order),
    )  # fmt: skip
    by_order: _Ask = partial(look.call, "getStatus", order_id=order)
    look.agree("completed-is-told", "status", known, asks.get("status", by_order))
    look.queue().post("acknowledged", [known["report_id"]])
    if session.story.last("acknowledged").succeeded:
        look.agree("acknowledged-is-not-listed", "all", known, lambda label: _list(look, label))


def _list(look: _Look, label: str) -> Exchange:
    return look.call("listReports", label, organizationId=look.own.organization_id)
