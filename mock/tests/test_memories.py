"""What clients fill is bounded in bytes, whoever they are; further bounds are tested where they belong."""

from __future__ import annotations

import json
import tracemalloc
from base64 import urlsafe_b64encode
from sys import getsizeof

import pytest

from mock.tests.helpers.in_process import Service, basic
from pacsimile_mock.oauth2 import inspection
from pacsimile_mock.oauth2.tokens import WORLD_CLAIM
from pacsimile_mock.storage import registry
from pacsimile_mock.storage.registry import MemoryRegistry
from pacsimile_mock.worlds import worlds

MEBIBYTE = 1024 * 1024


def encoded(content: object) -> str:
    """A part of a JWT."""
    return urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def claiming(world: str, number: int, filling: str = "") -> dict[str, str]:
    """The headers of a call with a token that nobody has signed."""
    token = f"{encoded({'alg': 'ES256'})}.{encoded({WORLD_CLAIM: world, 'n': number, 'x': filling})}.c2lnbmF0dXJl"
    return {"Authorization": f"Bearer {token}"}


def test_tokens_that_nobody_verified_are_remembered_within_a_bound(service: Service) -> None:
    """By their texts, and only short ones: what a stranger sends takes 20 MiB at most."""
    kept = service.state.worlds._of_token
    for number in range(worlds.REMEMBERED_TOKENS + 10):
        service.state.worlds._remembered_world(claiming("default", number)["Authorization"][7:])
        assert len(kept) <= worlds.REMEMBERED_TOKENS
    assert len(kept) == 10
    kept.clear()
    service.call("GET", "/status", claiming("default", 1, "x" * 8192))
    assert not kept
    service.call("GET", "/status", claiming("w" * 400, 1))
    most = max(getsizeof(text) + getsizeof(world) for text, world in kept.items())
    assert most * worlds.REMEMBERED_TOKENS < 20 * MEBIBYTE


def test_worlds_are_bounded(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is refused, with what to do; once another has ended there is room."""
    monkeypatch.setattr(worlds, "MOST_WORLDS", 3)
    headers = {"Authorization": f"Bearer {service.state.control_token}"}
    made = [service.call("POST", "/_mock/worlds", headers, b"{}") for _ in range(3)]
    assert [one.status for one in made] == [201, 201, 400]
    assert "end some first" in made[2].json["detail"]
    assert service.call("DELETE", f"/_mock/worlds/{made[0].json['world']}", headers).status == 204
    assert service.call("POST", "/_mock/worlds", headers, b"{}").status == 201


@pytest.mark.parametrize("status", ["RECEIVED", "COMPLETED"])
def test_an_order_takes_half_a_kilobyte(service: Service, status: str) -> None:
    """Of those that were submitted at once, of which there may be a million."""
    count, headers = 5_000, {"Authorization": f"Bearer {service.state.control_token}"}
    tracemalloc.start()
    body = json.dumps({"count": count, "status": status, "created_seconds_ago": 7200}).encode()
    assert service.call("POST", "/_mock/worlds/default/orders", headers, body).status == 201
    taken = tracemalloc.get_traced_memory()[0] / count
    tracemalloc.stop()
    assert taken < 550


def test_revocations_are_bounded_and_none_is_forgotten(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is refused, and its token stays good; those that were revoked stay so."""
    monkeypatch.setattr(inspection, "MOST_REVOKED", 2)
    caller = service.client()
    headers = {
        "Authorization": basic(caller.client.client_id, caller.client.client_secret),
        "Content-Type": "application/x-www-form-urlencoded",
    }
    tokens = [caller.new_token() for _ in range(3)]
    replies = [service.call("POST", "/oauth2/revoke", headers, f"token={token}".encode()) for token in tokens]
    assert [reply.status for reply in replies] == [200, 200, 503]
    target = "/reports?organizationId=hospital"
    uses = [service.call("GET", target, {"Authorization": f"Bearer {token}"}).status for token in tokens]
    assert uses == [401, 401, 200]


def test_opaque_tokens_are_kept_within_a_bound() -> None:
    """Of very many the oldest go."""
    kept = MemoryRegistry()
    for number in range(registry.MOST_TOKENS + 1):
        kept.save_token("default", str(number), "{}")
    assert [kept.token("default", str(number)) for number in (0, 1, registry.MOST_TOKENS)] == [None, "{}", "{}"]


def test_calls_that_prove_nothing_are_counted_together(service: Service) -> None:
    """Counters never drop: they, and the labels of metrics, are no more than operations, statuses and clients."""
    counters = service.world.journal.store.counters
    for number in range(50):
        service.call(f"X{number}", "/status")
        service.call("GET", f"/nothing-{number}")
        service.call("GET", "/oauth2/token", {"Authorization": f"Basic {encoded(f'client-{number}:x')}"})
        service.call("GET", "/status", claiming(f"world-{number}", number))
    assert len(counters()) <= 4
    assert sum(counters().values()) == 200
