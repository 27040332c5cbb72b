"""Calls under conditions that must not matter: headers that name a method, cookies, connections, other calls."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from pacsimile_contract.checkers import stateless as checks
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.delivery import FRESH, HOSTILE, ORDINARY
from pacsimile_contract.session.shared_states import order_type

UNKNOWN = {"pacsimile": "1"}
COOKIE = (("Cookie", "session=0123456789abcdef; JSESSIONID=0123456789ABCDEF; organization=org-0; role=admin"),)
CONTENT = b'{"pacsimile": 1}'
"""Content of a GET, without an end of line: where it is left on the connection, the next request's line begins so."""
CONDITIONS: Mapping[str, Mapping[str, Any]] = {
    "cookie": {"headers": COOKIE}, "connection": {"delivery": FRESH}, "unrelated-calls": {},
}  # fmt: skip
"""By part of PROTO-5, how a call is asked again. The last one asks as before: other calls have been made since."""


@scenario(checks.keeps_its_method, needs=("fresh_organization",), blocked_by=("BATCH-1", "BATCH-3"))
def method_overrides(session: Session) -> None:
    """List with headers that say POST, then list; POST with a header that says GET."""
    own = session.fresh_state("fresh_organization", "queue", ready_reports=1)
    parameters = {"organizationId": own.organization_id}
    each = tuple((name, "POST") for name in checks.METHOD_OVERRIDES)
    for headers in [(header,) for header in each] if session.level == "full" else [each]:
        session.call("listReports", f"get/{headers[0][0]}", parameters, client=own.client, headers=headers)
    session.call("listReports", "after", parameters, client=own.client)
    name = checks.METHOD_OVERRIDES[0]
    session.call("acknowledgeReports", f"post/{name}", parameters, client=own.client, headers=((name, "GET"),))


@scenario(checks.answers_alike, needs=("order_in_status",), blocked_by=("STATUS-1", "RESULTS-1", "RESULTS-6"))
def conditions_that_do_not_matter(session: Session) -> None:
    """Ask for an order, then again with cookies, on another connection and after unrelated calls, all combined.

    If an answer differs, try each condition alone. Two of the unrelated calls have content, if the target file allows
    that: a GET that is refused, and one that is answered. The call after each goes on its connection. An order that no
    state made may change, so ask for it once more at the end.
    """
    order = session.state("order_in_status", status="COMPLETED")
    asks = {name: partial(_ask, session, order, name) for name in checks.CALLS}
    plain = {name: ask(f"plain/{name}", reuse=order.owned) for name, ask in asks.items()}
    wrong = {"order_id": order["order_id"], **UNKNOWN}
    session.call("getStatus", "refused/before", wrong, client=order.client)
    if session.level == "full":
        session.call("getStatus", "between", token=NO_TOKEN, order_id=order["order_id"])
        session.call("getStatus", "between", client=order.client, order_id=session.lookalike(order["order_id"]))
    _with_content(session, order, "")
    session.call("getStatus", "refused/again", wrong, client=order.client)
    _with_content(session, order, order["order_id"])
    for number, (name, ask) in enumerate(asks.items()):
        delivery = ORDINARY if number == 0 else FRESH  # the first follows the content that was left
        answer = ask(f"all-at-once/{name}", headers=COOKIE, delivery=delivery)
        for condition, how in CONDITIONS.items():
            if checks.are_alike(answer, plain[name]):
                session.story.add(f"{condition}/{name}", answer)
            else:
                ask(f"{condition}/{name}", **how)
        if number == 0 and not checks.are_alike(answer, plain[name]):
            _with_content(session, order, order["order_id"])
            ask(f"connection/{name}")
    if not order.owned:  # what others have made may change meanwhile
        for name, ask in asks.items():
            ask(f"plain-again/{name}")


def _with_content(session: Session, order: ProvidedState, order_id: str) -> None:
    """Ask for a status by a GET with content, or without where the target file does not allow that.

    What is answered is left open: a service may refuse such a GET (RFC 9110 section 9.3.1).

    Args:
        session: the scenario's.
        order: whose client asks.
        order_id: of the order asked for; empty for a call that is refused.
    """
    parameters = {"order_id": order_id}
    if not session.target.hostile_input or session.dialect is not None:
        session.call("getStatus", "between", parameters, client=order.client)
        return
    token = ("Authorization", f"Bearer {session.token(order.client)}")
    headers = (token, ("Content-Type", "application/json"))
    session.probe(
        "between", "GET", "/status", parameters, token=NO_TOKEN, headers=headers, body=CONTENT, delivery=HOSTILE
    )  # fmt: skip


def _ask(session: Session, order: ProvidedState, name: str, label: str, **how: Any) -> Exchange:
    operation, parameters = {
        "status": ("getStatus", {"order_id": order["order_id"]}),
        "order-ids": ("getOrderIds", {"study_uid": order["study_uid"]}),
        "result": ("getResult", {"order_id": order["order_id"], "report_type": order_type(session)}),
    }[name]
    return session.call(operation, label, parameters, client=order.client, **how)
