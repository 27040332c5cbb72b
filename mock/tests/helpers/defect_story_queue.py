"""Chapters about the queue: listing and acknowledging, in long histories, and by calls that overlap."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson

from mock.tests.helpers import crowded
from mock.tests.helpers.defect_probe import JSON, Probe
from pacsimile_mock.clock import SECOND


def queue(probe: Probe) -> None:
    """Listing and acknowledging."""
    home = probe.state("fresh_organization", ready_reports=130, completed_seconds=[0] * 4 + list(range(126)))
    token, second = probe.token_of(home), probe.token_of(home, second=True)
    owner = f"organizationId={home['organization_id']}"
    at_home = {"organization_id": home["organization_id"]}
    probe.state("order_in_status", status="PROCESSING", **at_home)

    def listing(extra: str = "", by: str = token) -> None:
        probe.call("listReports", owner + extra, token=by)

    def acknowledge(body: Any = None, by: str = token) -> None:
        sent = b"" if body is None else body if isinstance(body, bytes) else orjson.dumps(body)
        probe.call("acknowledgeReports", owner, token=by, body=sent, headers=JSON if sent else {})

    acknowledge()
    listing()
    listing("&limit=1")
    listing("&limit=2")
    acknowledge()
    acknowledge()
    listing()
    ids = home["report_ids"]
    for body in ({"report_ids": [ids[5], "NO-SUCH"]}, b"{", {"report_ids": []}, {"report_ids": ["NO-SUCH"]}):
        acknowledge(body)
        listing()
    listing(by=second)
    probe.state("report_becomes_ready", **at_home)
    listing()
    acknowledge(by=second)
    listing()
    late = probe.state("report_becomes_ready", completed_seconds_ago=1000, **at_home)
    acknowledge()
    listing()
    probe.state("report_amended", report_id=ids[5], **at_home)
    probe.state("report_amended", report_id=late["report_id"], **at_home)
    listing()
    acknowledge()
    listing()
    acknowledge()
    acknowledge()
    listing()
    probe.call("getStatus", f"order_id={home['order_ids'][5]}", token=token)
    probe.call("getResult", f"order_id={home['order_ids'][5]}&report_type=json", token=token)
    fetched = probe.state("report_becomes_ready", **at_home)
    probe.call("getResult", f"order_id={fetched['order_id']}&report_type=json", token=token)
    listing()


def histories(probe: Probe) -> None:
    """Sequences of listing, acknowledging and amending, each in an organization of its own."""
    one, two, page, rest = (1, None), (2, None), (1, 1), (1, 9)
    for acts in (
        (one, "post", two, "amend", "name", "name", one, rest, page, "post", "post", one),
        ((2, 1), one, "amend", page, "post", one, "amend", rest, "post", "name", one),
        (one, "post", "ready", two, "post", one),
        (one, "name", "amend", "fetch", one, "post", "name"),
        (one, "name", "ready", one, "post", one),
        (one, "name", "name", "post", one, "ready", "post", rest, one),
        ("amend", "name", "amend", one, page),
        (page, "ready", "post", rest, one, "amend", (1, 2), one),
        (one, "post", "amend", "fetch", one),
        (one, "wait", "post", one),
    ):
        _history(probe, acts)


def _history(probe: Probe, acts: tuple[Any, ...]) -> None:
    home = probe.state("fresh_organization", ready_reports=2)
    tokens, owner = {1: probe.token_of(home), 2: probe.token_of(home, second=True)}, home["organization_id"]
    mine, newest, asked = {"organization_id": owner}, home["report_ids"][0], f"organizationId={owner}"
    for act in acts:
        if act == "amend":
            newest = probe.state("report_amended", report_id=newest, **mine)["report_id"]
        elif act == "ready":
            probe.state("report_becomes_ready", **mine)
        elif act == "wait":
            probe.world.clock.advance(1900 * SECOND)
        elif act == "post":
            probe.call("acknowledgeReports", asked, token=tokens[1])
        elif act == "name":
            sent = orjson.dumps({"report_ids": [newest, home["report_ids"][0]]})
            probe.call("acknowledgeReports", asked, token=tokens[1], body=sent, headers=JSON)
        elif act == "fetch":
            probe.call("getResult", f"order_id={home['order_ids'][0]}&report_type=json", token=tokens[1])
        else:
            probe.call("listReports", asked + (f"&limit={act[1]}" if act[1] else ""), token=tokens[act[0]])


def repetition(probe: Probe) -> None:
    """List a dozen times, acknowledge by calls that are refused, and list and acknowledge with tokens of one scope.

    Then ask twice for a report that is not ready, and for a group by other spellings of its name.
    """
    home = probe.state("fresh_organization", ready_reports=4)
    owner, ids = f"organizationId={home['organization_id']}", home["report_ids"]
    whole, reads, marks = (probe.token_of(home, scope) for scope in (None, "reports.read", "reports.ack"))
    elsewhere = f"organizationId={probe.primary['organization_id']}"
    for query, token, report in (
        (owner, reads, ids[0]),
        (f"{owner}&colour=1", whole, ids[1]),
        (elsewhere, whole, ids[2]),
    ):
        sent = orjson.dumps({"report_ids": [report]})
        probe.call("acknowledgeReports", query, token=token, body=sent, headers=JSON)
    for _ in range(11):
        probe.call("listReports", owner, token=whole)
    probe.call("listReports", owner, token=reads)
    probe.call("acknowledgeReports", owner, token=marks)
    probe.call("listReports", owner, token=whole)
    waiting = probe.mine("order_in_status", status="PROCESSING")["order_id"]
    for _ in range(2):
        probe.call("getResult", f"order_id={waiting}&report_type=json")
    probe.call("getResult", f"order_id={waiting};report_type=json")
    probe.call("getStatus", "order_id%5B$ne%5D=0")
    probe.mine("order_in_status", status="COMPLETED", study_group="4711")
    for near in ("04711", quote("47\u034f11")):
        probe.call("getGroupReport", f"study_group={near}&report_type=json")


def states_between(probe: Probe) -> None:
    """List nothing, then what became ready; list what is nearly done; acknowledge by zero bytes of JSON.

    Then ask for a study whose orders were all created at one instant, and without its scope by no query.
    """
    home = probe.state("fresh_organization", ready_reports=0)
    token, owner = probe.token_of(home), f"organizationId={home['organization_id']}"
    at_home = {"organization_id": home["organization_id"]}
    order = probe.state("order_in_status", status="PROCESSING", **at_home)["order_id"]
    probe.state("order_advanced", order_id=order, progress=99, **at_home)
    probe.call("listReports", owner, token=token)
    probe.state("report_becomes_ready", **at_home)
    probe.call("acknowledgeReports", owner, token=token)
    probe.call("listReports", owner, token=token)
    probe.call("acknowledgeReports", owner, token=token, headers=JSON)
    study = probe.mine("study_with_orders", statuses=["RECEIVED"] * 6, seconds=[0] * 6)["study_uid"]
    probe.call("getStatus", f"study_uid={study}")
    probe.call("getStatus", token=probe.token_of(probe.mine("client_with_scopes", scopes=["reports.read"])))


def surroundings(probe: Probe) -> None:
    """Acknowledge what was fetched and never listed; list while a group's order is under way; list as three clients.

    Then let a study have a further order, and ask for an acknowledged report in another type.
    """
    home = probe.state("fresh_organization", ready_reports=2)
    token, owner = probe.token_of(home), f"organizationId={home['organization_id']}"
    at_home = {"organization_id": home["organization_id"]}
    probe.call("getResult", f"order_id={home['order_ids'][0]}&report_type=json", token=token)
    probe.call("acknowledgeReports", owner, token=token)
    study = probe.state("order_in_status", status="COMPLETED", study_group="pilot", **at_home)["study_uid"]
    probe.state("order_in_status", status="PROCESSING", study_group="pilot", **at_home)
    probe.call("listReports", owner, token=token)
    probe.call("listReports", f"{owner}&limit=1", token=probe.token_of(home, second=True))
    scopes = ["status.read", "reports.read", "reports.ack"]
    third = [probe.token_of(probe.state("client_with_scopes", scopes=scopes, **at_home))]
    probe.call("listReports", owner, token=third[0])
    probe.call("acknowledgeReports", owner, token=token)
    third.append(probe.token_of(probe.state("client_with_scopes", scopes=scopes, **at_home)))
    probe.call("listReports", owner, token=third[1])
    probe.call("getResult", f"order_id={home['order_ids'][0]}&report_type=txt", token=token)
    probe.state("report_becomes_ready", study_uid=study, **at_home)
    probe.call("listReports", owner, token=token)
    _acknowledge_oddly(probe)


def _acknowledge_oddly(probe: Probe) -> None:
    """Acknowledge a report in UTF-16, then nobody's report, then a report while the client is throttled; and list."""
    home = probe.state("fresh_organization", ready_reports=1)
    token, owner = probe.token_of(home), f"organizationId={home['organization_id']}"
    right = orjson.dumps({"report_ids": home["report_ids"]})
    for body in (right.decode().encode("utf-16"), orjson.dumps({"report_ids": ["NO-SUCH"]})):
        probe.call("acknowledgeReports", owner, token=token, body=body, headers=JSON)
    probe.state("throttled", client_id=home["client_id"], status=429)
    probe.call("acknowledgeReports", owner, token=token, body=right, headers=JSON)
    probe.call("listReports", owner, token=token)


def at_once(probe: Probe) -> None:
    """Calls that overlap: written down is not who came first, but what must not be whoever does."""
    probe.note(f"odd: {sorted(set(crowded.overlapping(probe)))}")
