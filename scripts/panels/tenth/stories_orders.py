"""Stories about statuses and the orders of a study."""

from __future__ import annotations

import time

from scripts.panels.play import Server, shows

STUDIES = 4
"""Studies that are tried, since the two instants of a study may lie on both sides of a full second."""
APART = 0.3
"""Seconds between two of them, so that they do not lie so in all."""


@shows("panel-column-of-creation-has-whole-seconds")
def _(server: Server) -> bool:
    """Ask the status of studies with two orders a tenth of a second apart, the older submitted later: the newer's."""
    for _ in range(STUDIES):
        values = server.state(
            "study_with_orders", statuses=["COMPLETED", "COMPLETED"], seconds=[0, 0.1], submitted=[1, 0]
        )
        if server.caller(values).status(study_uid=values["study_uid"])["order_id"] != values["order_ids"][-1]:
            return False
        time.sleep(APART)
    return True


@shows("panel-progress-does-not-touch-updated-at")
def _(server: Server) -> bool:
    """Ask the status of an order in PROCESSING, let it progress, and ask again: `updated_at` has moved."""
    values = server.state("order_in_status", status="PROCESSING")
    caller, order_id = server.caller(values), values["order_id"]
    before = caller.status(order_id=order_id)["updated_at"]
    server.state("order_advanced", order_id=order_id, progress=80)
    return bool(caller.status(order_id=order_id)["updated_at"] != before)


@shows("panel-cancelled-orders-count-as-deleted")
def _(server: Server) -> bool:
    """Ask the order ids of a study with a COMPLETED and a CANCELLED order: both are there."""
    values = server.state("study_with_orders", statuses=["COMPLETED", "CANCELLED"])
    told = server.caller(values).get("/orderId", study_uid=values["study_uid"]).json["order_ids"]
    return bool(told == values["order_ids"][::-1])


@shows("panel-progress-is-100-at-each-end")
def _(server: Server) -> bool:
    """Ask the status of a FAILED order: its progress is below 100."""
    values = server.state("order_in_status", status="FAILED")
    return bool(server.caller(values).status(order_id=values["order_id"])["progress"] < 100)


@shows("panel-order-ids-come-in-the-order-of-the-key")
def _(server: Server) -> bool:
    """Ask the order ids of a study whose older order was submitted later: the first is the one that `/status` names."""
    values = server.state("study_with_orders", statuses=["COMPLETED", "COMPLETED"], seconds=[0, 60], submitted=[1, 0])
    caller, study_uid = server.caller(values), values["study_uid"]
    first = caller.get("/orderId", study_uid=study_uid).json["order_ids"][0]
    return bool(first == caller.status(study_uid=study_uid)["order_id"])
