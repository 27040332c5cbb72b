"""A world that begins at a time given: two starts give the same bytes for the same request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mock.tests.helpers.in_process import Caller, Service
from pacsimile_mock.clock import SECOND, system_time
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.storage import registry
from pacsimile_mock.testing import InProcess
from pacsimile_mock.testing.control import ControlError
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES

TIME = "2100-01-01T08:00:00+00:00"


def answers(scenario: str) -> dict[str, tuple[bytes, str | None]]:
    """What a mock that is started now answers to each operation, of each type: bytes, and their digest."""
    state = Service(WorldOptions(scenario=scenario, time=TIME))
    client: Client = state.world.clients["demo-hospital"]
    caller = Caller(state, client)
    listed = caller.get("/reports", organizationId="demo-hospital")
    first = listed.json["reports"][0]
    targets = ["/reports?organizationId=demo-hospital", f"/orderId?study_uid={first['study_uid']}"]
    for order in state.world.store.orders_of("demo-hospital"):
        targets.append(f"/status?order_id={order.order_id}")
        if order.study_group:
            targets += [f"/report?study_group={order.study_group}&report_type={name}" for name in GROUP_TYPES]
    targets += [f"/results?order_id={first['order_id']}&report_type={name}" for name in ORDER_TYPES]
    replies = {target: caller.call("GET", target) for target in targets}
    assert all(replies[one].status == 200 for one in targets if one.startswith("/results")), replies
    return {one: (reply.body, reply.headers["Date"]) for one, reply in replies.items()}


@pytest.mark.parametrize("scenario", ["demo", "groups"])
def test_two_starts_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch, scenario: str) -> None:
    """Every type of document, status and listing; a day later as well."""
    before = answers(scenario)
    monkeypatch.setattr(registry, "system_time", lambda: system_time() + 86_400 * SECOND)
    assert answers(scenario) == before
    assert any(target.startswith("/report?") for target in before)


@pytest.mark.parametrize("time", [TIME, "2100-01-01T10:00:00+02:00", datetime(2100, 1, 1, 8, tzinfo=UTC)])
def test_a_world_begins_when_it_is_told_to(time: Any) -> None:
    """However the time is written; its clock stands, until it is let run."""
    world = InProcess().world("demo", time=time)
    assert world.call("GET", "clock") == {"now": TIME, "frozen": True}
    assert world.call("GET", "")["time"] == TIME
    world.clock.advance("1h")
    assert world.clock.now() == datetime(2100, 1, 1, 9, tzinfo=UTC)
    world.clock.run()
    assert world.call("GET", "clock")["frozen"] is False


def test_a_world_may_begin_in_the_past() -> None:
    """Its clock goes on from there, and tokens with it."""
    world = InProcess().world(time="2001-02-03T04:05:06Z")
    assert world.clock.now() == datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC)
    world.clock.run()
    assert timedelta() <= world.clock.now() - datetime(2001, 2, 3, 4, 5, 6, tzinfo=UTC) < timedelta(hours=1)


@pytest.mark.parametrize(
    "time",
    [
        "soon",
        "2100-01-01",
        "2100-01-01T08:00:00",
        "1969-01-01T00:00:00Z",
        "9500-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_time_that_no_world_can_begin_at_is_refused(time: str) -> None:
    """One without an offset, above all."""
    with pytest.raises(ControlError, match="'time': "):
        InProcess().world(time=time)


def test_worlds_begin_when_the_server_does(tmp_path: Any) -> None:
    """Unless they say otherwise; kept in a database, the world is there after a restart as it was."""
    database = f"sqlite:///{tmp_path}/state.db"
    for _ in range(2):
        service = Service(WorldOptions(scenario="demo", time=TIME), database=database)
        assert service.world.clock.frozen
        assert service.world.options.time == TIME
        options = service.state.options.world
        made = service.state.worlds.create(options)
        assert made.clock.now() == service.world.clock.now()
        service.state.close()
