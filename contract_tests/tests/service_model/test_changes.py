"""What two clients see of an order's changes."""

from typing import Any

import pytest

from contract_tests.tests.helpers.seen_run import ANNE, BEN, DONE, ORDER, SeenRun

EXACT = {**ORDER, "updated_at": "2026-03-01T10:05:00.5Z"}


@pytest.mark.parametrize(
    ("before", "after", "requirement"),
    [
        ({}, {"progress": 60, "updated_at": "2026-03-01T10:05:01.5Z"}, None),
        ({}, {"progress": 20, "updated_at": "2026-03-01T10:05:01.5Z"}, "STATUS-6"),
        ({}, {"updated_at": "2026-03-01T10:05:00.4Z"}, "STATUS-7"),
        ({}, {"progress": 60}, "STATUS-7"),
        ({"updated_at": "2026-03-01T10:05:00Z"}, {"updated_at": "2026-03-01T10:05:00Z", "progress": 60}, None),
        ({}, DONE, None),
    ],
)
def test_updated_at_follows_changes(before: dict[str, Any], after: dict[str, Any], requirement: str | None) -> None:
    """STATUS-6, STATUS-7: for any client; whole seconds may hold two changes."""
    run = SeenRun()
    anne, ben = run.home(ANNE, BEN).values()
    first = run.status({**EXACT, **before}, anne)
    second = run.status({**EXACT, **after}, ben)
    assert run.broken() == ([] if requirement is None else [(requirement, [first.number, second.number])])


@pytest.mark.parametrize(
    ("versions", "moved", "breaks"), [("R-1 R-2", 0, True), ("R-1 R-2", 1, False), ("R-2", 0, False)]
)
def test_updated_at_follows_an_amendment(versions: str, moved: int, breaks: bool) -> None:
    """STATUS-7: two versions were served between two statuses."""
    run = SeenRun()
    (anne,) = run.home(ANNE).values()
    status = {**DONE, "updated_at": "2026-03-01T10:09:00.5Z"}
    first = run.status(status, anne)
    for report in versions.split():
        headers = (("X-Order-Id", "A-1"), ("X-Report-Id", report))
        run.ask("getResult", anne, 200, {}, headers=headers, order_id="A-1", report_type="json")
    last = run.status({**status, "updated_at": f"2026-03-01T10:09:0{moved}.5Z"}, anne)
    assert run.broken() == ([("STATUS-7", list(range(first.number, last.number + 1)))] if breaks else [])
