"""Asking for what belongs to another organization."""

from pacsimile_contract.checkers import isolation
from pacsimile_contract.registry import scenario
from pacsimile_contract.session import Session


@scenario(isolation.answers_as_unknown, level="smoke", needs=("other_organization",))
def foreign_objects(session: Session) -> None:
    """Ask each operation for another organization's object, and for one that nobody has, of the same shape."""
    other = session.state("other_organization")
    for call, (operation, parameter) in isolation.CALLS.items():
        theirs = other.values.get(parameter)
        if not isinstance(theirs, str):
            continue
        kind = {"report_type": "json"} if operation in ("getResult", "getGroupReport") else {}
        session.call(operation, f"unknown/{call}", {parameter: session.lookalike(theirs), **kind})
        session.call(operation, f"foreign/{call}", {parameter: theirs, **kind})
