"""The checkers of AUTH-6, AUTH-14 and AUTH-16 on stories written by hand."""

from dataclasses import replace

import pytest

from contract_tests.tests.helpers.handwritten import exchange, story, verdicts
from pacsimile_contract.checkers import scopes
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_spec.operation_ids import API_OPERATIONS

PASS, FAIL, WARN, OPEN = Verdict.PASS, Verdict.FAIL, Verdict.WARN, Verdict.NOT_EXERCISED
LIMITED = {"scopes": ["status.read", "reports.read"]}
NARROWED = {"value": "status.read"}


def given(scope: str | None) -> Exchange:
    """Return a token answer that echoes these scopes."""
    said = {"access_token": "t", "token_type": "Bearer", "expires_in": 3600}
    return exchange("getToken", 200, said if scope is None else {**said, "scope": scope})


def refusal(error: str = "invalid_scope", code: int = 400) -> Exchange:
    """Return a TokenError."""
    return exchange("getToken", code, {"error": error})


@pytest.mark.parametrize(("label", "part"), [("unknown", "unknown"), ("beyond", "beyond-the-client")])
def test_scopes_that_are_not_the_clients_are_refused(label: str, part: str) -> None:
    """AUTH-6: not dropped, not granted."""
    for answer, verdict in (
        (refusal(), PASS),
        (given("status.read"), FAIL),
        (refusal("invalid_request"), FAIL),
        (refusal(code=401), FAIL),
    ):
        assert verdicts(scopes.grants_what_is_the_clients, story((label, answer)))[part] is verdict


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (refusal(), PASS), (given("status.read"), FAIL), (given("status.read openid"), OPEN), (given(None), FAIL),
        (refusal("invalid_request"), FAIL),
    ],
)  # fmt: skip
def test_a_scope_that_others_know_is_not_dropped(answer: Exchange, verdict: Verdict) -> None:
    """AUTH-6: refused, or granted by a service that has such a scope."""
    told = story(("standard/0", answer), **{"standard/0": {"value": "openid"}})
    assert verdicts(scopes.grants_what_is_the_clients, told)["unknown"] is verdict


def test_a_narrower_scope_is_granted_and_echoed() -> None:
    """AUTH-6: exactly that; more is a failure of fact."""
    for answer, strict, documented in (
        (given("status.read"), PASS, PASS),
        (given("status.read reports.read"), FAIL, FAIL),
        (given(""), FAIL, WARN),
        (given(None), FAIL, WARN),
        (refusal(), FAIL, FAIL),
    ):
        told = story(("narrower", answer), narrowed=NARROWED)
        assert verdicts(scopes.grants_what_is_the_clients, told)["narrower"] is strict
        assert verdicts(scopes.grants_what_is_the_clients, told, "documented")["narrower"] is documented


def test_every_token_has_the_scopes_that_were_asked_for() -> None:
    """AUTH-6: in any order, wherever in a run; a token for no named scopes is left to others."""
    for asked, granted, verdict in (
        ("status.read reports.read", "reports.read status.read", PASS),
        ("status.read", "status.read reports.read", FAIL),
        ("status.read reports.read", "status.read", FAIL),
        ("status.read", None, OPEN),
        ("", "status.read", OPEN),
    ):
        answer = given(granted)
        told = story(("-", replace(answer, request=replace(answer.request, given={"scope": asked}))))
        assert verdicts(scopes.grants_what_is_asked, told)["every-token"] is verdict


def test_a_narrowed_token_opens_what_it_names() -> None:
    """AUTH-6: a scope that is echoed and opens nothing was not granted."""
    for code, verdict in ((200, PASS), (404, PASS), (403, FAIL), (401, FAIL)):
        told = story(("narrower", given("status.read")), ("own", exchange(status=code)), narrowed=NARROWED)
        assert verdicts(scopes.grants_what_is_the_clients, told)["narrower"] is verdict


def test_a_narrowed_token_opens_no_more() -> None:
    """AUTH-6: unless no scope is looked at: then AUTH-14 is at fault."""
    for left_out, control, verdict in ((403, 403, PASS), (200, 403, FAIL), (200, 200, OPEN)):
        told = story(
            ("narrower", given("status.read")),
            ("left-out", exchange("getResult", left_out)),
            ("control", exchange("getResult", control)),
            narrowed=NARROWED,
        )
        assert verdicts(scopes.grants_what_is_the_clients, told)["narrower-opens-no-more"] is verdict


