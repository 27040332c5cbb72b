"""Calls right after a change, as another client and on another connection, which must show it."""

from collections.abc import Callable
from typing import Any

from pacsimile_contract.checkers import consistency as checks
from pacsimile_contract.dialects.vocabulary import selects_by
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import AGAIN, FRESH, Delivery
from pacsimile_contract.session.queue_calls import Queue
from pacsimile_contract.session.sample_calls import NOBODYS_STUDY
from pacsimile_contract.session.shared_states import order_type

TRIES, PAUSE = 6, 0.5
"""How often, and after how many seconds, a call that does not agree is repeated."""

_Ask = Callable[[str], Exchange]


@scenario(
    checks.never_contradicts,
    needs=("fresh_organization", "report_becomes_ready", "order_advanced"),
    blocked_by=("AUTH-1",),
)
def at_once(session: Session) -> None:
    """Complete an order, acknowledge its report, and submit two of a study that was 404, looking after each change."""
    own = session.fresh_state("fresh_organization", "queue", ready_reports=1)
    look = _Look(session, own)
    _complete(session, look)
    _submit(session, look)


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


def _complete(session: Session, look: _Look) -> None:
    """Complete an order whose report was not listed just before; then acknowledge its report."""
    own_organization = {"organization_id": look.own.organization_id}
    waiting = session.fresh_state("report_becomes_ready", "waiting", unready=True, **own_organization)
    order, known = waiting["order_id"], {"order_id": waiting["order_id"], "report_id": waiting["report_id"]}
    look.queue().list("before", fresh=True)
    look.call("getStatus", "before", order_id=order)
    session.fresh_state("order_advanced", "advanced", order_id=order, status="COMPLETED", **own_organization)
    look.agree("completed-is-listed", "all", known, lambda label: _list(look, label))
    look.agree("completed-is-served", look.kind, known, lambda label: _report(look, label, order_id=order))
    for which in ("one", "other"):
        look.agree("completed-is-told", which, known, lambda label: look.call("getStatus", label, order_id=order))
    look.queue().post("acknowledged", [known["report_id"]])
    if session.story.last("acknowledged").succeeded:
        look.agree("acknowledged-is-not-listed", "all", known, lambda label: _list(look, label))


def _list(look: _Look, label: str) -> Exchange:
    return look.call("listReports", label, organizationId=look.own.organization_id)


def _report(look: _Look, label: str, delivery: Delivery = FRESH, **selector: str) -> Exchange:
    return look.call("getResult", label, delivery, report_type=look.kind, **selector)


def _submit(session: Session, look: _Look) -> None:
    """Ask for a study that does not exist, submit an order of it, and later another.

    Each call goes on the connection of the one before it, for which a server may keep what it read.
    """
    study = session.lookalike(NOBODYS_STUDY)
    asks: dict[str, _Ask] = {
        "status": lambda label: look.call("getStatus", label, AGAIN, study_uid=study),
        "order-ids": lambda label: look.call("getOrderIds", label, AGAIN, study_uid=study),
        "result": lambda label: _report(look, label, AGAIN, study_uid=study),
    }
    ways = {"status": "getStatus", "result": "getResult"}
    asks = {which: ask for which, ask in asks.items() if selects_by(session.dialect, ways.get(which, ""), "study_uid")}
    for which, ask in asks.items():
        ask(f"unknown/{which}")
    for part in ("after-404", "new-order-is-most-recent"):
        made = session.fresh_state(
            "report_becomes_ready", part, study_uid=study, organization_id=look.own.organization_id
        )
        for which, ask in asks.items():
            look.agree(part, which, {"order_id": made["order_id"]}, ask)
