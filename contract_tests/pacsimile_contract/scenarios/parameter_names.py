"""Names of parameters that are spelt wrong: in the place of the right one, and beside it."""

from collections.abc import Callable, Mapping

from pacsimile_contract.checkers import parameter_names as checks
from pacsimile_contract.client.requests import query_of
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.findings.registry import scenario
from pacsimile_contract.session import Session
from pacsimile_contract.session.sample_calls import ForbiddenCollector
from pacsimile_contract.session.scope_checks import LACKS_READING, may_read
from pacsimile_contract.session.shared_states import an_order, nobodys_group
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import OperationId

QueryPairs = list[tuple[str, str]]


def _in_another_convention(name: str) -> str:
    """Return `order_id` as `orderId`, and `organizationId` as `organization_id`."""
    first, *words = name.split("_")
    if words:
        return first + "".join(map(str.capitalize, words))
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


SPELLINGS: Mapping[str, Callable[[str], str]] = {
    "other-convention": _in_another_convention,
    "plural": lambda name: f"{name}s",
    "in-other-case": str.upper,
    "hyphenated": lambda name: (name if "_" in name else _in_another_convention(name)).replace("_", "-"),
    "blank-behind": lambda name: f"{name} ",
    "brackets": lambda name: f"{name}[]",
}
"""How the name of a parameter is spelt wrong. One that stays as it was is left out."""


LIKELIEST = "in-other-case"
"""The wrong spelling that services take for the right one more easily than others."""


@scenario(checks.knows_names_exactly, needs=("order_in_status", "study_group"), blocked_by=("STATUS-1",))
def misspelt(session: Session) -> None:
    """Call each operation with each parameter's name spelt wrong, alone and beside the right one.

    At level standard a third of the operations, in turn, get one spelling each, alone; the likeliest goes to one in any
    case, and one stands beside the right name. At level full each parameter goes in all alone, and in two beside it.
    """
    leaving, reads = ForbiddenCollector(), may_read(session)
    theirs = session.dialect.parameters if session.dialect else {}
    every = list(_queries(session, reads=reads).items())
    spelt = [list(SPELLINGS)[(session.seed + place) % len(SPELLINGS)] for place in range(len(every))]
    always = [0, *(place for place, spelling in enumerate(spelt) if spelling == LIKELIEST)]
    for place in session.in_turn(range(len(every)), 3, always):
        operation, queries = every[place]
        chosen = queries if session.level == "full" else [queries[(session.seed + 2 * place) % len(queries)]]
        for number, (name, right) in enumerate(chosen, place):
            taken = {name, *theirs.values()}  # what a dialect calls a parameter is no wrong name there
            for spelling, alone in _chosen(session, place, number):
                wrong = SPELLINGS[spelling](name)
                if wrong not in taken:
                    with leaving.skipping():
                        _ask(session, operation, name, right, wrong, spelling, alone=alone)
    leaving.finish()
    if not reads:
        session.lack(LACKS_READING)


def _chosen(session: Session, place: int, number: int) -> list[tuple[str, bool]]:
    """Return the spellings to try for a parameter, each with whether it stands alone.

    Args:
        session: the scenario's.
        place: the place of its operation among all.
        number: by which the spellings beside the right name take turns.
    """
    spellings, full = list(SPELLINGS), session.level == "full"
    alone = spellings if full else [spellings[(session.seed + place) % len(spellings)]]
    beside = [spellings[turn] for turn in session.spread(session.seed + number, len(spellings), 3)] if full else []
    if place == 0 and spellings[1] not in beside:
        beside.append(spellings[1])
    return [*((spelling, True) for spelling in alone), *((spelling, False) for spelling in beside)]


def _queries(session: Session, *, reads: bool) -> Mapping[OperationId, list[tuple[str, QueryPairs]]]:
    """Return by operation each parameter, with a right query that has it."""
    order = an_order(session)
    by_order, by_study = ("order_id", str(order["order_id"])), ("study_uid", str(order["study_uid"]))
    queries: dict[OperationId, list[QueryPairs]] = {"getStatus": [[by_order], [by_study]], "getOrderIds": [[by_study]]}
    if reads:
        of_type, home = ("report_type", session.plain_type), ("organizationId", str(session.home.organization_id))
        queries["getResult"] = [[by_order, of_type], [by_study, of_type]]
        queries["getGroupReport"] = [[("study_group", _group(session)), ("report_type", session.group_types[0])]]
        queries["listReports"] = [[home, ("limit", "1")]]
        if session.dialect is None or session.dialect.acknowledgements.with_body:
            queries["acknowledgeReports"] = [[home]]
    return {
        operation: list({name: (name, right) for right in rights for name, _ in right}.values())
        for operation, rights in queries.items()
    }


def _group(session: Session) -> str:
    try:
        return str(session.state("study_group", statuses=["COMPLETED"])["study_group"])
    except NotExercised:
        return nobodys_group(session)


def _ask(
    session: Session, operation: OperationId, name: str, right: QueryPairs, wrong: str, spelling: str, *, alone: bool
) -> None:
    """Call an operation with a name spelt wrong: in the place of the right one, or beside it with the same value.

    An acknowledgement names no report, so that it marks none where it is accepted.
    """
    value = dict(right)[name]
    pairs = [(wrong if pair[0] == name else pair[0], pair[1]) for pair in right] if alone else [*right, (wrong, value)]
    parameters = {parameter.name: parameter for parameter in operations()[operation].parameters}
    needed = parameters[name].required or name in operations()[operation].exactly_one_of
    part = checks.ALONE if alone and needed else checks.BESIDE
    body = {"report_ids": list[str]()} if operation == "acknowledgeReports" else None
    session.call(operation, f"{part}/{operation}/{name}-{spelling}", query=query_of(pairs), body=body)
