"""A chapter about two organizations."""

from __future__ import annotations

import orjson

from mock.tests.helpers.defect_probe import JSON, STATUSES, Probe


def isolation(probe: Probe) -> None:
    """Two organizations."""
    mine = probe.mine("order_in_status", status="COMPLETED")
    other = probe.state("other_organization")
    shared = probe.mine("study_shared_between_organizations")
    group = probe.mine("study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=STATUSES)
    same = probe.mine("study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=["COMPLETED"])
    for query in (f"order_id={other['order_id']}", "order_id=ORD-AAAAAA-999999", f"study_uid={other['study_uid']}"):
        probe.call("getStatus", query)
        probe.call("getResult", query + "&report_type=json")
    for uid in (other["study_uid"], shared["study_uid"], "1.2.3"):
        probe.call("getOrderIds", f"study_uid={uid}")
    for name in (other["study_group"], group["study_group"], same["study_group"]):
        probe.call("getGroupReport", f"study_group={name}&report_type=json")
    for organization in (other["organization_id"], "unknown"):
        probe.call("acknowledgeReports", f"organizationId={organization}", body=b"[]", headers=JSON)
        probe.call("listReports", f"organizationId={organization}")
        probe.call("acknowledgeReports", f"organizationId={organization}")
    body = orjson.dumps({"report_ids": [other["report_id"]]})
    probe.call("acknowledgeReports", f"organizationId={mine['organization_id']}", body=body, headers=JSON)
