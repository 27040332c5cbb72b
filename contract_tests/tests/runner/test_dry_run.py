"""What a run would ask, and whether its limits suffice."""

from dataclasses import replace

import pytest

from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.dry_run import Rehearsal, rehearse
from pacsimile_contract.target.model import MOST_REQUESTS, Client, Limits, States, Target

TARGET = Target(
    "http://127.0.0.1:9", "http://127.0.0.1:9/oauth2", {"primary": Client("primary", "id", "secret")},
    states=States("http://127.0.0.1:9/states"), world_of_its_own=True, listing_allowed=True, hostile_input=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def full() -> Rehearsal:
    """Rehearse a run at level full of a service that has everything."""
    return rehearse(TARGET, Options(level="full"))


def test_a_run_at_level_full_needs_no_more_requests_than_it_has(full: Rehearsal) -> None:
    """All is asked within the requests of a run by default; drawn histories take what is left of them."""
    assert MOST_REQUESTS / 2 < full.requests < MOST_REQUESTS


def test_a_run_that_its_requests_do_not_suffice_for_is_planned_as_a_whole() -> None:
    """So the plan says how many more it needs."""
    few, options = replace(TARGET, limits=Limits(max_requests=50)), Options(requirements=("AUTH-*",))
    assert rehearse(few, options).requests == rehearse(TARGET, options).requests > 50
