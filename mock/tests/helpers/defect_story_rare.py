"""Chapters about what goes wrong on rare occasion only: in corners, the second time, or after a refusal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import orjson

from mock.tests.helpers.defect_probe import JSON, STATUSES, Probe, part, unpadded
from pacsimile_mock.clock import SECOND
from pacsimile_mock.exchange import Call


def rare(probe: Probe) -> None:
    """What goes wrong the second time, past the hundredth, by a second, or while calls overlap."""
    header, claims, signature = probe.token.split(".")
    altered = orjson.loads(unpadded(claims)) | {"jti": "altered"}
    probe.call("getStatus", "order_id=NO-SUCH", token=f"{header}.{part(altered)}.{signature}")
    home = probe.state("fresh_organization", ready_reports=111, completed_seconds=list(range(111)))
    token, at_home = probe.token_of(home), {"organization_id": home["organization_id"]}
    owner, ids = f"organizationId={home['organization_id']}", home["report_ids"]
    probe.call("listReports", owner, token=token)
    amended = probe.state("report_amended", report_id=ids[0], **at_home)
    for named in ([amended["report_id"]], [amended["report_id"]], ids[1:110]):
        sent = orjson.dumps({"report_ids": named})
        probe.call("acknowledgeReports", owner, token=token, body=sent, headers=JSON)
        probe.call("listReports", owner, token=token)
    study = probe.mine("study_with_orders", statuses=["COMPLETED", "COMPLETED"])
    probe.call("getResult", f"study_uid={study['study_uid']}&report_type=hl7v2")
    new = "1.3.6.1.4.1.32473.1.77"
    probe.call("getOrderIds", f"study_uid={new}")
    probe.mine("order_in_status", status="COMPLETED", study_uid=new)
    probe.call("getOrderIds", f"study_uid={new}")
    _both_acknowledge(probe, owner, token, ids[110])


def _both_acknowledge(probe: Probe, owner: str, token: str, report_id: str) -> None:
    """Acknowledge one report twice at once; how often it was marked is written down."""
    path, sent = "/reports", orjson.dumps({"report_ids": [report_id]})
    headers = JSON | {"authorization": f"Bearer {token}"}
    calls = [Call("POST", path, owner, headers, sent, len(sent), operation="acknowledgeReports") for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(probe.world.answer, calls))
    probe.note(f"marked {sum(orjson.loads(answer.body)['count'] for answer in answers)} times")


def corners(probe: Probe) -> None:
    """The queue's corners: late finishers, superseded reports, repeats; very many at once; what is recorded."""
    home = probe.state("fresh_organization", ready_reports=44)
    token, at_home = probe.token_of(home), {"organization_id": home["organization_id"]}
    owner, ids = f"organizationId={home['organization_id']}", home["report_ids"]
    waiting = probe.state("order_in_status", status="PROCESSING", **at_home)
    probe.call("listReports", owner + "&limit=2", token=token)
    probe.state("order_advanced", order_id=waiting["order_id"], status="COMPLETED", **at_home)
    probe.state("report_becomes_ready", completed_seconds_ago=9000, **at_home)
    probe.state("report_amended", report_id=ids[40], **at_home)
    probe.call("acknowledgeReports", owner, token=token)
    probe.call("listReports", owner + "&limit=2", token=token)
    for named in (ids[40:41], ids[2:22], ids[2:22]):
        sent = orjson.dumps({"report_ids": named})
        probe.call("acknowledgeReports", owner, token=token, body=sent, headers=JSON)
        probe.call("listReports", owner, token=token)
    probe.call("acknowledgeReports", owner, token=token, headers=JSON, body=b"{")
    probe.call("listReports", owner, token=token, headers={"x-http-method-override": "POST"})
    for query in (owner + "&limit=0", owner + "%00"):
        probe.call("listReports", query, token=token)
    probe.call("getStatus", f"order_id={home['order_ids'][0]}", token=token, headers={"cookie": "a=b"})
    probe.call("getOrderIds", "study_uid=1.2.3", token=None)
    probe.call("getGroupReport", "study_group=nobody&report_type=json", token=None)
    empty = probe.state("fresh_organization", ready_reports=0)
    probe.call("listReports", f"organizationId={empty['organization_id']}", token=probe.token_of(empty))
    group = probe.mine("study_group", statuses=["COMPLETED"] * 41)["study_group"]
    for asked in (
        f"{group}&report_type=csv",
        f"{group}%20&report_type=csv",
        f"{group}&report_type=pdf",
        f"{group}&report_type=txt",
    ):
        probe.call("getGroupReport", f"study_group={asked}")
    many = probe.state("fresh_organization", ready_reports=1001, completed_seconds=[at // 7 for at in range(1001)])
    probe.call("listReports", f"organizationId={many['organization_id']}", token=probe.token_of(many))
    probe.note(str([(one.operation, one.status, one.request_id == "-") for one in probe.world.journal.entries()]))


def details(probe: Probe) -> None:
    """What was refused in between, what changes after it was asked for, and what comes first of two faults."""
    _refused_in_between(probe)
    _changes(probe)
    own = probe.primary["organization_id"]
    for query in (f"organizationId={own}&limit=1", f"organizationId={own}&colour=red", "organizationId="):
        probe.call("acknowledgeReports", query)
    long_names = orjson.dumps({"report_ids": [f"{number:064}" for number in range(10_000)]})
    probe.call("acknowledgeReports", f"organizationId={own}", body=long_names, headers=JSON)
    failed = probe.mine("order_in_status", status="FAILED", report_types=["json"])["order_id"]
    probe.call("getResult", f"order_id={failed}&report_type=pdf")
    probe.world.clock.advance(SECOND // 2)  # the newest order is created at that, in the midst of a second
    study = probe.mine("study_with_orders", statuses=STATUSES, seconds=[0, 0.4], submitted=[2, 1])["study_uid"]
    probe.world.clock.advance(SECOND // 2)
    probe.call("getStatus", f"study_uid={study}")
    probe.mine("order_in_status", status="COMPLETED", study_group="g" * 127 + "a")
    for asked in ("g" * 127 + "b&report_type=json", "nobody&report_type=fhir"):
        probe.call("getGroupReport", f"study_group={asked}")
    for path, query in (("/STATUS", f"order_id={failed}"), ("/orderid", f"study_uid={study}")):
        probe.call(None, query, path=path)
    signed, _, signature = probe.token.rpartition(".")
    probe.call("getStatus", f"order_id={failed}", token=f"{signed}.{signature[::-1]}")


def _refused_in_between(probe: Probe) -> None:
    for operation, query, body in (
        ("listReports", "&limit=0", b""),
        ("listReports", "X", b""),
        ("acknowledgeReports", "", b"{"),
    ):
        home = probe.state("fresh_organization", ready_reports=1)
        token, owner = probe.token_of(home), f"organizationId={home['organization_id']}"
        probe.call("listReports", owner, token=token)
        probe.call(operation, owner + query, token=token, body=body, headers=JSON if body else {})
        probe.call("acknowledgeReports", owner, token=token)


def _changes(probe: Probe) -> None:
    order = probe.mine("order_in_status", status="PROCESSING")
    kept = probe.world.store.find_order(order["order_id"])
    assert kept is not None
    for change in ({"progress": 95}, {"status": "COMPLETED"}, None):
        for operation, extra in (("getStatus", ""), ("getOrderIds", ""), ("getResult", "&report_type=json")):
            probe.call(operation, f"study_uid={order['study_uid']}{extra}")
        if change is not None:
            probe.mine("order_advanced", order_id=order["order_id"], **change)
    probe.mine("report_amended", report_id=kept.report_id(1))
    for operation in ("getStatus", "getOrderIds"):
        probe.call(operation, f"study_uid={order['study_uid']}")
