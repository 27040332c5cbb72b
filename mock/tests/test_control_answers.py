"""Every call of the control API, really made: each answer is as its OpenAPI file describes it, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from described import Control, operations
from in_process import Service

from pacsimile_mock.guards import CUT_OFF, TOO_LARGE

NO_CONNECTION = ("followJournal", 200)
"""Seen over a socket, in test_journal_control.py."""


@pytest.fixture
def control() -> Control:
    """A mock whose calls are all held against the description."""
    return Control(Service())


def made(control: Control, **options: Any) -> str:
    """A new world's part of the path."""
    created = control("POST", "/worlds", {"scenario": "empty", "pace": "manual", **options}, 201)
    return f"/worlds/{created['world']}"


def test_of_the_server(control: Control) -> None:
    """Health, metrics, catalogues, keys and the description itself."""
    assert control("GET", "/health", Authorization="")["ready"] is True
    assert control.raw("GET", "/metrics", Authorization="").body.startswith(b"# HELP pacsimile_worlds")
    assert "demo" in [one["name"] for one in control("GET", "/scenarios")["scenarios"]]
    assert control("GET", "/defects")
    assert len(control("POST", "/keys/rotate")["keys"]) == 2
    assert len(control("POST", "/keys/rotate", {"forget": True})["keys"]) == 1
    assert control.raw("GET", "/_mock/openapi.yaml").status == 200


def test_of_worlds(control: Control) -> None:
    """Made, named, shown, begun anew, ended; the default one stays."""
    world = made(control, seed=7, defects=["expired-token-accepted"], report_types=["json"], token_format="opaque")
    assert control("GET", world)["report_types"] == ["json"]
    assert world.removeprefix("/worlds/") in control("GET", "/worlds")["worlds"]
    assert control("POST", f"{world}/reset")["token_format"] == "opaque"
    assert control("DELETE", world, status=204) is None
    control("GET", world, status=404)
    control("DELETE", "/worlds/default", status=400)


def test_of_clocks(control: Control) -> None:
    """Shown and moved in each way, and never backwards."""
    clock = f"{made(control)}/clock"
    assert control("POST", clock, {"freeze": True})["frozen"] is True
    assert control("POST", clock, {"set": "2100-01-01T00:00:00Z"})["now"] == "2100-01-01T00:00:00+00:00"
    assert control("POST", clock, {"advance": 1.5})["now"] == "2100-01-01T00:00:01.500000+00:00"
    assert control("POST", clock, {"run": True, "set": None})["frozen"] is False
    assert control("GET", clock)["now"] > "2100"
    control("POST", clock, {"set": "2000-01-01T00:00:00Z"}, 400)
    control("POST", clock, {}, 400)


def test_of_organizations_and_clients(control: Control) -> None:
    """Made with and without a name, listed by pages."""
    world = made(control)
    control("POST", f"{world}/organizations", {"organization_id": "clinic"}, 201)
    drawn = control("POST", f"{world}/organizations", status=201)["organization_id"]
    page = control("GET", f"{world}/organizations?limit=1")
    assert page["organizations"] == [{"organization_id": "clinic"}]
    rest = control("GET", f"{world}/organizations?after={page['next']}")
    assert {"organization_id": drawn} in rest["organizations"]
    assert rest["next"] is None
    control("POST", f"{world}/organizations", {"organization_id": "clinic"}, 400)
    control("POST", f"{world}/clients", {"organization_id": "clinic", "scopes": ["status.read"]}, 201)
    clients = control("GET", f"{world}/clients?organization_id=clinic")["clients"]
    assert len(clients) == 2
    assert control("GET", f"{world}/organizations/clinic") == {"organization_id": "clinic", "clients": clients}
    assert control("GET", f"{world}/clients/{clients[1]['client_id']}") == clients[1]
    control("GET", f"{world}/organizations/another", status=404)
    control("GET", f"{world}/clients/another", status=404)


