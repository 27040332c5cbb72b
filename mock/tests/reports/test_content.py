"""What the content of a report is made from."""

from datetime import timedelta

import pytest

from pacsimile_mock.clock import SECOND, Instant, as_datetime
from pacsimile_mock.orders import lifecycle
from pacsimile_mock.orders.lifecycle import Plan
from pacsimile_mock.orders.model import Order
from pacsimile_mock.reports import content
from pacsimile_spec.statuses import COMPLETED

START: Instant = 4_102_444_800 * SECOND
MOVING = lifecycle.moving(START, START + 2 * SECOND, START + 10 * SECOND, COMPLETED)
PARKED = lifecycle.parked(START, COMPLETED, START + 10 * SECOND)


@pytest.mark.parametrize(("plan", "started"), [(MOVING, 2), (PARKED, 5)])
@pytest.mark.parametrize("images", [None, 1])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_a_versions_times_are_those_of_its_order(
    plan: Plan, started: int, images: int | None, version: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reception, start and first completion are the order's, completion is the version's."""
    monkeypatch.setattr(content, "_content", lambda *of, **members: members)
    order = Order(1, 1, "hospital", "ORD-1", "1.2.3", 1, None, START, 1, plan)
    order.amendments = (START + 20 * SECOND, START + 30 * SECOND)
    order.images_at = None if images is None else START + images * SECOND
    made: object = content.of_order(order, order.planned_versions()[version - 1])
    assert isinstance(made, dict)
    seconds = {
        name: (at - as_datetime(START, 0)) // timedelta(seconds=1) for name, at in made.items() if name.endswith("_at")
    }
    assert seconds == {
        "received_at": 0, "started_at": started, "completed_at": 10 * version, "first_completed_at": 10,
        "images_at": images or 0,
    }  # fmt: skip
    assert made["received_at"].utcoffset() == timedelta()
    assert (made["version"], made["status"]) == (version, "final" if version == 1 else "amended")
