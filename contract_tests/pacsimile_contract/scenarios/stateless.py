"""Calls under conditions that must not matter: headers that name a method, cookies, connections, other calls."""

from pacsimile_contract.checkers import stateless as checks
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import NO_TOKEN, Session
from pacsimile_contract.session.delivery import FRESH, ORDINARY, Delivery
from pacsimile_contract.session.shared_states import order_type

UNKNOWN = {"pacsimile": "1"}
COOKIE = (("Cookie", "session=0123456789abcdef; JSESSIONID=0123456789ABCDEF; organization=org-0; role=admin"),)


@scenario(checks.keeps_its_method, needs=("fresh_organization",), blocked_by=("BATCH-1", "BATCH-3"))
def method_overrides(session: Session) -> None:
    """List with headers that say POST, then list; POST with a header that says GET."""
    own = session.fresh_state("fresh_organization", "queue", ready_reports=1)
    asked = {"organizationId": own.organization_id}
    session.call("listReports", "before", asked, client=own.client)
    each = tuple((name, "POST") for name in checks.METHOD_OVERRIDES)
    for headers in [(header,) for header in each] if session.level == "full" else [each]:
        session.call("listReports", f"get/{headers[0][0]}", asked, client=own.client, headers=headers)
    session.call("listReports", "after", asked, client=own.client)
    name = checks.METHOD_OVERRIDES[0]
    session.call("acknowledgeReports", f"post/{name}", asked, client=own.client, headers=((name, "GET"),))


@scenario(checks.answers_alike, needs=("order_in_status",), blocked_by=("STATUS-1", "RESULTS-1", "RESULTS-6"))
def conditions_that_do_not_matter(session: Session) -> None:
    """Ask for an order; again with cookies, on a new connection, and after unrelated calls.

    An order that no state made may change, so it is asked for once more at the end.
    """
    order = session.state("order_in_status", status="COMPLETED")
    _ask(session, "plain", order, reuse=order.owned)
    left_out = ("order-ids", "status") if session.level != "full" else ("", "")
    wrong = {"order_id": order["order_id"], **UNKNOWN}
    session.call("getStatus", "refused/before", wrong, client=order.client)
    _ask(session, "cookie", order, headers=COOKIE, left_out=left_out[0])
    _ask(session, "connection", order, delivery=FRESH, left_out=left_out[1])
    session.call("getStatus", "between", token=NO_TOKEN, order_id=order["order_id"])
    session.call("getStatus", "between", client=order.client, order_id="")
    if session.level == "full":
        session.call("getStatus", "between", client=order.client, order_id=session.lookalike(order["order_id"]))
    session.call("getStatus", "refused/again", wrong, client=order.client)
    _ask(session, "unrelated-calls", order)
    if not order.owned:  # what others have made may change meanwhile
        _ask(session, "plain-again", order)


def _ask(
    session: Session,
    label: str,
    order: ProvidedState,
    headers: Headers = (),
    *,
    delivery: Delivery = ORDINARY,
    reuse: bool = False,
    left_out: str = "",
) -> None:
    asked: dict[str, tuple[str, dict[str, object]]] = {
        "status": ("getStatus", {"order_id": order["order_id"]}),
        "order-ids": ("getOrderIds", {"study_uid": order["study_uid"]}),
        "result": ("getResult", {"order_id": order["order_id"], "report_type": order_type(session)}),
    }
    for call, (operation, parameters) in asked.items():
        if call == left_out:
            continue
        session.call(
            operation,
            f"{label}/{call}",
            parameters,
            client=order.client,
            headers=headers,
            delivery=delivery,
            reuse=reuse,
        )
