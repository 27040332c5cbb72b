"""Asking for what belongs to another organization."""

from pacsimile_contract.checkers import isolation
from pacsimile_contract.registry import scenario
from pacsimile_contract.session import Session


@scenario(isolation.answers_as_unknown, level="smoke", needs=("other_organization",))
def foreign_objects(session: Session) -> None:
    """Ask each operation for another organization's object, and for one that nobody has, of the same shape."""
    other = session.state("other_organization")
    if not other.owned:
        session.note("may-share", {"order_id": other["order_id"]})
    for call, (operation, parameter, more) in isolation.CALLS.items():
        if session.level == "smoke" and call not in isolation.FIRST_CALLS:
            continue
        theirs = other.values.get(parameter)
        if not isinstance(theirs, str):
            continue
        session.call(operation, f"unknown/{call}", {parameter: session.lookalike(theirs), **more})
        session.call(operation, f"foreign/{call}", {parameter: theirs, **more})


@scenario(isolation.answers_as_unknown, needs=("order_in_status",))
def foreign_unfinished_order(session: Session) -> None:
    """Ask for the report of another organization's order that is not finished."""
    other = session.state("order_in_status", status="PROCESSING", organization_id=None)
    if other.organization_id == session.home.organization_id:
        session.lack("needs order_in_status in an organization of its own")
    call, (operation, parameter, more) = "unready-result", isolation.CALLS["result-by-order"]
    session.call(operation, f"unknown/{call}", {parameter: session.lookalike(other[parameter]), **more})
    session.call(operation, f"foreign/{call}", {parameter: other[parameter], **more})
