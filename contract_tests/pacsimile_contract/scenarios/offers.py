"""Orders each of which offers some types of a report only, asked for the others."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import combinations

from pacsimile_contract.checkers import offers as checks
from pacsimile_contract.errors import Absent
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.shared_states import offered_types

ORDERS, PLACES = 5, 3
"""How many orders there are, and how many of them offer each type: no two types are offered by the same ones.

So for any two types there is an order that offers the one and not the other, whichever of them is served by mistake.
"""

ASKED_RIGHTLY = 2
"""How many orders are asked for a type that they offer, below level full."""


@scenario(
    checks.serves_what_is_offered,
    needs=("fresh_organization", "order_in_status"),
    blocked_by=("STATUS-1", "RESULTS-1", "RESULTS-2", "RESULTS-5"),
)
def some_types_each(session: Session) -> None:
    """Make orders, each with some types of its own; list them; ask for what they do not offer, by order or by study.

    Some of them are asked for one type that they offer, by their study.
    """
    own = session.fresh_state("fresh_organization", "own", ready_reports=0)
    orders, types = [], _offered_by_the_service(session)
    for number, offered in enumerate(_offers(session, types)):
        made = session.fresh_state(
            "order_in_status", f"order-{number}", organization_id=own.organization_id,
            status="COMPLETED", report_types=list(offered),
        )  # fmt: skip
        session.note(f"order-{number}", {**made.values, "report_types": list(offered)})
        orders.append((made, offered))
    with suppress(Absent):
        session.call("listReports", "listed", client=own.client, organizationId=own.organization_id)
    ways = [way for way in ("order_id", "study_uid") if session.can_ask("getResult", way)]
    if not ways:
        return
    turn = session.draw.randrange(2)
    for number, (order, offered) in enumerate(orders):
        for report_type in (name for name in types if name not in offered):
            turn += 1
            for way in ways if session.level == "full" else ways[turn % len(ways) :][:1]:
                _fetch(session, order, f"not-offered/order-{number}/{report_type}", way, report_type)
        if number < ASKED_RIGHTLY or session.level == "full":
            _fetch(session, order, f"offered/order-{number}", ways[-1], session.draw.choice(offered))


def _offered_by_the_service(session: Session) -> tuple[str, ...]:
    """Return the types of an order that was made without a choice of types."""
    done = session.state("order_in_status", status="COMPLETED")
    named = offered_types(session, str(done["order_id"]), done.client) or session.order_types
    return tuple(name for name in session.order_types if name in named)


def _offers(session: Session, types: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Yield the types of each order, in the table's order: no two types are offered by the same orders."""
    drawn = session.draw.sample(types, len(types))
    places = dict(zip(drawn, combinations(range(ORDERS), PLACES), strict=False))
    for number in range(ORDERS):
        offered = tuple(name for name in types if number in places.get(name, ()))
        if offered:
            yield offered


def _fetch(session: Session, order: ProvidedState, label: str, way: str, report_type: str) -> None:
    session.call("getResult", label, {way: order[way], "report_type": report_type}, client=order.client)
