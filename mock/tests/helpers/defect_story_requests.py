"""A chapter about what few clients write: empty values, credentials in other forms, headers, and odd bodies."""

from __future__ import annotations

from urllib.parse import urlencode

import orjson

from mock.tests.helpers.defect_probe import FORM, JSON, Probe, basic_of

GRANT = {"grant_type": "client_credentials"}


def requests(probe: Probe) -> None:
    """Token requests, headers and bodies that are right, or nearly so, and that few clients send."""
    _token_requests(probe)
    order = "order_id=" + probe.mine("order_in_status", status="COMPLETED")["order_id"]
    for headers in (
        {"user-agent": "one"},
        {"user-agent": "another"},
        *[{"x-request-id": "0"}] * 2,
        {"origin": "https://a"},
    ):
        probe.call("getStatus", order, headers=headers)
    probe.call("getStatus", f"{order}&jwt={probe.token}", token=None)
    joined = {"authorization": f"Bearer nobodys, Bearer {probe.token}"}
    probe.call("getStatus", order, token=None, headers=joined)
    group = probe.mine("study_group", statuses=["COMPLETED"])["study_group"]
    odd = {"if-modified-since": "yesterday"}
    probe.call("getGroupReport", urlencode({"study_group": group, "report_type": "json"}), headers=odd)
    _bodies(probe)
    foreign = probe.state("other_organization")["order_id"]
    probe.call("getStatus", f"order_id={foreign}")
    entries = probe.world.journal.store.entries()
    probe.note(str(sum(entry.request_id == "-" for entry in entries)))


def _token_requests(probe: Probe) -> None:
    name, secret = probe.primary["client_id"], probe.primary["client_secret"]
    other, others = probe.primary["second_client_id"], probe.primary["second_client_secret"]
    escaped = basic_of(name, "".join(f"%{byte:02X}" for byte in secret.encode()))
    for headers, form in (
        (basic_of(name, secret), {"scope": ""}),
        (basic_of(name, secret), {"scope": "status.read"}),
        (basic_of(name, secret), {}),
        (escaped, {}),
        (basic_of(name, secret), {"client_id": name}),
        (basic_of(name, secret), {"client_id": other}),
        (basic_of(name, others), {"client_id": other}),
        ({}, {"client_id": name, "client_secret": "wrong"}),
    ):
        probe.call("postToken", body=urlencode(GRANT | form).encode(), token=None, headers=FORM | headers)
    probe.token_of(probe.primary, "reports.read")
    probe.call(
        "getOrderIds", "study_uid=1.2", token=probe.token_of(probe.mine("client_with_scopes", scopes=["reports.ack"]))
    )


def _bodies(probe: Probe) -> None:
    home = probe.state("fresh_organization", ready_reports=3)
    owner, token = f"organizationId={home['organization_id']}", probe.token_of(home)
    probe.call("listReports", owner + "&limit=1", token=token)
    first, *others = home["report_ids"]
    for name in others:
        body, keyed = orjson.dumps({"report_ids": [name]}), {"idempotency-key": "1"}
        probe.call("acknowledgeReports", owner, token=token, body=body, headers=JSON | keyed)
    for body in (orjson.dumps({"report_ids": ["A" * 65]}), b"\xef\xbb\xbf" + orjson.dumps({"report_ids": [first]})):
        probe.call("acknowledgeReports", owner, token=token, body=body, headers=JSON)
