"""What every request passes first: a name that is ours, a query that a URL may have; whoever answers it (SEC-8)."""

from __future__ import annotations

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from mock.tests.helpers.in_process import URL, Caller, Service, basic
from pacsimile_mock.config import ServerOptions
from pacsimile_mock.hosts import REMEMBERED, Hosts

PATHS = (
    "/status",
    "/oauth2/token",
    "/oauth2/jwks",
    "/oauth2/introspect",
    "/oauth2/.well-known/oauth-authorization-server",
    "/nothing",
    "/w/default/status",
    "/w/default/oauth2/token",
    "/w/default/oauth2/jwks",
    "/w/none/status",
    "/_mock/health",
    "/_mock/worlds",
    "/_mock/nothing",
    "/metrics",
)
FOREIGN = (
    "evil.example",
    "evil.example:8080",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "a b",
    "",
    "[",
    "\xfc",
)


def hosts(**options: object) -> Hosts:
    """The names of a server with these options."""
    return Hosts(ServerOptions(**options))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "PUT"])
def test_a_foreign_name_opens_nothing(service: Service, caller: Caller, path: str, method: str) -> None:
    """Nor does it with a right token or right credentials: a page that has borrowed the name may know them."""
    for host in FOREIGN:
        reply = service.call(method, path, {"Host": host, "Authorization": f"Bearer {caller.token}"})
        assert reply.status == 421
        assert reply.json["status"] == 421
        assert "application/problem+json" in reply.headers["Content-Type"]


def test_a_page_can_neither_take_a_token_nor_acknowledge(service: Service, caller: Caller) -> None:
    """The documented credentials are known to all: what keeps a page out is its name."""
    client = caller.client
    headers = {"Host": "rebound.example:8080", "Authorization": basic(client.client_id, client.client_secret)}
    reply = service.call("GET", "/oauth2/token", headers)
    assert "access_token" not in reply.json
    assert "--allow-host 'rebound.example' " in reply.json["detail"]
    assert "--public-url" in reply.json["detail"]
    assert reply.headers["X-Request-Id"]


@pytest.mark.parametrize(
    ("host", "options"),
    [
        (None, {}),
        ("localhost", {}),
        ("LOCALHOST:99", {}),
        ("127.0.0.1:8080", {}),
        ("[::1]", {}),
        ("[::1]:8080", {}),
        ("10.0.0.7:8080", {"host": "10.0.0.7"}),
        ("[fd00::7]:8080", {"host": "fd00::7"}),
        ("mock.example", {"public_url": "https://Mock.example:8443/pacs"}),
        ("MOCK:8080", {"allow_hosts": ("mock",)}),
    ],
)
def test_names_that_are_ours(host: str | None, options: dict[str, object]) -> None:
    """Loopback's, and those that the options name, with any port and in any case."""
    names = hosts(**options)
    assert [names.refusal(host, "127.0.0.1") for _ in range(2)] == [None, None]


@pytest.mark.parametrize("name", ["mock", "192.168.1.5", "fd00::5"])
def test_the_address_that_was_called_is_ours(name: str) -> None:
    """What listens on all addresses is reached by each; a name that stands in the address's place is none."""
    shown = f"[{name}]" if ":" in name else name
    refusal = hosts(host="0.0.0.0").refusal(f"{shown}:8080", name)
    assert (refusal is None) == (name != "mock")


def test_names_are_not_remembered_without_end() -> None:
    """Of many ports under our name a bounded number; foreign names not at all."""
    names = hosts()
    for port in range(3 * REMEMBERED):
        assert names.refusal(f"localhost:{port}", "127.0.0.1") is None
        assert names.refusal(f"evil{port}.example", "127.0.0.1") is not None
    assert len(names.passed) <= REMEMBERED + 1


@pytest.mark.parametrize("port", ["9" * 50_000, "0" * 6, "x", "1.5", "-1", "٣"])
def test_what_cannot_be_a_port_is_not_remembered(port: str) -> None:
    """A thousand such names would take as many bytes as somebody likes."""
    names = hosts()
    assert names.refusal(f"localhost:{port}", "127.0.0.1") is not None
    assert names.refusal(f"[::1]:{port}", "127.0.0.1") is not None
    assert names.passed == {None}


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("query", ["x=\xe9", "\u0100", "order_id=\U0001f600"])
def test_a_query_that_is_not_ascii(service: Service, path: str, query: str) -> None:
    """400 with a problem, or a token error where that is the form; never a failure."""
    method = "POST" if path.endswith("introspect") else "GET"
    environ = {**EnvironBuilder(path, URL, method=method).get_environ(), "QUERY_STRING": query}
    body, status, headers = run_wsgi_app(service.app, environ)
    assert status.startswith("400 ")
    assert b"percent-encode" in b"".join(body)
    assert path.startswith(("/_mock", "/metrics")) or headers["X-Request-Id"]
