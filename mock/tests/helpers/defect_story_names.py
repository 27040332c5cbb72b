"""Chapters about names that two have, or nearly have; about rare states; and about unusual forms of calls."""

from __future__ import annotations

import orjson

from mock.tests.helpers.defect_probe import JSON, Probe, basic_of


def names(probe: Probe) -> None:
    """A study and a group of two organizations, as each of them sees it; and names that nearly agree."""
    shared = probe.mine("study_shared_between_organizations")
    group = probe.mine("study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=["COMPLETED"])
    mine, uid = probe.token, f"study_uid={shared['study_uid']}"
    other = probe.token_of({name: shared[f"other_{name}"] for name in ("client_id", "client_secret")})
    others = probe.token_of({name: group[f"other_{name}"] for name in ("client_id", "client_secret")})
    for report_type in ("json", "fhir", "hl7v2", "dicom_sr"):
        for token in (other, mine) if report_type == "fhir" else (mine, other):
            probe.call("getResult", f"{uid}&report_type={report_type}", token=token)
    probe.call("getResult", f"order_id={shared['other_order_id']}&report_type=json", token=mine)
    for token in (mine, others):
        probe.call("getGroupReport", f"study_group={group['study_group']}&report_type=txt", token=token)
    for name in ("Pilot-7", "PILOT-7"):
        near = probe.mine("order_in_status", status="COMPLETED", study_group=name)
    probe.call("getGroupReport", "study_group=Pilot-7&report_type=json")
    probe.mine("order_in_status", status="COMPLETED", study_uid=f"{near['study_uid']}.1")
    probe.call("getOrderIds", f"study_uid={near['study_uid']}")
    before, _, number = near["order_id"].rpartition("-")
    probe.call("getStatus", f"order_id={before}-0{number}")


def rare_states(probe: Probe) -> None:
    """Studies and groups that ended otherwise than usual, small steps, a third version, and a short page."""
    ended = probe.mine("study_with_orders", statuses=["FAILED", "CANCELLED"])
    uid = f"study_uid={ended['study_uid']}"
    for operation, query in (("getOrderIds", uid), ("getStatus", uid), ("getResult", f"{uid}&report_type=json")):
        probe.call(operation, query)
    for statuses in (["RECEIVED", "COMPLETED"], ["RECEIVED", "RECEIVED"]):
        group = probe.mine("study_group", statuses=statuses)["study_group"]
        probe.call("getGroupReport", f"study_group={group}&report_type=json")
    twelve = probe.mine("study_with_orders", statuses=["FAILED"] * 12, seconds=[0] * 12)["study_uid"]
    probe.call("getStatus", f"study_uid={twelve}")
    browser = {"accept": "text/html,*/*;q=0.8"}
    probe.call("getStatus", "order_id=%3Cb%3Emark&colour=red", headers=browser)
    order = probe.mine("order_in_status", status="RECEIVED")["order_id"]
    probe.mine("order_advanced", order_id=order, status="PROCESSING")
    for progress in (50, 52):
        probe.world.clock.advance(1_000_000)
        probe.mine("order_advanced", order_id=order, progress=progress)
        probe.call("getStatus", f"order_id={order}")
    home = probe.state("fresh_organization", ready_reports=2)
    token, report = probe.token_of(home), home["report_ids"][0]
    for _ in range(10):
        report = probe.state("report_amended", report_id=report, organization_id=home["organization_id"])["report_id"]
        probe.call("listReports", f"organizationId={home['organization_id']}&limit=1", token=token)
    probe.call("listReports", f"organizationId={home['organization_id']}", token=token)
    probe.call("getResult", f"order_id={home['order_ids'][0]}&report_type=fhir", token=token)


def forms(probe: Probe) -> None:
    """HEAD, a slash at the end, headers that others trust, and an acknowledgement of nothing."""
    order = "order_id=" + probe.mine("order_in_status", status="COMPLETED")["order_id"]
    listing = probe.token_of(probe.mine("client_with_scopes", scopes=["reports.read"]))
    probe.call(None, order, path="/status", method="HEAD", token=listing)
    probe.call(None, "organizationId=nobody", path="/reports", method="HEAD")
    for token in (listing, probe.token):
        probe.call(None, order, path="/status/", token=token)
    probe.call("getStatus", order)
    probe.call("getStatus", order, token=None, headers={"x-forwarded-for": "127.0.0.1"})
    probe.call("getStatus", order, token=None, headers={"authorization": f"bearer {listing}"})
    probe.call("getStatus", order, headers={"if-none-match": "*"})
    nothing = orjson.dumps({"report_ids": []})
    probe.call("acknowledgeReports", "organizationId=nobody", body=nothing, headers=JSON)
    probe.call("getResult", f"{order}&report_type=json", headers={"accept": "application/pdf"})
    probe.call("getStatus", order, headers={"x-original-url": "/nosuch"})
    probe.call("getStatus", f"{order}&lang=de")
    probe.call("getStatus", order, token=None, headers={"cookie": f"a=b; access_token={probe.token}"})
    probe.call("getStatus", order, token=None, headers={"authorization": f"Token {probe.token}"})
    preflight = {"origin": "https://viewer.example", "access-control-request-method": "GET"}
    probe.call(None, path="/status", method="OPTIONS", headers=preflight)
    home = probe.state("fresh_organization", ready_reports=1)
    owner, token = f"organizationId={home['organization_id']}", probe.token_of(home)
    for names in (b'["\\ud800"]', b'["A\\u0000B"]', orjson.dumps(home["order_ids"])):
        probe.call("acknowledgeReports", owner, token=token, body=b'{"report_ids": %s}' % names, headers=JSON)
    named = home["report_ids"][0]
    for body in (b'{"Report_Ids": []}', b'{"report_ids": [],}'):
        probe.call("acknowledgeReports", owner, token=token, body=body, headers=JSON)
    probe.call("listReports", owner, token=token)
    probe.call("acknowledgeReports", owner, token=token, body=nothing, headers=JSON, chunked=True)
    for order_id in (named, f"{home['order_ids'][0]}%2Cb"):
        probe.call("getStatus", f"order_id={order_id}", token=token)
    probe.call("listReports", owner, headers={"x-organization-id": home["organization_id"]})
    probe.call(None, path=f"/status/{home['order_ids'][0]}", token=token)
    probe.call("getToken", token=None, headers=basic_of("a\0b", "c"))
