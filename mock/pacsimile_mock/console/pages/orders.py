"""Orders: their states over time, and how to move them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response

from pacsimile_mock.console.control_calls import Refused, in_path
from pacsimile_mock.console.time_line import time_line
from pacsimile_mock.console.visit import Visit
from pacsimile_mock.control.orders import MOVES
from pacsimile_spec.statuses import FINAL, STATUSES

SHOWN = 200
FILTERS = ("status", "organization_id", "study_uid", "study_group")
ACTIONS = {
    "start": "Start", "finish": "Finish", "fail": "Fail", "cancel": "Cancel", "amend": "Amend its report",
}  # fmt: skip
"""What can be done to an order, with the label of the button; each is a key of `MOVES`."""


def show(visit: Visit, message: str | None = None) -> Response:
    """List the orders that the filters select, and offer to submit one."""
    wanted = visit.chosen(*FILTERS)
    asked = {name: value for name, value in wanted.items() if value}
    path = f"/worlds/{in_path(visit.name)}/orders"
    rows: list[Any] = []
    try:
        now = _now(visit)
        rows = [
            {**order, "ready": sum(_is_ready(report, now) for report in order["reports"])}
            for order in visit.calls.all_of(path, "orders", asked, SHOWN + 1)
        ]
    except Refused as error:
        message = message or str(error)
    return visit.page(
        "orders", "orders", "Orders", status=200 if message is None else 400, rows=rows[:SHOWN],
        more=len(rows) > SHOWN, wanted=wanted, statuses=STATUSES, organizations=visit.world.store.organizations(),
        message=message,
    )  # fmt: skip


def submit(visit: Visit) -> Response:
    """Submit an order, and go to it."""
    wanted: dict[str, Any] = visit.entered("organization_id", "status", "study_uid", "study_group")
    moves = visit.entered("finishes")
    if moves and "status" in wanted:
        return show(visit, "Choose a fixed status, or when the order is completed: not both.")
    if moves:
        wanted["moves"] = moves
    try:
        made = visit.of_world("POST", "/orders", wanted)
    except Refused as error:
        return show(visit, str(error))
    return visit.go("orders", made["order_id"])


def show_order(visit: Visit, order_id: str, message: str | None = None) -> Response:
    """Show an order: its time line, its reports, and what can be done to it."""
    order = visit.of_world("GET", f"/orders/{in_path(order_id)}")
    now = _now(visit)
    order["reports"] = [{**report, "ready": _is_ready(report, now)} for report in order["reports"]]
    is_final = order["status"] in FINAL
    actions = {name: label for name, label in ACTIONS.items() if name in MOVES and (name == "amend") == is_final}
    return visit.page(
        "order", "orders", order["order_id"], status=200 if message is None else 409, order=order, now=now,
        line=time_line(order["plan"], now), actions=actions if order["status"] not in ("FAILED", "CANCELLED") else {},
        message=message,
    )  # fmt: skip


def move(visit: Visit, order_id: str, action: str) -> Response:
    """Move an order; where that is not possible, say why on its page."""
    try:
        visit.of_world("POST", f"/orders/{in_path(order_id, action)}")
    except Refused as error:
        if error.status != 409:
            raise
        return show_order(visit, order_id, str(error))
    return visit.go("orders", order_id)


def _now(visit: Visit) -> str:
    now: str = visit.of_world("GET", "/clock")["now"]
    return now


def _is_ready(report: Mapping[str, Any], now: str) -> bool:
    """Tell whether a report is there by now. The plan of an order has those that come later as well."""
    return datetime.fromisoformat(report["ready_at"]) <= datetime.fromisoformat(now)
