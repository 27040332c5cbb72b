"""The order of a run: what shows harm comes first, and what blocks it before it."""

import pytest

from pacsimile_contract.findings.registry import LEVELS, Scenario
from pacsimile_contract.runner.scenario_order import chosen_scenarios, does_harm
from pacsimile_spec import requirements


def _ordinary(level: str) -> list[Scenario]:
    return [each for each in chosen_scenarios(list(requirements()), level) if not (each.spends or each.late)]


@pytest.mark.parametrize("level", LEVELS)
def test_only_what_blocks_a_harmful_scenario_comes_before_it(level: str) -> None:
    """A run that ends early has asked for access, isolation and lost reports before any form."""
    ordered = _ordinary(level)
    last = max(place for place, each in enumerate(ordered) if does_harm(each.requirements))
    blockers = {name for each in ordered for name in each.blocked_by}
    for each in ordered[:last]:
        assert does_harm(each.requirements) or blockers & set(each.requirements), each.name


def test_access_isolation_and_the_queue_come_in_this_order() -> None:
    """Within the harmful ones; their blockers aside, the first of each theme follows the last of the one before."""
    names = [each.name for each in _ordinary("standard")]
    order = ["forged.forgeries", "isolation.foreign_objects", "queue.list_fetch_acknowledge", "results.every_type"]
    assert sorted(order, key=names.index) == order


@pytest.mark.parametrize("level", LEVELS)
def test_what_blocks_is_judged_before_what_it_blocks(level: str) -> None:
    """Wherever the contract's order has it before: one fault turns few rows red."""
    rank = {name: number for number, name in enumerate(requirements())}
    ordered = _ordinary(level)
    for place, each in enumerate(ordered):
        first = min(rank[name] for name in each.requirements)
        for blocker in each.blocked_by:
            judges = [at for at, other in enumerate(ordered) if blocker in other.requirements]
            earlier = [at for at in judges if min(rank[name] for name in ordered[at].requirements) < first]
            moves = [at for at in earlier if ordered[at].moves_clock > each.moves_clock]
            assert all(at < place for at in earlier if at not in moves), (each.name, blocker)


def test_clock_movers_follow_the_other_harmful_ones() -> None:
    """They come before the form, so that they are reached too."""
    ordered = _ordinary("full")
    movers = [place for place, each in enumerate(ordered) if each.moves_clock and does_harm(each.requirements)]
    harmful = [place for place, each in enumerate(ordered) if does_harm(each.requirements) and not each.moves_clock]
    assert max(harmful) < min(movers)
    assert max(movers) < len(ordered) - 1
