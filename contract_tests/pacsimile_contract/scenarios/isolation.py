"""Asking for what belongs to another organization."""

from collections.abc import Mapping

from pacsimile_contract.checkers import isolation as checks
from pacsimile_contract.checkers.common import telling_headers
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session

REPEATS = 4
"""How often two calls are repeated at most, to see which headers come and go."""


@scenario(checks.answers_as_unknown, level="smoke", needs=("other_organization",))
def foreign_objects(session: Session) -> None:
    """Ask each operation for another organization's object, and for an unknown one of the same shape."""
    other = session.state("other_organization")
    if not other.owned:
        session.note("may-share", {"order_id": other["order_id"]})
    for call, how in checks.CALLS.items():
        if not session.can_ask(how[0], how[1]) or (session.level == "smoke" and call not in checks.FIRST_CALLS):
            continue
        foreign_id = other.values.get(how[1])
        if isinstance(foreign_id, str):
            _ask_both(session, call, how, foreign_id)


def _ask_both(session: Session, call: str, how: tuple[str, str, Mapping[str, str]], foreign_id: str) -> None:
    """Ask for an unknown object and for a foreign one; repeat both while their header names differ."""
    operation, parameter, more = how
    names = {"unknown": session.lookalike(foreign_id), "foreign": foreign_id}
    unknown, foreign = (session.call(operation, f"{kind}/{call}", {parameter: names[kind], **more}) for kind in names)
    for _ in range(REPEATS):
        answers = (checks.answers_about(session.story, kind) for kind in ("foreign", "unknown"))
        if foreign.succeeded or unknown.succeeded or not telling_headers(foreign, unknown, *answers):
            return
        for kind, name in names.items():
            session.call(operation, f"{kind}-again/{call}", {parameter: name, **more})


@scenario(checks.answers_as_unknown, needs=("order_in_status",))
def foreign_unfinished_order(session: Session) -> None:
    """Ask for the report of another organization's order that is not finished."""
    other = session.state("order_in_status", status="PROCESSING", organization_id=None)
    if other.organization_id == session.home.organization_id:
        session.lack("needs order_in_status in an organization of its own")
    how = checks.CALLS["result-by-order"]
    _ask_both(session, "unready-result", how, str(other[how[1]]))