def test_of_orders(control: Control) -> None:
    """One, a list, many alike; with a patient, a study and a group of the user's; listed, shown and moved."""
    world = made(control)
    control("POST", f"{world}/organizations", {"organization_id": "o"}, 201)
    patient = {"mrn": "M1", "family_name": "Test", "given_name": "T", "birth_date": "1970-01-31", "sex": "O"}
    whole = {
        "organization_id": "o",
        "study_uid": "1.2.3",
        "study_group": "G",
        "report_types": ["json"],
        "patient": patient,
    }
    order = control("POST", f"{world}/orders", {**whole, "moves": {"starts": 1, "finishes": 2}}, 201)
    assert [one["status"] for one in order["plan"]][-1] == "COMPLETED"
    polled = {"organization_id": "o", "moves": {"unit": "polls", "starts": 1, "finishes": 3, "outcome": "CANCELLED"}}
    assert control("POST", f"{world}/orders", polled, 201)["polls"]["made"] == 0
    assert len(control("POST", f"{world}/orders", [{"organization_id": "o"}] * 3, 201)["orders"]) == 3
    assert control("POST", f"{world}/orders", {"count": 5, "plan": {"organization_id": "o"}}, 201)["count"] == 5
    assert len(control("GET", f"{world}/orders?status=RECEIVED&limit=2")["orders"]) == 2
    assert control("GET", f"{world}/orders?study_uid=1.2.3&study_group=G&organization_id=o")["next"] is None
    path = f"{world}/orders/{order['order_id']}"
    assert control("POST", f"{path}/start")["status"] == "PROCESSING"
    assert control("POST", f"{path}/progress", {"progress": 70})["progress"] == 70
    control("POST", f"{path}/amend", status=409)
    assert control("POST", f"{path}/finish")["reports"][0]["acknowledged"] is False
    assert len(control("POST", f"{path}/amend")["reports"]) == 2
    assert control("GET", path)["status"] == "COMPLETED"
    for action in ("start", "finish", "fail", "cancel"):
        control("POST", f"{path}/{action}", status=409)
    control("POST", f"{path}/progress", {"progress": 99}, 409)
    others = control("GET", f"{world}/orders?status=RECEIVED")["orders"]
    assert control("POST", f"{world}/orders/{others[0]['order_id']}/fail")["status"] == "FAILED"
    assert control("POST", f"{world}/orders/{others[1]['order_id']}/cancel")["status"] == "CANCELLED"


@pytest.mark.parametrize(
    "wrong",
    [
        {"mrn": "a\\b"},
        {"family_name": "A^B"},
        {"given_name": "\n"},
        {"family_name": "F" * 40, "given_name": "G" * 40},
        {"birth_date": "19700131"},
        {"birth_date": "1970-02-30"},
        {"sex": "X"},
        {"nickname": "T"},
    ],
)
def test_a_patient_that_no_report_can_hold_is_refused(control: Control, wrong: dict[str, str]) -> None:
    """As in a scenario: HL7 and DICOM have no way to write it."""
    patient = {"mrn": "M1", "family_name": "Test", "given_name": "T", "birth_date": "1970-01-31", "sex": "O", **wrong}
    owner = control.service.client().client.organization_id
    control("POST", "/worlds/default/orders", {"organization_id": owner, "patient": patient}, 400)


def test_of_groups(control: Control) -> None:
    """Two organizations' groups of one name are two, and pages walk through both."""
    world = made(control)
    for owner in ("a", "b"):
        control("POST", f"{world}/organizations", {"organization_id": owner}, 201)
        control(
            "POST", f"{world}/groups", {"organization_id": owner, "study_group": "G/1", "statuses": ["FAILED"]}, 201
        )
    first = control("GET", f"{world}/groups?limit=1")
    second = control("GET", f"{world}/groups?limit=1&after={first['next']}")
    assert [first["groups"][0]["organization_id"], second["groups"][0]["organization_id"]] == ["a", "b"]
    assert second["next"] is None
    assert len(control("GET", f"{world}/groups?organization_id=a")["groups"]) == 1


EFFECTS: list[dict[str, Any]] = [
    {"latency_ms": 5},
    {"lognormal": {"median_ms": 20, "sigma": 0.5}, "malformed": True},
    {"status": 503, "retry_after": 3},
    {"reset": "request"},
    {"reset": True},
    {"truncate": {"bytes": 10}},
    {"truncate": True},
    {"drip": {"bytes": 1, "interval_ms": 5}},
    {"token_endpoint_down": True},
    {"token_lifetime": 60},
    {"key_rotation": True},
]


