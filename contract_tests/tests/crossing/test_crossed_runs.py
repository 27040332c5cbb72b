"""A run asks each cell of the crossing table, where the service has what it needs."""

from dataclasses import replace

import pytest

from contract_tests.tests.crossing.test_table import TARGET
from pacsimile_contract.crossing import table
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.dry_run import ObligingWire
from pacsimile_contract.runner.runner import run
from pacsimile_contract.scenarios.access import IN_QUERY
from pacsimile_contract.target.model import States

CROSSING = ("AUTH-9", "AUTH-11", "AUTH-12", "AUTH-13", "AUTH-14")


@pytest.fixture(scope="module", params=["standard", "full"])
def done(request: pytest.FixtureRequest) -> RunFinished:
    """Run against a wire that answers everything itself."""
    target = replace(TARGET, states=States("http://127.0.0.1:9/states"), world_of_its_own=True)
    options = Options(level=request.param, requirements=CROSSING, repeats=0)
    return run(target, options, wire=ObligingWire(target), blocking=False)


def test_each_combination_of_the_table_is_asked(done: RunFinished) -> None:
    """Whatever comes of it: the reports say that all was asked."""
    crossed = table.coverage(done.target, done.options.level, (story for story, _ in done.stories))
    assert crossed is not None
    assert crossed.asked == crossed.possible


def test_what_is_asked_later_was_asked_rightly_before(done: RunFinished) -> None:
    """By order and study, in the same type: what a service remembers of the right call opens nothing."""
    rightly: set[str] = set()
    for story, _ in done.stories:
        for step in story.steps:
            operation = str(step.exchange.operation)
            asked = f"{operation} {sorted((k, v) for k, v in step.exchange.given.items() if k not in IN_QUERY)}"
            if step.label.startswith("right/"):
                rightly.add(asked)
            if step.label.endswith(".later") and operation != "acknowledgeReports":
                assert asked in rightly, step.label