def test_without_a_scope_the_default_set_is_granted() -> None:
    """AUTH-6: some of the client's scopes, in any order, echoed; none beyond them."""
    for answer, verdict in (
        (given("reports.read status.read"), PASS),
        (given("status.read"), PASS),
        (given("status.read reports.ack"), FAIL),
        (given(""), FAIL),
        (given(None), FAIL),
        (refusal(), FAIL),
    ):
        told = story(("default", answer), limited=LIMITED)
        assert verdicts(scopes.grants_what_is_the_clients, told)["default"] is verdict


def refused(code: int, challenge: str | None = 'Bearer realm="x", error="insufficient_scope"') -> Exchange:
    """Return an answer to a call without the scope."""
    return exchange(status=code, headers=(("WWW-Authenticate", challenge),) if challenge else ())


@pytest.mark.parametrize("operation", API_OPERATIONS)
@pytest.mark.parametrize("label", ["cold", "warm"])
def test_every_operation_needs_its_scope(operation: str, label: str) -> None:
    """AUTH-14: 403 with the challenge of RFC 6750 section 3.1; served is a failure of fact."""
    for answer, strict, documented in (
        (refused(403), PASS, PASS),
        (refused(200), FAIL, FAIL),
        (refused(401), FAIL, WARN),
        (refused(403, None), FAIL, WARN),
        (refused(403, 'Bearer error="invalid_token"'), FAIL, WARN),
        (refused(403, 'Basic error="insufficient_scope"'), FAIL, WARN),
    ):
        told = story((f"{label}/{operation}", answer))
        assert verdicts(scopes.needs_the_scope, told)[operation] is strict
        assert verdicts(scopes.needs_the_scope, told, "documented")[operation] is documented


def test_scopes_that_resemble_open_nothing() -> None:
    """AUTH-14: names match whole."""
    for code, verdict in ((403, PASS), (200, FAIL)):
        assert verdicts(scopes.needs_the_scope, story(("whole/getStatus", refused(code))))["whole-names"] is verdict


@pytest.mark.parametrize("operation", API_OPERATIONS)
def test_the_ingestions_scope_opens_nothing(operation: str) -> None:
    """AUTH-16: refused for the token, whichever of 401 and 403 says so."""
    for code, verdict in ((403, PASS), (401, PASS), (200, FAIL), (404, FAIL)):
        told = story((f"ingest/{operation}", refused(code)))
        assert verdicts(scopes.ingestion_opens_nothing, told)[operation] is verdict


@pytest.mark.parametrize(
    ("scope", "verdict"),
    [("", PASS), (', scope="reports.ack"', PASS), (', scope="status.read reports.ack"', PASS),
     (', scope="status.read"', FAIL), (', scope=""', FAIL)],
)  # fmt: skip
def test_a_challenge_names_the_scope_that_is_needed(scope: str, verdict: Verdict) -> None:
    """AUTH-14: if it names any."""
    challenge = (("WWW-Authenticate", f'Bearer error="insufficient_scope"{scope}'),)
    refused = exchange("acknowledgeReports", 403, {"type": "insufficient-scope"}, headers=challenge)
    found = verdicts(scopes.needs_the_scope, story(("cold/acknowledgeReports", refused)))
    assert found["acknowledgeReports"] is verdict


def test_a_client_has_one_default_set() -> None:
    """AUTH-6: without a scope, or with one that has no value, it gets the same each time, whatever it asked for."""

    def asked(client: str, answer: Exchange, **parameters: str) -> tuple[str, Exchange]:
        return "-", replace(answer, request=replace(answer.request, client=client, given=parameters))

    both, one = given("status.read reports.read"), given("status.read")
    for last, verdict in ((asked("a", both, scope=""), PASS), (asked("a", one), FAIL), (asked("b", one), PASS)):
        told = story(asked("a", both), asked("a", one, scope="status.read"), last)
        assert verdicts(scopes.grants_one_default, told)["one-default"] is verdict
