"""Defects are switched on and off in a world that serves: it is wrong meanwhile, and keeps what it has."""

from __future__ import annotations

import pytest

from mock.tests.helpers.databases import KINDS, Databases
from mock.tests.helpers.in_process import Caller, Service, basic
from mock.tests.helpers.sharing import Server, serving
from pacsimile_mock.config import WorldOptions

ON = "/worlds/default/defects"


def reads(caller: Caller, token: str) -> int:
    """The status that a listing meets, with a token that must not list."""
    caller.token = token
    return caller.get("/reports", organizationId="hospital").status


def narrow(caller: Caller) -> str:
    """A token that does not carry the scope of listings."""
    return caller.new_token(scope="status.read")


@pytest.mark.parametrize("kind", KINDS)
def test_all_servers_are_wrong_alike_while_a_defect_is_on(kind: str, databases: Databases) -> None:
    """Also one that starts meanwhile; afterwards all are right again."""
    url = databases.empty(kind)
    with serving(url) as (one, other):
        caller = one.client()
        token, there = narrow(caller), other.as_client(caller)
        assert reads(there, token) == 403
        one.control("POST", ON, {"name": "scope-ignored"})
        assert (reads(caller, token), reads(there, token)) == (200, 200)
        with serving(url, 1) as (later,):
            assert reads(later.as_client(caller), token) == 200
        other.control("DELETE", f"{ON}/scope-ignored")
        assert (reads(caller, token), reads(there, token)) == (403, 403)


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
def test_what_the_world_keeps_stays(token_format: str) -> None:
    """Orders, listings, acknowledgements, tokens that are good and tokens that are revoked, faults and the journal."""
    service = Service(WorldOptions(scenario="empty", pace="manual", token_format=token_format), control_token="c")
    caller, ids = service.client(), service.ready(3)
    headers = {
        "Authorization": basic(caller.client.client_id, caller.client.client_secret),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    revoked = caller.new_token()
    service.call("POST", "/oauth2/revoke", headers, f"token={revoked}".encode())
    assert caller.listing(limit=2) == ids[:2]
    before = service.world.journal.total
    for method, target, body in (("POST", "", b'{"name": "scope-ignored"}'), ("DELETE", "", b"")):
        service.call(method, f"/_mock{ON}{target}", {"Authorization": "Bearer c"}, body)
        assert reads(caller, caller.token) == 200
        assert service.call("GET", "/status", {"Authorization": f"Bearer {revoked}"}).status == 401
    assert caller.acknowledge() == ids
    assert service.world.journal.total > before


def test_a_defect_of_the_journal_keeps_its_entries(service: Service) -> None:
    """And who follows it is told of calls still."""
    heard: list[int] = []
    service.world.journal.listeners += (lambda entry: heard.append(entry.status),)
    service.call("GET", "/nowhere")
    service.state.worlds.switch_defects(service.world, lambda _: ("token-requests-are-recorded-twice",))
    service.call("GET", "/nowhere")
    assert heard == [404, 404]


def test_a_refused_switch_changes_nothing(databases: Databases) -> None:
    """What is not on cannot be switched off, and what is unknown not on."""
    with serving(databases.empty("sqlite"), 1) as (server,):
        _refused(server, "DELETE", f"{ON}/scope-ignored", None, 404)
        _refused(server, "POST", ON, {"name": "x"}, 400)
        assert server.control("GET", ON).json == {"defects": []}


def _refused(server: Server, method: str, path: str, content: object, status: int) -> None:
    assert server.asked(method, path, content).status == status
