"""Which scenarios a run plays, and in which order."""

from collections.abc import Iterable, Mapping, Sequence

from pacsimile_contract.findings.registry import LEVELS, Scenario, scenarios
from pacsimile_spec import requirements

_HARMFUL_THEMES: Mapping[str, int] = {"AUTH": 0, "SEC": 1, "BATCH": 2}
"""The themes of requirements whose harmful scenarios come first: access, isolation, lost reports."""

_MADE_ANEW = frozenset({"fresh_organization", "token_with"})
"""States that a scenario has for itself. Of those that move the clock, scenarios that need none of these come first.
They use what the run has asked about shared states, which is forgotten when the clock moves."""


def chosen_scenarios(wanted: Sequence[str], level: str) -> list[Scenario]:
    """Return these requirements' scenarios at that level, in the order in which a run plays them.

    Scenarios that may show harm come first, so that a slow service or a small budget never leaves them out: access,
    isolation, lost reports, then wrong data. What blocks one of them comes before it, and clock movers behind. The
    others follow in the contract's order, then the late ones. What generates its input comes last: it takes of the
    requests what the others leave.
    """
    names = sorted(requirements(), key=lambda name: _HARMFUL_THEMES.get(name.rpartition("-")[0], len(_HARMFUL_THEMES)))
    rank = {name: number for number, name in enumerate(requirements())}
    harm_rank = {name: number for number, name in enumerate(names)}
    reached = LEVELS[: LEVELS.index(level) + 1]
    chosen = [each for each in scenarios() if set(each.requirements) & set(wanted) and each.level in reached]

    def order(scenario: Scenario) -> tuple[bool, bool, bool, int]:
        first = min(rank[name] for name in scenario.requirements)
        return bool(scenario.spends), scenario.late, scenario.moves_clock, first

    def harm_order(scenario: Scenario) -> tuple[bool, bool, int]:
        anew = scenario.moves_clock and not _MADE_ANEW.isdisjoint(scenario.needs)
        first = min(harm_rank[name] for name in scenario.requirements if does_harm([name]))
        return scenario.moves_clock, anew, first

    in_order = sorted(chosen, key=order)
    harmful = sorted((each for each in in_order if does_harm(each.requirements)), key=harm_order)
    return _harmful_first(in_order, harmful)


def does_harm(names: Iterable[str]) -> bool:
    """Whether breaking one of these requirements means unauthorized access, wrong data or a lost report."""
    return any(requirements()[name].harm for name in names)


def _harmful_first(in_order: Sequence[Scenario], harmful: Sequence[Scenario]) -> list[Scenario]:
    """Return scenarios, of those that run early or late alike the harmful ones first, each after what blocks it."""
    ordered: dict[str, Scenario] = {}
    for kind in ((False, False), (False, True), (True, False), (True, True)):
        of_kind = [each for each in in_order if (bool(each.spends), each.late) == kind]
        for scenario in harmful:
            if scenario in of_kind:
                _add_with_blockers(scenario, of_kind, ordered)
        ordered |= {each.name: each for each in of_kind if each.name not in ordered}
    return list(ordered.values())


def _add_with_blockers(scenario: Scenario, in_order: Sequence[Scenario], ordered: dict[str, Scenario]) -> None:
    """Add a scenario, and before it those that judge what blocks it and precede it in the contract's order."""
    if scenario.name in ordered:
        return
    blocking = set(scenario.blocked_by)
    for other in in_order[: in_order.index(scenario)]:
        if blocking & set(other.requirements) and other.moves_clock <= scenario.moves_clock:
            _add_with_blockers(other, in_order, ordered)
    ordered[scenario.name] = scenario
