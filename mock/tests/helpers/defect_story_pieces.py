"""A chapter about orders of some types, sizes that no page divides, and callers who may not ask for what is wrong."""

from __future__ import annotations

import orjson

from mock.tests.helpers.defect_probe import JSON, Probe

ODD, MANY = 103, 1_003
"""Numbers of ids and of reports that are no multiple of a batch's size."""


def pieces(probe: Probe) -> None:
    """List, acknowledge and amend reports of one type; ask for what a last batch holds, and without the scope."""
    _one_type(probe)
    _last_pieces(probe)
    _refused(probe)


def _one_type(probe: Probe) -> None:
    home = probe.state("fresh_organization", ready_reports=1)
    place, token = {"organization_id": home["organization_id"]}, probe.token_of(home)
    owner = f"organizationId={home['organization_id']}"
    uid = probe.state("order_in_status", status="COMPLETED", study_group="Types", **place)["study_uid"]
    made = {"status": "COMPLETED", "study_group": "Types", **place}
    for kind in ("txt", "json"):
        probe.state("order_in_status", report_types=[kind], study_uid=uid, **made)
    probe.state("order_in_status", report_types=["txt"], study_uid=uid, **made)
    for query in ("getStatus", "getOrderIds"):
        probe.call(query, f"study_uid={uid}", token=token)
    probe.call("getGroupReport", "study_group=Types&report_type=json", token=token)
    probe.call("listReports", owner, token=token)
    probe.call("acknowledgeReports", owner, token=token)
    last = list(probe.world.store.orders_of(home["organization_id"]))[-1]
    probe.state("report_amended", report_id=last.report_id(1), **place)
    probe.call("listReports", owner, token=token)


def _last_pieces(probe: Probe) -> None:
    study = probe.mine("study_with_orders", statuses=["RECEIVED"] * ODD)
    probe.call("getOrderIds", f"study_uid={study['study_uid']}")
    tied = probe.mine("study_with_orders", statuses=["RECEIVED"] * ODD, seconds=[0] * ODD)
    probe.call("getOrderIds", f"study_uid={tied['study_uid']}")
    group = probe.mine("study_group", statuses=["COMPLETED"] * ODD)
    probe.call("getGroupReport", f"study_group={group['study_group']}&report_type=csv")
    home = probe.state("fresh_organization", ready_reports=MANY)
    owner, token = f"organizationId={home['organization_id']}", probe.token_of(home)
    named = orjson.dumps({"report_ids": home["report_ids"][:ODD]})
    probe.call("acknowledgeReports", owner, body=named, headers=JSON, token=token)
    probe.call("listReports", f"{owner}&limit=503", token=token)
    probe.call("acknowledgeReports", owner, token=token)


def _refused(probe: Probe) -> None:
    reader = probe.mine("client_with_scopes", scopes=["ingest.write"])
    token, owner = probe.token_of(reader), f"organizationId={reader['organization_id']}"
    waiting = probe.mine("order_in_status", status="PROCESSING")["order_id"]
    probe.call("getResult", f"order_id={waiting}&report_type=json", token=token)
    probe.call("getGroupReport", "study_group=nobodys&report_type=json", token=token)
    probe.call("acknowledgeReports", owner, body=b"-", headers={"content-type": "text/plain"}, token=token)
    probe.call("getOrderIds", "study_uid=1.2.3.4", token="invented")
