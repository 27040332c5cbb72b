"""Calls of the control API about the server, worlds, clocks, organizations, clients and the journal: as described."""

from __future__ import annotations

from mock.tests.helpers.described import Control, made


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
    assert control("GET", f"{world}/openapi.json")["openapi"] == "3.1.0"
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
    assert control("GET", "/worlds/default/journal?status=4xx")["count"] == 2
    call = told["entries"][0]
    for name in (str(call["number"]), call["request_id"]):
        assert control("GET", f"/worlds/default/journal/entries/{name}") == call
    control("GET", "/worlds/default/journal/entries/99", status=404)
    assert control("GET", "/worlds/default/journal/counters")["total"] == 3
    assert control("GET", "/worlds/default/journal/advice")["calls"] == 3
    assert control.raw("GET", "/_mock/worlds/default/journal/lines").body.count(b"\n") == 3
    assert control.raw("GET", "/_mock/worlds/default/journal/lines?after=2").body.count(b"\n") == 1
    assert "the number of a call" in control("GET", "/worlds/default/journal/lines?after=x", status=400)["detail"]
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
