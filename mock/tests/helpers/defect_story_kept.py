"""A chapter about what is kept: asked for before and after an event that another call or organization brings about."""

from __future__ import annotations

import orjson

from mock.tests.helpers.defect_probe import JSON, Probe

LONG_AGO = 7200


def kept(probe: Probe) -> None:
    """A late order of a study, late reports, one that was named too early, a group that an order joins and fails in."""
    _of_a_study(probe)
    _of_a_queue(probe)
    _of_a_group(probe)
    _of_others(probe)


def _of_a_study(probe: Probe) -> None:
    uid = probe.mine("order_in_status", status="COMPLETED")["study_uid"]
    probe.call("getOrderIds", f"study_uid={uid}")
    probe.mine("report_becomes_ready", study_uid=uid, completed_seconds_ago=LONG_AGO)
    probe.call("getOrderIds", f"study_uid={uid}")


def _of_a_queue(probe: Probe) -> None:
    home = probe.state("fresh_organization", ready_reports=2)
    token, owner = probe.token_of(home), home["organization_id"]
    early = probe.state("report_becomes_ready", organization_id=owner, unready=True)
    named = orjson.dumps({"report_ids": [early["report_id"], home["report_ids"][0]]})
    listed = dict(probe.call("listReports", f"organizationId={owner}", token=token).headers)
    for status in ("PROCESSING", "COMPLETED"):
        probe.state("order_advanced", organization_id=owner, order_id=early["order_id"], status=status)
        probe.call("acknowledgeReports", f"organizationId={owner}", token=token, body=named, headers=JSON)
    probe.state("report_becomes_ready", organization_id=owner, completed_seconds_ago=LONG_AGO)
    tag = {"if-none-match": listed.get("ETag", "none")}
    probe.call("listReports", f"organizationId={owner}", token=token, headers=tag)


def _of_a_group(probe: Probe) -> None:
    name = probe.mine("study_group", statuses=["COMPLETED"])["study_group"]
    probe.call("getGroupReport", f"study_group={name}&report_type=json")
    probe.mine("order_in_status", status="FAILED", study_group=name)
    probe.call("getGroupReport", f"study_group={name}&report_type=json")


def _of_others(probe: Probe) -> None:
    """Another organization has a newer order of the same study, and an id that is nearly asked for."""
    other = probe.state("other_organization")["organization_id"]
    probe.call("listReports", f"organizationId={other[:-1]}{'b' if other[-1] == 'a' else 'a'}")
    order = probe.mine("order_in_status", status="COMPLETED")
    probe.state("order_in_status", status="PROCESSING", study_uid=order["study_uid"], organization_id=other)
    probe.call("getResult", f"study_uid={order['study_uid']}&report_type=json")
