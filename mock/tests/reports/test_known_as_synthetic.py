"""Every document that a scenario serves is known as synthetic by itself: any seed, any clock, amended, of a group."""

import pytest

from mock.tests.helpers.goldens import Scenario
from pacsimile_fixtures.synthetic import judge
from pacsimile_mock.clock import SECOND
from pacsimile_mock.seed.load import shipped


def documents(scenario: Scenario, after: int) -> dict[str, bytes]:
    """What is served of orders and groups, by what was asked."""
    scenario.move_to(after * SECOND)
    asked = [ask for ask in scenario.asks if ask.target.startswith(("/results", "/report?"))]
    replies = {f"{ask.organization_id} {ask.target}": scenario.answer(ask) for ask in asked}
    return {target: reply.body for target, reply in replies.items() if reply.status == 200}


@pytest.mark.parametrize("name", sorted(shipped()))
def test_what_a_scenario_serves_is_known(name: str) -> None:
    """A report is judged by its bytes alone; a scenario of few reports under its own seed, in the year 2100."""
    found = {target: judge(body) for target, body in documents(Scenario(name), 3600).items()}
    assert {target: each for target, each in found.items() if each.verdict != "synthetic"} == {}
