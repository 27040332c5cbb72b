"""How many requests may be asked: of the run, and of the share that generated input spends."""

import pytest

from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.errors import BudgetSpent
from pacsimile_contract.findings.registry import scenarios
from pacsimile_contract.runner.scenario_order import chosen_scenarios
from pacsimile_contract.target.model import Limits
from pacsimile_spec import requirements


def _spend(pace: Pace, most: int) -> int:
    """Ask until nothing may be asked any more, `most` times at most; return how often it was possible."""
    for number in range(most):
        try:
            pace.take(token=False)
        except BudgetSpent:
            return number
    return most


def test_a_share_is_exact_and_ends_with_its_scenario() -> None:
    """Within a share of five the sixth request is refused; afterwards the run goes on."""
    pace = Pace(Limits(max_requests=100))
    with pace.share(5):
        assert pace.left == 5
        assert _spend(pace, 20) == 5
        assert pace.left == 0
    assert pace.left == 95
    pace.take(token=False)
    assert pace.requests == 6


def test_a_share_never_exceeds_what_the_run_may_ask() -> None:
    """Of a run that has three requests left, a share of fifty has three."""
    pace = Pace(Limits(max_requests=10))
    assert _spend(pace, 7) == 7
    with pace.share(50):
        assert pace.left == 3
        assert _spend(pace, 50) == 3
    with pytest.raises(BudgetSpent, match="max_requests"):
        pace.take(token=False)


def test_generated_input_comes_after_everything_else() -> None:
    """A run with few requests drops generated input before it drops a scenario; at smoke there is none."""
    for level in ("smoke", "standard", "full"):
        spending = [bool(one.spends) for one in chosen_scenarios(list(requirements()), level)]
        assert spending == sorted(spending)
        assert level != "smoke" or not any(spending)
    assert all(set(one.spends) <= {"standard", "full"} for one in scenarios())