def test_of_defects(control: Control) -> None:
    """Switched on and off while the world serves."""
    defects = f"{made(control, defects=['expired-token-accepted'])}/defects"
    on = control("POST", defects, {"name": "scope-ignored"}, 201)
    assert control("POST", defects, {"name": "scope-ignored"}, 201) == on
    assert [one["name"] for one in control("GET", defects)["defects"]] == ["expired-token-accepted", on["name"]]
    control("DELETE", f"{defects}/expired-token-accepted", status=204)
    control("DELETE", f"{defects}/expired-token-accepted", status=404)
    assert control("GET", defects)["defects"] == [on]
    control("POST", defects, {"name": "no-such"}, 400)
    control("DELETE", defects, status=204)
    assert control("GET", defects)["defects"] == []


def test_of_faults(control: Control) -> None:
    """Each effect, set and shown as it was given; taken away one by one and all."""
    world = made(control)
    for effect in EFFECTS:
        fault = control("POST", f"{world}/faults", {"effect": effect, "limit": {"count": 2, "seconds": 9.5}}, 201)
        assert control("GET", f"{world}/faults/{fault['id']}") == fault
    match = {"operation": "getStatus", "order_id": "ORD-1", "probability": 0.5, "seed": 4}
    control("POST", f"{world}/faults", {"effect": {"status": 500}, "match": match}, 201)
    assert len(control("GET", f"{world}/faults")["faults"]) == len(EFFECTS) + 1
    control("DELETE", f"{world}/faults/fault-1", status=204)
    control("DELETE", f"{world}/faults/fault-1", status=404)
    control("DELETE", f"{world}/faults", status=204)


def test_of_the_journal(control: Control) -> None:
    """Asked, counted, judged with the closest call, forgotten; in process it cannot be followed."""
    service = control.service
    control("DELETE", "/worlds/default/journal", status=204)
    client = service.client()
    client.get("/status", order_id="NO-SUCH")
    service.call("GET", "/nowhere")
    told = control(
        "GET", "/worlds/default/journal?operation=getStatus&since=2000-01-01T00:00:00Z&until=2200-01-01T00:00:00Z"
    )
    assert (told["count"], told["complete"]) == (1, True)
    narrow = f"status=404&requirement=STATUS-4&method=GET&client_id={client.client.client_id}"
    assert control("GET", f"/worlds/default/journal?{narrow}")["count"] == 1
    assert control("GET", "/worlds/default/journal/counters")["total"] == 3
    expected = [
        {"operation": "getStatus", "exactly": 1},
        {"operation": "getStatus", "parameters": {"order_id": "OTHER"}, "at_least": 2, "at_most": 3},
        {"status": 404, "requirement": "STATUS-4", "method": "GET", "since": "2000-01-01T00:00:00Z"},
    ]
    judged = control("POST", "/worlds/default/journal/verify", {"expectations": expected})
    assert [one["met"] for one in judged["expectations"]] == [True, False, True]
    assert judged["expectations"][1]["closest"]["status"] == 404
    control("GET", "/worlds/default/journal/follow?operation=getStatus", status=501)
    control("DELETE", "/worlds/default/journal", status=204)
    assert control("GET", "/worlds/default/journal")["entries"] == []


def test_of_states(control: Control) -> None:
    """Every state that is offered, in a world and in the default one."""
    world = made(control)

    def state(name: str, **params: Any) -> Any:
        control("POST", "/states", {"state": name, "params": params or None, "action": "teardown"})
        return control("POST", f"{world}/states", {"state": name, "params": params, "consumer": "test"})

    fresh = state("fresh_organization", ready_reports=2, completed_seconds=[0, 0.5], offsets=["+09:00", "-03:30"])
    state("other_organization")
    client = state("client_with_scopes", scopes=["status.read"])
    state("throttled", client_id=client["client_id"], status=429)
    order = state("order_in_status", status="RECEIVED", study_uid="1.2.3", study_group="G", report_types=["json"])
    state(
        "study_with_orders", statuses=["COMPLETED", "FAILED"], seconds=[1, 1], offsets=["+00:00"] * 2, submitted=[2, 1]
    )
    state("study_shared_between_organizations", statuses=["COMPLETED", "RECEIVED"], newer="mine")
    state("study_group", statuses=["COMPLETED"])
    state("study_group_shared_between_organizations", statuses=["COMPLETED"], other_statuses=["FAILED"])
    state("order_advanced", order_id=order["order_id"], progress=40)
    assert state("order_advanced", order_id=order["order_id"], status="COMPLETED")["status"] == "COMPLETED"
    state("report_becomes_ready", organization_id=fresh["organization_id"], completed_seconds_ago=5, unready=False)
    state("report_amended", report_id=fresh["report_ids"][0])
    state("time_passes", seconds=0)
    state("expired_token")
    state("token_with", claims={"aud": None}, header={"typ": "JWT"}, client_id=client["client_id"])
    control("POST", "/states", {"state": "no_such_state"}, 404)
    control("POST", "/states", {"state": "throttled", "params": {"client_id": "nobody", "status": 429}}, 400)


