"""What is answered where a call's world ended meanwhile, and where a state puts calls off."""

import pytest

from mock.tests.helpers.in_process import Caller, Service
from pacsimile_mock.database_errors import WorldEnded
from pacsimile_mock.errors import throttled


def test_a_world_that_ended_meanwhile_takes_its_tokens_and_clients_with_it(
    service: Service, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """AUTH-12, AUTH-4: the token was sent and is not valid (RFC 6750, section 3.1); the client is unknown."""

    def ended(*_: object) -> None:
        raise WorldEnded

    monkeypatch.setattr(service.world.pipeline, "respond", ended)
    reply = caller.get("/status", order_id="ORD-1")
    assert reply.refusal == (401, "invalid-token")
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]
    refused = caller.ask_token()
    assert (refused.status, refused.json["error"]) == (401, "invalid_client")
    assert refused.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(("status", "reason"), [(429, "too-many-requests"), (503, "service-unavailable")])
def test_a_throttled_call_says_who_asked_for_it(status: int, reason: str) -> None:
    """PROTO-4: a state of the provider did, and the client comes again."""
    refusal = throttled(status)
    assert (refusal.reason, refusal.headers) == (reason, (("Retry-After", "1"),))
    assert refusal.detail == "Throttled by a provider state: try again after Retry-After."
