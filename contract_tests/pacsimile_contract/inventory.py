"""What data there is to judge with, said before the checks."""

from collections import defaultdict
from collections.abc import Sequence

from pacsimile_contract.registry import Scenario
from pacsimile_contract.run import Run

DISCOVERABLE = ("order_in_status", "study_with_orders", "study_group")


def inventory(run: Run, scenarios: Sequence[Scenario]) -> list[str]:
    """Return a line for each source of states, and one for each state that none of them offers."""
    target = run.target
    lines = []
    if target.states.url:
        lines.append("states: made by the state URL")
    if target.states.fixtures:
        lines.append(f"states: fixtures for {', '.join(target.states.fixtures)}")
    if target.listing_allowed:
        lines.append("states: what a listing shows")
    if target.states.url:
        return lines
    wanted: dict[str, list[str]] = defaultdict(list)
    for scenario in scenarios:
        for state in scenario.needs:
            if state not in target.states.fixtures and not (target.listing_allowed and state in DISCOVERABLE):
                wanted[state].extend(scenario.requirements)
    lines += [
        f"no {state}: {', '.join(dict.fromkeys(names))} need{'s' * (len(set(names)) == 1)} it"
        for state, names in wanted.items()
    ]
    return lines
