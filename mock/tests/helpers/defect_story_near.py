"""A chapter about inputs that few clients send: what is nearly right, empty, or in another place; and of borders."""

from __future__ import annotations

from urllib.parse import quote

import orjson

from mock.tests.helpers.defect_probe import FORM, JSON, Probe, basic_of
from pacsimile_mock.clock import SECOND


def near(probe: Probe) -> None:
    """Claims, ids and names that resemble right ones; HEAD, empty values, and bodies that are false."""
    _tokens(probe)
    _token_requests(probe)
    _queue(probe)
    _names(probe)


def _tokens(probe: Probe) -> None:
    order = "order_id=" + probe.mine("order_in_status", status="COMPLETED")["order_id"]
    audience, kid = "urn:pacsimile:results-api", probe.world.jwt.keys.current.kid
    for changed in (
        {"claims": {"iss": "HTTP://LOCALHOST/OAUTH2"}},
        {"claims": {"iss": "http://another-host.invalid/oauth2"}},
        {"claims": {"aud": ["elsewhere", f"{audience}.invalid"]}},
        {"claims": {"nbf": probe.world.clock.now() // SECOND + 600.5}},
        {"header": {"kid": f"{kid}.invalid"}},
    ):
        probe.call("getStatus", order, token=probe.mine("token_with", **changed)["access_token"])
    limited = probe.token_of(probe.mine("client_with_scopes", scopes=["status.read"]))
    probe.call("getGroupReport", "study_group=nobody&report_type=json", token=limited)
    probe.call("listReports", "organizationId=nobody", token=limited)


def _token_requests(probe: Probe) -> None:
    name, secret = probe.primary["client_id"], probe.primary["client_secret"]
    who, grant = basic_of(name, secret), "grant_type=client_credentials"
    for headers, body in (
        (FORM | basic_of(name.swapcase(), secret), grant),
        (FORM | who, f"{grant}&scope=STATUS.READ"),
        (FORM | who, f"{grant}%20"),
        (JSON | who, '{"grant_type": "client_credentials"}'),
    ):
        probe.call("postToken", body=body.encode(), token=None, headers=headers)


def _queue(probe: Probe) -> None:
    home = probe.state("fresh_organization", ready_reports=6)
    token, owner = probe.token_of(home), f"organizationId={home['organization_id']}"
    probe.call(None, owner, path="/reports", method="HEAD", token=token)
    probe.call(None, owner, path="/reports", method="PUT", token=token)
    probe.call("acknowledgeReports", owner, token=token)
    for limit in ("", "6", "5"):
        probe.call("listReports", f"{owner}&limit={limit}", token=token)
    for body in (b"[]", b'{"report_ids": false}', b'{"access_token": "invented", "report_ids": ['):
        probe.call("acknowledgeReports", owner, token=token, body=body, headers=JSON)
    named = orjson.dumps({"report_ids": [*(f"nobodys-{at}" for at in range(600)), home["report_ids"][0]]})
    in_parameter = {"content-type": 'text/plain; profile="application/json"'}
    for headers in (in_parameter, JSON):
        probe.call("acknowledgeReports", owner, token=token, body=named, headers=headers)


def _names(probe: Probe) -> None:
    group = probe.mine("study_group", statuses=["COMPLETED"])["study_group"]
    twice = quote("".join(f"%{byte:02X}" for byte in group.encode()))
    probe.call("getGroupReport", f"study_group={twice}&report_type=json")
    probe.call("getGroupReport", f"study_group={group}&report_type=json&report_type=csv")
    _amended(probe)
    cancelled = probe.mine("study_group", statuses=["CANCELLED", "CANCELLED"])["study_group"]
    probe.call("getGroupReport", f"study_group={cancelled}&report_type=json")


def _amended(probe: Probe) -> None:
    """A group of which a report was amended, as it is listed and as its own report has it."""
    home = probe.state("study_group", statuses=["COMPLETED"])
    token, owner = probe.token_of(home), home["organization_id"]
    probe.call("listReports", f"organizationId={owner}", token=token)
    order = probe.world.store.find_order(home["order_ids"][0])
    report_id = order.planned_versions()[0].report_id  # which a dialect lists under another name
    probe.state("report_amended", organization_id=owner, report_id=report_id)
    probe.call("listReports", f"organizationId={owner}", token=token)
    probe.call("getGroupReport", f"study_group={home['study_group']}&report_type=json", token=token)
    many = probe.state("fresh_organization", ready_reports=1002)
    probe.call("listReports", f"organizationId={many['organization_id']}&limit=1001", token=probe.token_of(many))
