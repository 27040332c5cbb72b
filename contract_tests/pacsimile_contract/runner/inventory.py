"""What data there is to judge with, and what to supply for the rest: said before the checks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pacsimile_contract import facts
from pacsimile_contract.english import ranged
from pacsimile_contract.errors import CannotTell, NotExercised
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.registry import Scenario
from pacsimile_contract.run.run import Run
from pacsimile_contract.session.scope_checks import LACKS_READING, lacks_scope
from pacsimile_contract.target.model import Target
from pacsimile_spec.scopes import REPORTS_READ

DISCOVERABLE = ("order_in_status", "study_with_orders", "study_group")
"""States of which a listing may show an example."""

SHOWN_BY_BOTH = ("other_organization", "study_shared_between_organizations")
"""States of which the listings of two organizations may show an example."""

KNOWABLE = (
    *DISCOVERABLE, *SHOWN_BY_BOTH, "study_group_shared_between_organizations",
)  # fmt: skip
"""States that stand, so that an operator may know an example; the others have to be made."""


def inventory(run: Run, scenarios: Sequence[Scenario]) -> list[str]:
    """Return a line for each source of states, then what to supply for those that none of them offers.

    A line that begins with two blanks belongs to the one before it.
    """
    target = run.target
    if target.states.url:
        return [_made(run)]
    return [*_sources(run, target), *_lacking(target, wanted(target, scenarios))]


def _made(run: Run) -> str:
    """Let the state URL make the organization in which most states are made, and say what came of it."""
    try:
        run.states.shared("fresh_organization", {})
    except (NotExercised, CannotTell) as error:
        return f"states: from the state URL, which gave no organization of our own: {error}"
    return "states: made by the state URL"


def wanted(target: Target, scenarios: Iterable[Scenario]) -> Mapping[str, list[str]]:
    """Return the states that neither fixtures nor a listing may have, each with the requirements that ask for it."""
    requirements_by_state: dict[str, list[str]] = defaultdict(list)
    for scenario in scenarios:
        for state in scenario.needs:
            if state not in target.states.fixtures and not is_findable(target, state):
                requirements_by_state[state].extend(scenario.requirements)
    return requirements_by_state


def is_findable(target: Target, state: str) -> bool:
    """Tell whether a listing may show an example of the state: the other organization's, to its own client."""
    other = target.clients.get("other_org")
    named = state in DISCOVERABLE or (state in SHOWN_BY_BOTH and other is not None and other.organization_id)
    return target.listing_allowed and bool(named)


def _sources(run: Run, target: Target) -> Iterator[str]:
    if target.states.fixtures:
        yield f"states: fixtures for {', '.join(target.states.fixtures)}"
    if target.listing_allowed:
        yield f"states: from a listing: {_listed(run)}"
    if not target.states.fixtures and not target.listing_allowed:
        yield "states: none, so requirements that need one are NOT-EXERCISED"


def _listed(run: Run) -> str:
    try:
        described = run.states.summary()
    except (NotExercised, CannotTell) as error:
        return f"none was to be had ({error})"
    return next((_refused(run, exchange) for exchange in run.history.exchanges if _is_refused(exchange)), described)


def _is_refused(asked: Exchange) -> bool:
    return asked.operation == "listReports" and asked.request.client == "primary" and not asked.succeeded


def _refused(run: Run, asked: Exchange) -> str:
    """Say what a refusal of the primary client's listing may mean."""
    if lacks_scope(run.history.exchanges, asked, REPORTS_READ):
        return f"none, it answered 403 insufficient_scope: {LACKS_READING}"
    if asked.status == 403 and facts.problem(asked).reason != "insufficient-scope":
        return "none, it refuses the organization_id of the target file (403): is it the primary client's?"
    return f"none, it answered {asked.status}" if asked.answer else f"none, it gave no answer ({asked.failure})"


def _lacking(target: Target, states: Mapping[str, Sequence[str]]) -> Iterator[str]:
    findable = [state for state in states if state in DISCOVERABLE]
    knowable = [state for state in states if state in KNOWABLE and state not in DISCOVERABLE]
    made = [state for state in states if state not in KNOWABLE]
    if findable:
        allow = (
            "" if target.listing_allowed else "allow a listing (`listing: {allowed: true}`, with a client of its own), "
        )
        yield f"to test more, {allow}name examples under `states: fixtures`, or offer a state URL (`states: url`):"
        yield from _asked(findable, states)
    if knowable:
        yield (
            "to test with two organizations, give a second client (`clients: other_org`), and a listing, fixtures or "
            "a state URL:"
        )
        yield from _asked(knowable, states)
    if made:
        yield "only a state URL (`states: url`) can make:"
        yield from _asked(made, states)


def _asked(names: Iterable[str], states: Mapping[str, Sequence[str]]) -> Iterator[str]:
    for name in names:
        yield f"  {name}, for {ranged(states[name])}"
