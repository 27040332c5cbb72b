"""Chapters about orders: statuses, studies, study groups, and their reports in every type."""

from __future__ import annotations

from mock.tests.helpers.defect_probe import STATUSES, Probe
from pacsimile_mock.clock import SECOND
from pacsimile_spec.report_types import ORDER_TYPES, REPORT_TYPES


def orders(probe: Probe) -> None:
    """Statuses, studies and groups."""
    study = probe.mine("study_with_orders", statuses=["COMPLETED", "COMPLETED", "PROCESSING"])
    other = probe.mine("study_with_orders", statuses=["COMPLETED"] * 3, seconds=[0, 5, 5], submitted=[3, 2, 1])
    zones = probe.mine("study_with_orders", statuses=["COMPLETED"] * 2, offsets=["+09:00", "-05:00"])
    failed = probe.mine("order_in_status", status="FAILED")
    cancelled = probe.mine("order_in_status", status="CANCELLED")
    waiting = probe.mine("order_in_status", status="RECEIVED")
    many = probe.mine("study_with_orders", statuses=["COMPLETED"] * 120)
    for order_id in [*study["order_ids"], failed["order_id"], cancelled["order_id"], waiting["order_id"]]:
        probe.call("getStatus", f"order_id={order_id}")
        for report_type in ("json", "txt", "fhir", "csv", "docx"):
            probe.call("getResult", f"order_id={order_id}&report_type={report_type}")
            probe.call("getResult", f"order_id={order_id}&report_type={report_type}")
    for uid in (study["study_uid"], other["study_uid"], zones["study_uid"], many["study_uid"], "1.2.3", "1.02.3"):
        for operation, extra in (("getStatus", ""), ("getOrderIds", ""), ("getResult", "&report_type=json")):
            probe.call(operation, f"study_uid={uid}{extra}")
            probe.call(operation, f"study_uid={uid}%0A{extra}")
            probe.call(operation, f"study_uid={uid}%00{extra}")
    first = study["order_ids"][0]
    for query in (
        "",
        "order_id=",
        f"order_id={first[:-1]}",
        f"order_id={first.lower()}",
        "order_id=NO-SUCH",
        f"order_id={first}&order_id={first}",
        f"order_id={first}&study_uid=1.2.3",
        f"order_id={first}&colour=red",
        "order_id=%C3%A4",
    ):
        probe.call("getStatus", query)
    probe.mine("order_advanced", order_id=waiting["order_id"], status="PROCESSING")
    for progress in (20, 60):
        probe.mine("order_advanced", order_id=waiting["order_id"], progress=progress)
        probe.call("getStatus", f"order_id={waiting['order_id']}")
    for _ in range(20):
        probe.call("getOrderIds", f"study_uid={study['study_uid']}")


def groups(probe: Probe) -> None:
    """Reports of study groups."""
    for statuses in (["COMPLETED", "FAILED"], ["COMPLETED", "COMPLETED"], STATUSES, ["FAILED", "CANCELLED"]):
        group = probe.mine("study_group", statuses=statuses)
        name = group["study_group"]
        probe.call("getGroupReport", f"study_group={name}&report_type=json")
        probe.call("getGroupReport", f"study_group={name}&report_type=csv")
        if "COMPLETED" in statuses:
            status = probe.world.store.find_order(group["order_ids"][0])
            assert status is not None
            probe.mine("report_amended", report_id=status.report_id(1))
            probe.call("getGroupReport", f"study_group={name}&report_type=json")
            probe.call("getGroupReport", f"study_group={name}&report_type=csv")
            probe.call("getResult", f"order_id={group['order_ids'][0]}&report_type=json")
    probe.call("getGroupReport", "study_group=nobody&report_type=json")


def documents(probe: Probe) -> None:
    """Reports in every type, before and after an amendment, and those of a study group beside another."""
    order = probe.mine("order_in_status", status="COMPLETED")["order_id"]
    group = probe.mine("study_group", statuses=["COMPLETED", "FAILED", "CANCELLED", "COMPLETED"])
    probe.mine("study_group", statuses=["FAILED", "COMPLETED"])
    kept = probe.world.store.find_order(order)
    member = probe.world.store.find_order(group["order_ids"][0])
    assert kept is not None
    assert member is not None
    for amended in (False, True):
        if amended:
            probe.mine("report_amended", report_id=kept.report_id(1))
            probe.mine("report_amended", report_id=member.report_id(1))
        for name, known in REPORT_TYPES.items():
            if known.of_order:
                probe.call("getResult", f"order_id={order}&report_type={name}")
                probe.call("getResult", f"study_uid={kept.study_uid}&report_type={name}")
            if known.of_group:
                probe.call("getGroupReport", f"study_group={group['study_group']}&report_type={name}")


def late_events(probe: Probe) -> None:
    """Studies whose older order goes on, completes and is amended after the newest one has ended."""
    for end in ("COMPLETED", "FAILED"):
        study = probe.mine("study_with_orders", statuses=["PROCESSING", "RECEIVED"])
        uid, (older, newest) = study["study_uid"], study["order_ids"]
        probe.mine("order_advanced", order_id=newest, progress=40)
        probe.mine("order_advanced", order_id=older, progress=70)
        probe.call("getStatus", f"study_uid={uid}")
        for order_id, status in ((newest, end), (older, "COMPLETED")):
            probe.world.clock.advance(SECOND)
            probe.mine("order_advanced", order_id=order_id, status=status)
            for operation, extra in (("getStatus", ""), ("getOrderIds", ""), ("getResult", "&report_type=json")):
                probe.call(operation, f"study_uid={uid}{extra}")
    first = probe.mine("order_in_status", status="COMPLETED", study_group="First")
    probe.mine("order_in_status", status="RECEIVED", study_uid=first["study_uid"], study_group="Second")
    probe.call("getStatus", f"order_id={first['order_id']}")


def offers(probe: Probe) -> None:
    """Orders that offer some types, asked for each type by id and by study; a group whose name has signs of csv."""
    for offered in (["json", "pdf"], ["txt", "hl7v2"]):
        order = probe.mine("order_in_status", status="COMPLETED", report_types=offered)
        for name in ORDER_TYPES:
            for selector in ("order_id", "study_uid"):
                probe.call("getResult", f"{selector}={order[selector]}&report_type={name}")
    named = probe.mine("order_in_status", status="COMPLETED", study_group='=2 "B", 7')
    probe.call("getGroupReport", "study_group=%3D2%20%22B%22%2C%207&report_type=csv")
    for status in ("COMPLETED", "PROCESSING"):
        probe.mine("order_in_status", status=status, study_uid=named["study_uid"])
        probe.call("getGroupReport", "study_group=%3D2%20%22B%22%2C%207&report_type=csv")


def rare_reports(probe: Probe) -> None:
    """Many reports, some of them amended, in types with members; that of an order west of Greenwich."""
    study = probe.mine("study_with_orders", statuses=["COMPLETED"], offsets=["-11:00"])
    probe.call("getResult", f"order_id={study['order_ids'][0]}&report_type=fhir")
    home = probe.state("fresh_organization", ready_reports=22)
    token = probe.token_of(home)
    for report_id in home["report_ids"][:2]:
        probe.state("report_amended", report_id=report_id, organization_id=home["organization_id"])
    for order_id in home["order_ids"][:2]:
        probe.call("getResult", f"order_id={order_id}&report_type=hl7v2", token=token)
    for order_id in home["order_ids"][2:]:
        probe.call("getResult", f"order_id={order_id}&report_type=dicom_sr", token=token)
