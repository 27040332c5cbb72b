"""Orders each of which offers all types of a report but one, asked for that one."""

from contextlib import suppress

from pacsimile_contract.checkers import offers as checks
from pacsimile_contract.errors import Absent
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.shared_states import offered_types

ASKED_RIGHTLY = 1
"""How many orders are asked for a type that they offer, below level full."""


@scenario(
    checks.serves_what_is_offered,
    needs=("fresh_organization", "order_in_status"),
    blocked_by=("STATUS-1", "RESULTS-1", "RESULTS-2", "RESULTS-5"),
)
def some_types_each(session: Session) -> None:
    """Make orders, each without a type; list them; ask for what they do not offer, by order and by study in turn.

    So a type that is served because another one is offered shows, whichever that is. One order is asked for a type that
    it offers, by its study.
    """
    own = session.fresh_state("fresh_organization", "own", ready_reports=0)
    orders, types = [], _offered_by_the_service(session)
    lacking = session.draw.sample(types, len(types) if len(types) > 1 else 0)
    for number, absent in enumerate(lacking):
        offered = tuple(name for name in types if name != absent)
        made = session.fresh_state(
            "order_in_status", f"order-{number}", organization_id=own.organization_id,
            status="COMPLETED", report_types=list(offered),
        )  # fmt: skip
        session.note(f"order-{number}", {**made.values, "report_types": list(offered)})
        orders.append((made, absent, offered))
    with suppress(Absent):
        session.call("listReports", "listed", client=own.client, organizationId=own.organization_id)
    ways = [way for way in ("order_id", "study_uid") if session.can_ask("getResult", way)]
    if not ways:
        return
    for number, (order, absent, offered) in enumerate(orders):
        for way in ways if session.level == "full" else ways[number % len(ways) :][:1]:
            _fetch(session, order, f"not-offered/order-{number}/{absent}", way, absent)
        if number < ASKED_RIGHTLY or session.level == "full":
            _fetch(session, order, f"offered/order-{number}", ways[-1], session.draw.choice(offered))


def _offered_by_the_service(session: Session) -> tuple[str, ...]:
    """Return the types of an order that was made without a choice of types."""
    done = session.state("order_in_status", status="COMPLETED")
    named = offered_types(session, str(done["order_id"]), done.client) or session.order_types
    return tuple(name for name in session.order_types if name in named)


def _fetch(session: Session, order: ProvidedState, label: str, way: str, report_type: str) -> None:
    session.call("getResult", label, {way: order[way], "report_type": report_type}, client=order.client)
