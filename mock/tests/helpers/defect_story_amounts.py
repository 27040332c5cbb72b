"""A chapter about many orders of a study or group, orders that ended at once, and second amendments."""

from __future__ import annotations

from datetime import UTC, datetime

from mock.tests.helpers.defect_probe import Probe
from pacsimile_mock.clock import SECOND

THREE_YEARS = 1_100 * 86_400
LAST_MONDAY = int(datetime(2057, 12, 31, 12, tzinfo=UTC).timestamp())
"""The last day of a year, which belongs to the first week of the next one."""


def amounts(probe: Probe) -> None:
    """Large studies and groups, long ones, and reports of each type where a study has several."""
    apart = probe.mine("study_with_orders", statuses=["COMPLETED"] * 2, seconds=[0, THREE_YEARS])
    many = probe.mine("study_with_orders", statuses=[*["RECEIVED"] * 219, "COMPLETED"])
    for uid in (apart["study_uid"], many["study_uid"]):
        probe.call("getOrderIds", f"study_uid={uid}")
        probe.call("getStatus", f"study_uid={uid}")
        probe.call("getResult", f"study_uid={uid}&report_type=json")
    for kind in ("txt", "dicom_sr", "hl7v2"):
        for order in apart["order_ids"]:
            probe.call("getResult", f"order_id={order}&report_type={kind}")
    waiting = probe.mine("study_with_orders", statuses=["COMPLETED", "PROCESSING"])
    probe.call("getResult", f"study_uid={waiting['study_uid']}&report_type=hl7v2")
    _large_groups(probe)
    for end in ("CANCELLED", "FAILED"):
        order_id = probe.mine("order_in_status", status="RECEIVED", study_group="At once")["order_id"]
        probe.mine("order_advanced", order_id=order_id, status=end)
        probe.call("getStatus", f"order_id={order_id}")
        probe.call("getResult", f"order_id={order_id}&report_type=json")
    ago = probe.world.clock.now() // SECOND - LAST_MONDAY
    on_that_day = probe.mine("report_becomes_ready", completed_seconds_ago=ago)
    probe.call("getStatus", f"order_id={on_that_day['order_id']}")
    order = probe.world.store.find_order(apart["order_ids"][0])
    for version in (1, 2):
        probe.mine("report_amended", report_id=order.report_id(version))
    probe.call("getResult", f"order_id={apart['order_ids'][0]}&report_type=dicom_sr")


def _large_groups(probe: Probe) -> None:
    most = ["COMPLETED"] * 109
    for statuses in (
        [*most, "COMPLETED"], [*most, "PROCESSING"], ["PROCESSING", *most], ["COMPLETED", "FAILED", "PROCESSING"],
    ):  # fmt: skip
        group = probe.mine("study_group", statuses=statuses)
        if statuses[1] == "FAILED":
            probe.mine("order_advanced", order_id=group["order_ids"][2], progress=99)
            probe.call("getGroupReport", f"study_group={group['study_group']}&report_type=json")
            probe.mine("order_advanced", order_id=group["order_ids"][2], status="COMPLETED")
            probe.mine("report_amended", report_id=probe.world.store.find_order(group["order_ids"][0]).report_id(1))
        for kind in ("json", "csv"):
            probe.call("getGroupReport", f"study_group={group['study_group']}&report_type={kind}")
