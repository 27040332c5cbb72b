"""Which scenarios a run plays, and in which order."""

from collections.abc import Sequence

from pacsimile_contract.findings.registry import LEVELS, Scenario, scenarios
from pacsimile_spec import requirements


def chosen_scenarios(wanted: Sequence[str], level: str) -> list[Scenario]:
    """Return these requirements' scenarios at that level in the contract's order, clock movers and late ones last.

    What generates its input comes after those: it takes of the requests what they leave.
    """
    rank = {name: number for number, name in enumerate(requirements())}
    reached = LEVELS[: LEVELS.index(level) + 1]
    chosen = [each for each in scenarios() if set(each.requirements) & set(wanted) and each.level in reached]

    def order(scenario: Scenario) -> tuple[bool, bool, bool, int]:
        first = min(rank[name] for name in scenario.requirements)
        return bool(scenario.spends), scenario.late, scenario.moves_clock, first

    return sorted(chosen, key=order)
