"""Paths, methods, worlds and hosts: who answers at all, and what every answer carries: AUTH-15, PROTO-1, PROTO-2."""

import logging
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from mock.tests.helpers.in_process import START, Caller, Reply, Service, basic
from pacsimile_mock.clock import http_date
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.exchange import Call

PATHS = ("/status", "/orderId", "/results", "/report", "/reports")
ALLOWED = {path: "GET, POST" if path == "/reports" else "GET" for path in PATHS}


def check_common(reply: Reply) -> None:
    """What every answer carries, once each (PROTO-1)."""
    assert reply.headers.getlist("Cache-Control") == ["no-store"]
    assert reply.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert reply.headers.getlist("Date") == [http_date(START)]
    assert len(reply.headers.getlist("X-Request-Id")) == 1
    assert "Set-Cookie" not in reply.headers


def check_problem(reply: Reply) -> None:
    """A problem a person can act on (RFC 9457)."""
    check_common(reply)
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json.keys() - {"errors"} == {"type", "title", "status", "detail", "instance"}
    assert reply.json["status"] == reply.status
    assert len(reply.json["detail"]) > 20


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/nowhere",
        "/Status",
        "/status/",
        "//status",
        "/status//",
        "/./status",
        "/a/../status",
        "/status;x",
        "/status%20",
        "/status%00",
        "/%73tatus/",
        "/oauth2",
        "/oauth2/",
        "/oauth2/token/",
        "/token",
        "/w",
        "/w/",
        "/w//status",
        "/w/x",
        "/%ff",
        "/%C3%A9",
        "/" + "a" * 5000,
        "/static/x",
        "/favicon.ico",
        "/openapi.yaml",
        "*",
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "BREW"])
def test_an_unknown_path_is_not_found(caller: Caller, path: str, method: str) -> None:
    """404 before the method, the token and all else are looked at (AUTH-15, PROTO-2, STATUS-8)."""
    for headers in ({}, {"Authorization": f"Bearer {caller.token}"}, {"Authorization": "Bearer x"}):
        reply = raw(caller.service, method, path, headers)
        check_problem(reply)
        assert reply.refusal == (404, "not-found")
        assert reply.json["instance"].startswith("urn:")


def raw(service: Service, method: str, path: str, headers: dict[str, str]) -> Reply:
    """A call whose path reaches the application as it stands, percent-decoded as a server does."""
    return service.call(method, "/", headers, environ={"PATH_INFO": unquote_to_bytes(path).decode("latin-1")})


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    "method", ["POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "CONNECT", "BREW", "get"]
)
def test_an_undocumented_method_is_refused(caller: Caller, path: str, method: str) -> None:
    """405 with `Allow`, before the token is looked at (AUTH-15, PROTO-2)."""
    if path == "/reports" and method == "POST":
        return
    for headers in ({}, {"Authorization": f"Bearer {caller.token}"}):
        reply = caller.service.call(method, path, headers)
        assert reply.status == 405
        assert reply.headers["Allow"] == ALLOWED[path]
        if method != "HEAD":
            check_problem(reply)
            assert reply.reason == "method-not-allowed"


