"""What faults do that needs no connection, and what the journal says of them."""

from __future__ import annotations

from typing import Any

import pytest

from mock.tests.helpers.faulty import Faulty, entry, statuses
from mock.tests.helpers.in_process import Caller, Service
from pacsimile_mock.clock import SECOND
from pacsimile_mock.config import WorldOptions


@pytest.mark.parametrize(
    ("status", "reason"), [(429, "too-many-requests"), (500, "internal-error"), (503, "service-unavailable")]
)
def test_a_status_is_answered_with_its_problem(caller: Caller, faults: Faulty, status: int, reason: str) -> None:
    """With the problem that the contract has for it, and every header that each answer has (PROTO-1)."""
    faults.set({"status": status})
    reply = caller.get("/orderId", study_uid="1.2.3")
    assert reply.refusal == (status, reason)
    assert reply.headers["X-Request-Id"]
    assert reply.headers["Cache-Control"] == "no-store"


def test_retry_after_is_as_asked_for(caller: Caller, faults: Faulty) -> None:
    """429 and 503 always have one (PROTO-4), other statuses where the fault says so."""
    for effect, expected in (
        ({"status": 503}, "1"),
        ({"status": 429, "retry_after": 30}, "30"),
        ({"status": 500}, None),
        ({"status": 500, "retry_after": 2}, "2"),
    ):
        faults.set(effect)
        assert caller.get("/orderId", study_uid="1.2.3").headers.get("Retry-After") == expected
        faults.call("DELETE")


@pytest.mark.parametrize(("status", "title"), [(502, "Bad Gateway"), (504, "Gateway Timeout"), (599, "Refused")])
def test_a_status_that_the_contract_does_not_know_is_about_blank(
    caller: Caller, faults: Faulty, status: int, title: str
) -> None:
    """As a gateway's would be (RFC 9457 section 4.2.1)."""
    faults.set({"status": status})
    reply = caller.get("/orderId", study_uid="1.2.3")
    assert reply.status == status
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert (reply.json["type"], reply.json["title"], reply.json["status"]) == ("about:blank", title, status)


def test_a_401_is_challenged(caller: Caller, faults: Faulty) -> None:
    """As for a token that has expired, so that a client fetches another (AUTH-10)."""
    faults.set({"status": 401})
    reply = caller.get("/orderId", study_uid="1.2.3")
    assert reply.refusal == (401, "invalid-token")
    assert 'error="invalid_token"' in reply.headers["WWW-Authenticate"]


@pytest.mark.parametrize(("status", "error"), [(400, "invalid_request"), (401, "invalid_client")])
def test_the_token_endpoint_answers_in_its_own_words(caller: Caller, faults: Faulty, status: int, error: str) -> None:
    """RFC 6749 section 5.2."""
    faults.set({"status": status}, {"operation": "getToken"})
    reply = caller.ask_token()
    assert (reply.status, reply.json["error"]) == (status, error)


def test_a_malformed_answer_is_whole_by_its_length(service: Service, caller: Caller, faults: Faulty) -> None:
    """JSON that does not parse; a report's digest stays, and tells (RESULTS-9)."""
    order = service.order()
    faults.set({"malformed": True})
    reply = caller.get("/status", order_id=order.order_id)
    assert reply.status == 200
    assert int(reply.headers["Content-Length"]) == len(reply.body) > 0
    with pytest.raises(ValueError, match=r"Expecting|Unterminated"):
        _ = reply.json
    faults.call("DELETE")
    query = {"order_id": order.order_id, "report_type": "txt"}
    whole = caller.get("/results", **query)
    faults.set({"malformed": True})
    half = caller.get("/results", **query)
    assert whole.body.startswith(half.body)
    assert half.headers["Content-Digest"] == whole.headers["Content-Digest"]


def test_tokens_that_end_early(service: Service, caller: Caller, faults: Faulty) -> None:
    """The answer says an hour; the token is refused after a minute."""
    faults.set({"token_lifetime": 60}, count=1)
    reply = caller.ask_token()
    assert reply.json["expires_in"] == 3600
    caller.token = reply.json["access_token"]
    service.world.clock.advance(59 * SECOND)
    assert statuses(caller, 1) == [404]
    service.world.clock.advance(SECOND)
    assert statuses(caller, 1) == [401]
    caller.token = caller.new_token()
    service.world.clock.advance(61 * SECOND)
    assert statuses(caller, 1) == [404]


@pytest.mark.parametrize("token_format", ["jwt", "opaque"])
def test_keys_are_rotated_in_one_world(token_format: str) -> None:
    """Every token so far is refused, that of the call that meets it too; new ones have a new key. Others go on."""
    service = Service(WorldOptions(scenario="empty", pace="manual", token_format=token_format))
    caller, faults = service.client(), Faulty(service)
    world = service.state.worlds.create(WorldOptions(scenario="empty"))
    other = Caller(service, next(iter(world.clients.values())))
    old = service.call("GET", "/oauth2/jwks").json["keys"]
    faults.set({"key_rotation": True}, {"operation": "getOrderIds"})
    assert statuses(caller, 1, "/status", study_uid="1.2.3") == [404]
    assert statuses(caller, 2) == [401, 401]
    caller.token = caller.new_token()
    assert statuses(caller, 1) == [404]
    assert statuses(other, 1) == [404]
    new = service.call("GET", "/oauth2/jwks").json["keys"]
    assert len(new) == 1
    assert new != old
    assert old[0] in service.call("GET", f"/w/{world.name}/oauth2/jwks").json["keys"]


def test_the_journal_names_the_fault(service: Service, caller: Caller, faults: Faulty) -> None:
    """Its id and what it does; who called and with which parameters, though the service never saw the call."""
    faults.set({"status": 503}, {"nth": 1})
    statuses(caller, 1)
    met = entry(service)
    assert (met.fault, met.status, met.requirement) == ("fault-1 status 503", 503, None)
    assert met.client_id == caller.client.client_id
    assert met.parameters.keys() == {"study_uid"}
    assert met.delivered
    statuses(caller, 1)
    assert entry(service).fault is None


def test_without_a_token_the_journal_knows_no_client(service: Service, faults: Faulty) -> None:
    """Nor does a token that is none, or a client that is nobody, put a name there."""
    faults.set({"status": 503})
    for headers in ({}, {"Authorization": "Bearer x"}):
        assert service.call("GET", "/status?order_id=A", headers).status == 503
        assert entry(service).client_id is None
    service.call("GET", "/oauth2/token", {"Authorization": "Basic bm9ib2R5Ong="})
    assert (entry(service).fault, entry(service).client_id) == ("fault-1 status 503", None)


@pytest.mark.parametrize("effect", [{"reset": True}, {"reset": "request"}, {"truncate": True}, {"drip": True}])
def test_without_a_connection_what_needs_one_says_so(
    service: Service, caller: Caller, faults: Faulty, effect: dict[str, Any]
) -> None:
    """No answer is passed off as if nothing had been: 500, and what to do."""
    faults.set(effect)
    reply = caller.get("/orderId", study_uid="1.2.3")
    assert reply.status == 500
    assert "pacsimile serve" in reply.json["detail"]
    assert not entry(service).delivered


def test_without_a_connection_latency_is_slept(caller: Caller, service: Service, faults: Faulty) -> None:
    """The caller waits, as it would on a wire; the journal has the time."""
    faults.set({"latency_ms": 30})
    assert statuses(caller, 1) == [404]
    assert entry(service).duration_us >= 30_000
    assert entry(service).delivered
