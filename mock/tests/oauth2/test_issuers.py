"""Under whatever name a client reaches the server, it is the issuer in metadata and tokens, and all are accepted."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from typing import Any

import pytest

from mock.tests.helpers.databases import KINDS, Databases
from mock.tests.helpers.in_process import URL, Caller, Service, basic
from mock.tests.helpers.sharing import MANUAL, serving
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.oauth2.issuers import BOUND, ISSUERS, Issuers
from pacsimile_mock.storage.registry import MemoryRegistry

NAMES = ("mock.example", "xn--mck-tna.example", "other.example", "one.example", "inner")
"""Under which the servers here answer, beside those of loopback."""
WELL_KNOWN = ".well-known/oauth-authorization-server"


@pytest.fixture
def service() -> Service:
    """A server that answers under several names."""
    return Service(allow_hosts=NAMES)


def claims(token: str) -> dict[str, Any]:
    """What a JWT carries."""
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def documents(service: Service, prefix: str, host: str) -> list[str]:
    """The issuer that each of the metadata documents names."""
    paths = (f"{prefix}/oauth2/{WELL_KNOWN}", f"/{WELL_KNOWN}{prefix}/oauth2")
    return [service.call("GET", path, {"Host": host}).json["issuer"] for path in paths]


def token(service: Service, prefix: str, host: str, *credentials: str) -> str:
    """A token got under a name."""
    headers = {"Authorization": basic(*credentials), "Host": host}
    return str(service.call("GET", f"{prefix}/oauth2/token", headers).json["access_token"])


def accepted(service: Service, text: str, target: str, host: str = "127.0.0.1:8080") -> bool:
    """Whether a token is accepted under a name."""
    return service.call("GET", target, {"Authorization": f"Bearer {text}", "Host": host}).status == 200


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8080", "localhost:8080", "mock.example", "xn--mck-tna.example:81", "[::1]"]
)
def test_a_token_names_the_issuer_of_the_metadata(service: Service, caller: Caller, host: str) -> None:
    """RFC 8414 section 3.3, under any name; got under one, it is accepted under each."""
    got = token(service, "", host, caller.client.client_id, caller.client.client_secret)
    assert [claims(got)["iss"]] * 2 == documents(service, "", host) == [f"http://{host}/oauth2"] * 2
    for other in (host, "127.0.0.1:8080", "other.example"):
        assert accepted(service, got, "/reports?organizationId=hospital", other)


def test_a_world_is_an_issuer_under_its_own_path(service: Service) -> None:
    """Where its metadata says so; asked at the root, its client gets a token of the root's. Either holds at both."""
    world = service.state.worlds.create(WorldOptions(scenario="demo"))
    client, prefix, host = next(iter(world.clients.values())), f"/w/{world.name}", "mock.example"
    target = f"/reports?organizationId={client.organization_id}"
    for path in (prefix, ""):
        got = token(service, path, host, client.client_id, client.client_secret)
        assert [claims(got)["iss"]] * 2 == documents(service, path, host)
        assert accepted(service, got, target)
        assert accepted(service, got, prefix + target)


def test_behind_a_public_url_there_is_one_name() -> None:
    """Whatever the proxy sends as `Host`."""
    service = Service(public_url="https://mock.example/pacs/", allow_hosts=NAMES)
    caller = service.client()
    got = token(service, "", "inner:8080", caller.client.client_id, caller.client.client_secret)
    assert claims(got)["iss"] == "https://mock.example/pacs/oauth2"
    assert documents(service, "", "inner:8080") == ["https://mock.example/pacs/oauth2"] * 2


def test_a_name_under_which_nothing_was_issued_is_another_issuers(service: Service, caller: Caller) -> None:
    """However much it looks like ours (AUTH-12)."""
    forged = []
    for issuer in ("http://other.example/oauth2", f"{URL}/oauth2/", f"{URL}/w/x/oauth2", URL, "", 1):
        tokens = service.world.jwt
        known = claims(caller.token)
        forged.append(tokens.sign(tokens.header(), {**known, "iss": issuer}))
    assert [accepted(service, one, "/reports?organizationId=hospital") for one in forged] == [False] * 6


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
def test_introspection_names_the_tokens_own_issuer(token_format: str) -> None:
    """Not that of the name under which it is asked."""
    service = Service(WorldOptions(scenario="empty", pace="manual", token_format=token_format), allow_hosts=NAMES)
    client = service.client().client
    got = token(service, "", "mock.example", client.client_id, client.client_secret)
    headers = {
        "Authorization": basic(client.client_id, client.client_secret),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    told = service.call("POST", "/oauth2/introspect", headers, f"token={got}".encode()).json
    assert told["iss"] == "http://mock.example/oauth2"


@pytest.mark.parametrize("kind", KINDS)
def test_all_servers_on_a_database_accept_what_one_issued(kind: str, databases: Databases) -> None:
    """Under a name that it alone was asked under; and so does one that starts later."""
    url = databases.empty(kind)
    with serving(url, options=MANUAL, allow_hosts=NAMES) as (one, other):
        client = one.client().client
        got = token(one, "", "one.example", client.client_id, client.client_secret)
        assert accepted(other, got, "/reports?organizationId=hospital", "other.example")
    with serving(url, 1, options=MANUAL, allow_hosts=NAMES) as (later,):
        assert accepted(later, got, "/reports?organizationId=hospital")


def test_of_very_many_names_the_oldest_go() -> None:
    """But never the server's own."""
    issuers = Issuers(MemoryRegistry(), "http://home")
    for n in range(BOUND + 1):
        issuers.note_issuer(f"http://h{n}/oauth2", "default")
    names = ("http://home", "http://h0", f"http://h{BOUND}")
    assert [issuers.knows(f"{name}/oauth2", "default") for name in names] == [True, False, True]


def test_a_name_that_another_worker_has_noted_is_looked_up_once() -> None:
    """What one noted the other finds in the registry, and then remembers; its own name needs no look."""
    registry = MemoryRegistry()
    one, other = Issuers(registry, "http://home"), Issuers(registry, "http://home")
    one.note_issuer("http://another/w/w1/oauth2", "w1")
    assert other.knows("http://another/oauth2", "default")
    registry.replace(ISSUERS, "[]")
    assert [other.knows(f"{name}/oauth2", "w") for name in ("http://another", "http://home", "http://x")] == [
        True,
        True,
        False,
    ]
    assert not other.knows("http://another/oauth2", "default")