def test_a_state_never_ignores_whose_it_is(control: Control) -> None:
    """An organization that there is not, or that is not the object's, is refused by every state."""
    world = made(control)
    mine = control("POST", f"{world}/states", {"state": "other_organization"})
    client = control("POST", f"{world}/states", {"state": "client_with_scopes", "params": {"scopes": ["status.read"]}})
    of_client, of_mine = client["organization_id"], mine["organization_id"]
    given: list[tuple[str, dict[str, Any], str]] = [
        ("throttled", {"client_id": client["client_id"], "status": 503}, of_mine),
        ("expired_token", {"client_id": client["client_id"]}, of_mine),
        ("token_with", {"client_id": client["client_id"]}, of_mine),
        ("order_advanced", {"order_id": mine["order_id"], "status": "FAILED"}, of_client),
        ("report_amended", {"report_id": mine["report_id"]}, of_client),
        ("order_in_status", {"status": "FAILED"}, "nobody"),
        ("time_passes", {"seconds": 0}, "nobody"),
        ("fresh_organization", {}, "nobody"),
    ]
    for name, params, other in given:
        for organization_id in (other, "nobody", "", 1):
            state = {"state": name, "params": {**params, "organization_id": organization_id}}
            control("POST", f"{world}/states", state, 400)


NAMES = {
    "world": "nowhere",
    "organization_id": "o",
    "client_id": "c",
    "order_id": "ORD-1",
    "fault": "fault-1",
    "defect": "scope-ignored",
}


def test_of_refusals(control: Control) -> None:
    """Host, token, path, query, world, body: each call refuses as it says, and all are alike."""
    for operation in operations():
        target = operation.path.format(**NAMES)
        assert control.raw(operation.method, target + "?no-such=1").status == 400
        assert control.raw(operation.method, target, Host="evil.example").status == 403
        if operation.node.get("security") != []:
            assert control.raw(operation.method, target, Authorization="Bearer wrong").status == 401
        if "{world}" in operation.path:
            assert control.raw(operation.method, target).status == 404


def test_every_answer_that_is_described_is_seen() -> None:
    """By the tests above together: a call that they do not make, or an answer that they do not get, is a gap."""
    control = Control(Service())
    for play in (
        test_of_the_server,
        test_of_worlds,
        test_of_clocks,
        test_of_organizations_and_clients,
        test_of_orders,
        test_of_groups,
        test_of_defects,
        test_of_faults,
        test_of_the_journal,
        test_of_states,
        test_of_refusals,
    ):
        play(control)
    described = {(one.name, int(status)) for one in operations() for status in one.node["responses"]}
    wanted = {(name, status) for name, status in described if status not in (413, 503)} - {NO_CONNECTION}
    assert wanted - control.seen == set()


def test_bodies_that_are_too_large_or_did_not_arrive_are_refused(control: Control) -> None:
    """And nothing is made of them."""
    before = control("GET", "/worlds")
    token = {"Authorization": f"Bearer {control.service.state.control_token}"}
    for flag, status in ((TOO_LARGE, 413), (CUT_OFF, 400)):
        reply = control.service.call("POST", "/_mock/worlds", token, b"", {flag: True})
        control.check("POST", "/_mock/worlds", reply)
        assert reply.status == status
    cut = control.service.call("POST", "/_mock/worlds", token, b"{", {"CONTENT_LENGTH": "10"})
    assert cut.status == 400
    assert control("GET", "/worlds") == before