@pytest.mark.parametrize("header", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_method_overrides_change_nothing(service: Service, caller: Caller, header: str) -> None:
    """Neither by a header nor by a parameter (SEC-7)."""
    ready = service.ready(1)
    caller.listing()
    headers = {header: "POST"}
    assert caller.call("GET", "/reports", None, headers, organizationId="hospital").json["count"] == 1
    assert caller.call("GET", "/reports", organizationId="hospital", _method="POST").status == 400
    assert caller.listing() == ready


def test_every_answer_carries_the_common_headers(service: Service, caller: Caller) -> None:
    """Right and wrong ones, of every operation, and the open documents; no two share a request id (PROTO-1, SEC-7)."""
    order = service.order(study_group="g")
    right = [
        caller.get("/status", order_id=order.order_id),
        caller.get("/orderId", study_uid=order.study_uid),
        caller.get("/results", order_id=order.order_id, report_type="txt"),
        caller.get("/report", study_group="g", report_type="csv"),
        caller.get("/reports", organizationId="hospital"),
        caller.call("POST", "/reports", organizationId="hospital"),
        caller.ask_token(),
        service.call("GET", "/oauth2/jwks"),
        service.call("GET", "/oauth2/.well-known/oauth-authorization-server"),
    ]
    assert [reply.status for reply in right] == [200] * len(right)
    wrong = [caller.get(path) for path in PATHS] + [service.call("GET", "/oauth2/token"), service.call("GET", "/x")]
    for reply in right + wrong:
        check_common(reply)
    assert len({reply.headers["X-Request-Id"] for reply in right + wrong}) == len(right + wrong)


def test_the_metadata_names_what_there_is() -> None:
    """RFC 8414: the endpoints, under the public URL where one is configured."""
    service = Service(public_url="https://mock.example/pacs/")
    for path in ("/.well-known/oauth-authorization-server/oauth2", "/oauth2/.well-known/oauth-authorization-server"):
        document = service.call("GET", path).json
        assert document["issuer"] == "https://mock.example/pacs/oauth2"
        assert document["token_endpoint"] == "https://mock.example/pacs/oauth2/token"
        assert document["jwks_uri"] == "https://mock.example/pacs/oauth2/jwks"
        assert document["grant_types_supported"] == ["client_credentials"]
        assert set(document["scopes_supported"]) == {"status.read", "reports.read", "reports.ack", "ingest.write"}


@pytest.mark.parametrize("path", ["/oauth2/jwks", "/oauth2/.well-known/oauth-authorization-server"])
def test_the_open_documents_are_only_read(service: Service, path: str) -> None:
    """Another method is a 405 that says so."""
    reply = service.call("POST", path)
    check_problem(reply)
    assert (reply.status, reply.headers["Allow"]) == (405, "GET")


# --- worlds


@pytest.fixture
def other(service: Service) -> Any:
    """A second world, its clock standing too."""
    world = service.state.worlds.create(WorldOptions(scenario="demo", pace="manual"))
    world.clock.freeze()
    return world


def token_in(service: Service, world: Any, prefix: str = "") -> str:
    """A token of that world's first client."""
    client = next(iter(world.clients.values()))
    headers = {"Authorization": basic(client.client_id, client.client_secret)}
    return str(service.call("GET", prefix + "/oauth2/token", headers).json["access_token"])


def test_credentials_decide_the_world(service: Service, caller: Caller, other: Any) -> None:
    """The same paths, another universe: an unmodified client is isolated by its credentials alone."""
    headers = {"Authorization": f"Bearer {token_in(service, other)}"}
    assert service.call("GET", "/reports?organizationId=demo-hospital", headers).json["count"] > 5
    assert caller.listing() == []
    assert caller.get("/reports", organizationId="demo-hospital").status == 403
    assert service.call("GET", "/reports?organizationId=hospital", headers).status == 403


def test_the_paths_prefix_decides_the_world_without_credentials(service: Service, caller: Caller, other: Any) -> None:
    """And with credentials of another world nothing opens there."""
    prefix = f"/w/{other.name}"
    mine = {"Authorization": f"Bearer {token_in(service, other, prefix)}"}
    reply = service.call("GET", prefix + "/reports?organizationId=demo-hospital", mine)
    assert reply.json["count"] > 5
    foreign = {"Authorization": f"Bearer {caller.token}"}
    assert service.call("GET", prefix + "/reports?organizationId=hospital", foreign).refusal == (401, "invalid-token")
    assert service.call("GET", prefix + "/status").status == 401
    assert service.call("GET", prefix + "/nowhere").status == 404
    assert service.call("PUT", prefix + "/status").headers["Allow"] == "GET"
    assert service.call("GET", prefix + "/oauth2/jwks").status == 200
    basic_there = {"Authorization": basic(caller.client.client_id, caller.client.client_secret)}
    assert service.call("GET", prefix + "/oauth2/token", basic_there).status == 401


@pytest.mark.parametrize("name", ["nowhere", "..", "", "DEFAULT"])
@pytest.mark.parametrize("path", ["/status", "/oauth2/token", "/oauth2/jwks", "/reports"])
def test_a_world_that_is_not_there_is_an_unknown_path(caller: Caller, name: str, path: str) -> None:
    """404, however good the token: no path leads from a lost world into another."""
    reply = caller.call("GET", f"/w/{name}{path}", organizationId="hospital")
    check_problem(reply)
    assert reply.refusal == (404, "not-found")


def test_an_ended_world_opens_nothing(service: Service, other: Any) -> None:
    """Neither its paths, nor its credentials, nor its tokens that were good a moment ago."""
    token, client = token_in(service, other), next(iter(other.clients.values()))
    service.state.worlds.delete(other.name)
    headers = {"Authorization": f"Bearer {token}"}
    assert service.call("GET", "/reports?organizationId=demo-hospital", headers).refusal == (401, "invalid-token")
    assert service.call("GET", f"/w/{other.name}/reports", headers).status == 404
    headers = {"Authorization": basic(client.client_id, client.client_secret)}
    assert service.call("GET", "/oauth2/token", headers).status == 401


# --- the mock's own faults


def test_a_fault_of_the_mocks_own_is_told_as_one(
    service: Service, caller: Caller, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """500 as a problem, without the trace, which stands in the log; and in the journal (SEC-5, SEC-6)."""
    monkeypatch.setattr(service.world.queue, "list_reports", lambda *_: 1 / 0)
    with caplog.at_level(logging.ERROR):
        reply = caller.get("/reports", organizationId="hospital")
    check_problem(reply)
    assert reply.refusal == (500, "internal-error")
    assert b"ZeroDivision" not in reply.body
    assert "ZeroDivisionError" in caplog.text
    assert [entry.status for entry in service.world.journal.entries()][-1] == 500


def test_a_fault_before_the_pipeline_is_told_too(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """Never as a refusal of what was right."""

    def broken(call: Call, by_client_credentials: bool) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(service.state.worlds, "of_call", broken)
    reply = service.call("GET", "/status")
    check_problem(reply)
    assert reply.refusal == (500, "internal-error")
    assert b"on purpose" not in reply.body
