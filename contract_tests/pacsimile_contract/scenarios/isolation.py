"""Asking for what belongs to another organization."""

from collections.abc import Mapping

from pacsimile_contract import facts
from pacsimile_contract.checkers import isolation as checks
from pacsimile_contract.checkers.common import telling_headers, telling_members
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session

Call = tuple[str, str, Mapping[str, str]]
"""An operation, the parameter that names what may be another's, and the other parameters."""
REPEATS = 4
"""How often two calls are repeated at most, to see which headers come and go."""


@scenario(checks.answers_as_unknown, level="smoke", needs=("other_organization",))
def foreign_objects(session: Session) -> None:
    """Ask each operation for another organization's object, and for an unknown one of the same shape.

    Half of them its owner asks for rightly before: what a service remembers of that is the owner's too.
    """
    other = session.state("other_organization")
    if not other.owned:
        session.note("may-share", {"order_id": other["order_id"]})
    calls = checks.CALLS if session.level == "smoke" or not other.owned else _asked_by_the_owner(session, other)
    for call, how in calls.items():
        if not session.can_ask(how[0], how[1]) or (session.level == "smoke" and call not in checks.FIRST_CALLS):
            continue
        foreign_id = other.values.get(how[1])
        if isinstance(foreign_id, str):
            _ask_both(session, call, how, foreign_id)


def _asked_by_the_owner(session: Session, other: ProvidedState) -> Mapping[str, Call]:
    """Ask for some objects as their owner, and return the calls: for types that the order and the group offer."""
    calls, client = dict(checks.CALLS), other.client
    if session.can_ask("getStatus", "order_id"):
        status = session.call("getStatus", "owner/status", client=client, order_id=other["order_id"])
        offered = [name for name in facts.order_status(status).report_types or () if name in session.order_types]
        for call in ("result-by-order", "result-by-study") if offered else ():
            operation, parameter, _ = calls[call]
            calls[call] = (operation, parameter, {"report_type": session.draw.choice(offered)})
    for call in ("result-by-study", "group-report"):
        operation, parameter, more = calls[call]
        if call == "group-report":
            more = {"report_type": session.drawn_group_type()}
        if session.can_ask(operation, parameter) and isinstance(other.values.get(parameter), str):
            asked = session.call(operation, f"owner/{call}", {parameter: other[parameter], **more}, client=client)
            calls[call] = (operation, parameter, more) if asked.succeeded else calls[call]
    return calls


def _ask_both(session: Session, call: str, how: Call, foreign_id: str) -> None:
    """Ask for an unknown object and for a foreign one; repeat both while the names of headers or members differ.

    The unknown identifier is the foreign one, mistyped, for a service that suggests what may be meant. Where that
    exists after all, another one is asked for. Repeated, the two take turns in going first, as replicas may answer.
    """
    operation, parameter, more = how
    names = {"unknown": session.lookalike(foreign_id, near=True), "foreign": foreign_id}
    unknown, foreign = (session.call(operation, f"{kind}/{call}", {parameter: names[kind], **more}) for kind in names)
    if checks.identifier_exists(unknown):
        names["unknown"] = session.lookalike(foreign_id)
        unknown = session.call(operation, f"unknown/{call}", {parameter: names["unknown"], **more})
        if checks.identifier_exists(unknown):
            return
    kinds = list(names)
    for _ in range(REPEATS):
        answers = [checks.answers_about(session.story, kind, call) for kind in checks.KINDS]
        answers += [checks.answers_about(session.story, kind) for kind in checks.KINDS]
        if foreign.succeeded or not (telling_headers(*answers) or telling_members(*answers)):
            return
        kinds.reverse()
        for kind in kinds:
            session.call(operation, f"{kind}-again/{call}", {parameter: names[kind], **more})


@scenario(checks.answers_as_unknown, needs=("order_in_status",))
def foreign_unfinished_order(session: Session) -> None:
    """Ask for the report of another organization's order that is not finished."""
    other = session.state("order_in_status", status="PROCESSING", organization_id=None)
    if other.organization_id == session.home.organization_id:
        session.lack("needs the state order_in_status in an organization of its own: supply it by `states: url`")
    how = checks.CALLS["result-by-order"]
    _ask_both(session, "unready-result", how, str(other[how[1]]))
