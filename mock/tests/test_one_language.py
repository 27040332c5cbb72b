"""Durations, counts of calls and names of members mean the same in bodies, scenario files and the fixture."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pacsimile_mock.clock import SECOND
from pacsimile_mock.faults.model import parse as parse_fault
from pacsimile_mock.faults.reading import FaultError
from pacsimile_mock.seed.load import parse as parse_scenario
from pacsimile_mock.testing import InProcess, TestWorld
from pacsimile_mock.testing.control import ControlError

FORMS: tuple[Any, ...] = (5400, 5400.0, "5400", "1h30m", "90m", "1.5h", timedelta(minutes=90))
"""An hour and a half."""
EXPECTED = "a duration up to 3650d: 90 or 1.5 (seconds), 500ms, 30s, 5m, 1h30m, 2d, not 'soon'"


@pytest.fixture
def world() -> TestWorld:
    """A world without a socket, whose clock stands."""
    made = InProcess().world()
    made.clock.freeze()
    made.clock.set(datetime(2100, 1, 1, tzinfo=UTC))
    return made


@pytest.mark.parametrize("form", FORMS, ids=repr)
def test_each_form_is_understood_in_bodies_and_by_the_fixture(world: TestWorld, form: Any) -> None:
    """Clock, orders, limits of faults, states."""
    began = world.clock.now()
    world.call("POST", "clock", {"advance": form})
    assert world.clock.now() - began == timedelta(minutes=90)
    world.clock.advance(form)
    assert world.clock.now() - began == timedelta(minutes=180)
    assert world.state("time_passes", seconds=form)["now"].startswith("2100-01-01T04:30:00")
    plans = [
        world.order(finishes=form, status="PROCESSING").told["plan"],
        world.call("POST", "orders", {"moves": {"starts": 0, "finishes": form}})["plan"],
    ]
    assert {one[-1]["at"] for one in plans} == {"2100-01-01T06:00:00+00:00"}
    aged = world.call("POST", "orders", {"status": "RECEIVED", "created_seconds_ago": form})
    assert datetime.fromisoformat(aged["created_at"]) == datetime(2100, 1, 1, 3, tzinfo=UTC)
    world.fault({"status": 503, "retry_after": form}, "getStatus", seconds=form)
    world.clock.advance(form)
    assert world.call("GET", "faults")["faults"][0]["over"] is True


@pytest.mark.parametrize("form", FORMS[:-1], ids=repr)
def test_each_form_is_understood_in_scenario_files(form: Any) -> None:
    """Orders and faults."""
    scenario = parse_scenario(
        "x.yaml",
        f"orders:\n  - {{moves: {{finishes: {form}}}, created: {form}}}\n"
        f"faults:\n  - {{effect: {{status: 503}}, limit: {{seconds: {form}}}}}\n",
    )
    order = scenario.orders[0]
    assert order.moves is not None
    assert order.moves.finishes == order.created_ago == 5_400 * SECOND
    assert parse_fault(scenario.faults[0]).limit.seconds == 5_400


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("clock", {"advance": "soon"}),
        ("orders", {"created_seconds_ago": "soon"}),
        ("orders", {"moves": {"finishes": "soon"}}),
        ("faults", {"effect": {"status": 503}, "limit": {"seconds": "soon"}}),
        ("states", {"state": "time_passes", "params": {"seconds": "soon"}}),
    ],
)
def test_all_else_is_refused_in_the_same_words(world: TestWorld, path: str, content: Any) -> None:
    """They show the forms."""
    with pytest.raises(ControlError) as refused:
        world.call("POST", path, content)
    assert EXPECTED in str(refused.value)


def test_status_calls_are_counted_alike(world: TestWorld) -> None:
    """`3 polls` as in a scenario file, a number beside its unit, the fixture's `polls`."""
    submitted = [
        {"moves": {"starts": "2 polls", "finishes": "3 polls"}},
        {"moves": {"starts": 2, "finishes": 3, "unit": "polls"}},
    ]
    made = [world.call("POST", "orders", one)["polls"] for one in submitted]
    assert made[0] == made[1] == world.order(polls=3).told["polls"]
    with pytest.raises(ControlError, match="'starts'"):
        world.call("POST", "orders", {"moves": {"starts": "1s", "finishes": "3 polls"}})
    with pytest.raises(ControlError, match="'starts' must be 3 polls at most"):
        world.call("POST", "orders", {"moves": {"starts": "4 polls", "finishes": "3 polls"}})


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"effect": {"status": 503}, "count": 2}, "'count' is a member of 'limit'"),
        ({"effect": {"status": 503}, "match": {"count": 2}}, "'count' is a member of 'limit'"),
        ({"effect": {"status": 503}, "nth": 2}, "'nth' is a member of 'match'"),
        ({"effect": {"status": 503}, "limit": {"every": 2}}, "'every' is a member of 'match'"),
        ({"effect": {"status": 503, "operation": "getStatus"}}, "'operation' is a member of 'match'"),
        ({"effect": {"status": 503}, "match": {"limit": 2}}, "'limit' stands beside 'match' and 'effect'"),
    ],
)
def test_a_member_in_the_wrong_place_is_told_its_place(content: Any, told: str) -> None:
    """In bodies and scenario files, which are read by the same reader."""
    with pytest.raises(FaultError) as refused:
        parse_fault(content)
    assert told in str(refused.value)


def test_the_fixture_counts_a_fault_as_the_command_does(world: TestWorld) -> None:
    """`count` and `seconds` are a limit's, also where they stand beside the rest."""
    world.fault({"status": 503}, "getStatus", nth=2, count=1, seconds="1h")
    (shown,) = world.call("GET", "faults")["faults"]
    assert (shown["match"], shown["limit"]) == ({"operation": "getStatus", "nth": 2}, {"count": 1, "seconds": "1h"})


def test_many_orders_alike_are_given_as_one_is(world: TestWorld) -> None:
    """With `count` beside its members; of the first organization where none is named."""
    made = world.call("POST", "orders", {"count": 3, "status": "COMPLETED", "study_group": "trial"})
    assert made["count"] == 3
    orders = world.call("GET", "orders?status=COMPLETED")["orders"]
    assert [one["organization_id"] for one in orders] == [world.organization_id] * 3
    with pytest.raises(ControlError, match="its members stand beside 'count' now"):
        world.call("POST", "orders", {"count": 3, "plan": {"status": "COMPLETED"}})


def test_whose_it_is_may_be_left_out_everywhere(world: TestWorld) -> None:
    """Orders, groups, clients: the first client's organization."""
    group = world.call("POST", "groups", {"statuses": ["COMPLETED"]})
    client = world.call("POST", "clients", {})
    assert group["organization_id"] == client["organization_id"] == world.organization_id


def test_a_path_is_found_with_and_without_its_slash(world: TestWorld) -> None:
    """`groups` and `/groups`; nothing is the world itself."""
    assert world.call("GET", "groups") == world.call("GET", "/groups")
    assert world.call("GET", "")["world"] == world.name


def test_what_is_no_json_is_refused_before_it_is_sent(world: TestWorld) -> None:
    """A TypeError that says what can be sent."""
    with pytest.raises(TypeError, match="give JSON, a timedelta or a datetime"):
        world.call("POST", "orders", {"study_uid": object()})
