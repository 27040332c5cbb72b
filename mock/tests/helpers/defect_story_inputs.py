"""Chapters about what is sent: paths, methods, and spellings that only what is generated comes to."""

from __future__ import annotations

from mock.tests.helpers.defect_probe import Probe, basic_of


def protocol(probe: Probe) -> None:
    """Paths, methods, and refusals on demand."""
    probe.call(None)
    probe.call(None, path="/status", method="PUT")
    probe.state("throttled", client_id=probe.primary["client_id"], status=503)
    probe.call("getStatus", "order_id=x")


def generated(probe: Probe) -> None:
    """Corners of the input: spellings, lengths and escapes that only what is generated comes to."""
    order = probe.mine("order_in_status", status="COMPLETED")["order_id"]
    owner = f"organizationId={probe.primary['organization_id']}"
    uid = "1.3.6.1.4.1.32473.10000000000"
    for operation, query in (
        ("listReports", f"{owner}&limit=%2B101"),
        ("listReports", f"{owner}&limit={2**63}"),
        ("listReports", f"{owner}."),
        ("listReports", f"{owner}&report_type=json"),
        ("getStatus", f"study_uid={uid}"),
        ("getStatus", f"study_uid={uid}.{'7' * (62 - len(uid))}"),
        ("getStatus", f"order_id={'A' * 64}"),
        ("getStatus", f"order_id={order}&_=1"),
        ("getStatus", f"order_id=%6a{order}"),
        ("getResult", f"order_id={order}&report_type=json%20"),
    ):
        probe.call(operation, query)
    header, claims, signature = probe.token.split(".")
    probe.call("getStatus", f"order_id={order}", token=f"{header}.{claims}=.{signature}")
    bearer = {"authorization": f"Bearers {probe.token}"}
    probe.call("getStatus", f"order_id={order}", token=None, headers=bearer)
    who = basic_of(probe.primary["client_id"], probe.primary["client_secret"])
    probe.call("getToken", "scope=reports.ack%20status.read", token=None, headers=who)


def misspelt(probe: Probe) -> None:
    """Names of parameters in other spellings, in the place of the right one."""
    made = probe.mine("order_in_status", status="COMPLETED")
    order, study = made["order_id"], made["study_uid"]
    group = probe.mine("study_group", statuses=["COMPLETED"])["study_group"]
    owner = probe.primary["organization_id"]
    for operation, query in (
        ("getResult", f"order_id={order}&REPORT_TYPE=json"),
        ("listReports", f"organizationId%20={owner}"),
        ("getStatus", f"orderId={order}"),
        ("getOrderIds", f"study_uids={study}"),
        ("getGroupReport", f"study-group={group}&report_type=json"),
        ("acknowledgeReports", f"organization_id={owner}"),
    ):
        probe.call(operation, query)
