"""Where a token is taken from, and what its scopes open: AUTH-9, AUTH-10, AUTH-13, AUTH-14, AUTH-16."""

from typing import Any

import pytest
from forging import OPERATIONS, signed, statuses
from in_process import Caller, Service


def test_tokens_are_taken_from_the_header_alone(service: Service, caller: Caller) -> None:
    """In the query or a form body one opens nothing (AUTH-13), whatever name it has."""
    for name in ("access_token", "token", "Authorization", "bearer"):
        for method, target in OPERATIONS:
            reply = service.call(method, f"{target}&{name}={caller.token}")
            assert reply.refusal == (401, "invalid-token")
            assert caller.token not in reply.body.decode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"{name}={caller.token}".encode()
        assert service.call("POST", "/reports?organizationId=hospital", form, body).status == 401
    for header in ("X-Authorization", "Proxy-Authorization", "Cookie", "X-Access-Token"):
        assert service.call("GET", OPERATIONS[4][1], {header: f"Bearer {caller.token}"}).status == 401


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
def test_the_scheme_is_case_insensitive(service: Service, caller: Caller, scheme: str) -> None:
    """RFC 9110 §11.1 (AUTH-13); and more spaces than one are none the worse."""
    for value in (f"{scheme} {caller.token}", f"{scheme}   {caller.token}"):
        assert service.call("GET", OPERATIONS[4][1], {"Authorization": value}).status == 200


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Basic {token}", "Token {token}", "{token}", "Bearer:{token}", "Bearerx {token}"]
)
def test_no_token_is_told_as_such(service: Service, caller: Caller, value: str) -> None:
    """Another scheme and an empty value are no token: the challenge has no `error` (AUTH-9, AUTH-10)."""
    for method, target in OPERATIONS:
        reply = service.call(method, target, {"Authorization": value.format(token=caller.token)})
        assert reply.refusal == (401, "invalid-token")
        assert reply.headers["WWW-Authenticate"] == 'Bearer realm="pacsimile"'
        assert "token endpoint" in reply.json["detail"]


@pytest.mark.parametrize("second", ["Bearer {token}", "Basic eDp5", "Bearer x"])
@pytest.mark.parametrize("first", ["Bearer x", "Basic eDp5", "Bearer {token}"])
def test_two_authorization_headers_are_refused(service: Service, caller: Caller, first: str, second: str) -> None:
    """However good either is (AUTH-13): WSGI joins them with a comma."""
    value = f"{first}, {second}".format(token=caller.token)
    assert service.call("GET", OPERATIONS[4][1], {"Authorization": value}).status == 401


def test_scopes_open_their_operations_and_no_other(service: Service) -> None:
    """Each scope alone, also a narrower token of an able client; names match whole (AUTH-14, AUTH-16)."""
    opened = {
        "status.read": {("GET", "/status"), ("GET", "/orderId")},
        "reports.read": {("GET", "/results"), ("GET", "/report"), ("GET", "/reports")},
        "reports.ack": {("POST", "/reports")},
        "ingest.write": set(),
    }
    able = service.client(scopes=tuple(opened))
    for scope, expected in opened.items():
        for caller, token in ((service.client(scopes=(scope,)), None), (able, able.new_token(scope=scope))):
            token = token or caller.token
            for method, target in OPERATIONS:
                reply = service.call(method, target, {"Authorization": f"Bearer {token}"})
                refused = (method, target.partition("?")[0]) not in expected
                assert (reply.status == 403) == refused
                if refused:
                    check_scope_refusal(reply)


def check_scope_refusal(reply: Any) -> None:
    """A 403 names the scope that is missing, in the challenge and for people (AUTH-14, RFC 6750 §3.1)."""
    challenge = reply.headers["WWW-Authenticate"]
    assert reply.reason == "insufficient-scope"
    assert challenge.startswith('Bearer realm="pacsimile", error="insufficient_scope", scope="')
    assert challenge.split('scope="')[1].rstrip('"') in reply.json["detail"]


@pytest.mark.parametrize("scope", ["status.readx", "xstatus.read", "STATUS.READ", "status", "status.read,reports.read"])
def test_scope_names_match_whole(service: Service, caller: Caller, scope: str) -> None:
    """A token whose scope only looks like the one opens nothing (AUTH-14)."""
    assert statuses(caller, signed(service, scope=scope)) == {403}
