"""Hostile input and forged tokens in whole runs, against servers that fall over in one way each."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.generation.hostile_inputs import FORMS, PATHS
from pacsimile_contract.judging.judgement import JudgedPart
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Limits, Target

Say = Callable[[str, str, bytes], Any]
Start = Callable[[Say], Any]
TOKEN = {"access_token": "t0ken-t0ken", "token_type": "Bearer", "expires_in": 3600, "scope": "status.read"}
NOT_FOUND = (404, {"Content-Type": "application/problem+json"}, b'{"type": "urn:pacsimile:problem:order-not-found"}')
BROKEN = (500, {"Content-Type": "text/plain"}, b"")


def that(fails: Callable[[str, bytes], bool], answer: Any) -> Say:
    """Return a server that gives a token, answers 404 to everything, and `answer` where it fails."""
    given = (200, {"Content-Type": "application/json"}, json.dumps(TOKEN).encode())

    def say(method: str, path: str, body: bytes) -> Any:
        if fails(path, body):
            return answer
        return given if "/token" in path else NOT_FOUND

    return say


def judged(target: Target, requirement: str) -> dict[str, JudgedPart]:
    """Run one requirement and return its parts by name."""
    done = run(target, Options(requirements=(requirement,)))
    found = next(one for one in done.judgements if one.requirement.id == requirement)
    return {one.check.partition("/")[2]: one for one in found.parts}


FALLS = {
    "query": lambda path, body: "%00" in path and "?" in path,
    "path": lambda path, body: path in PATHS.values(),  # whichever of them takes its turn
    "token-request": lambda path, body: body in FORMS.values(),  # likewise
}


@pytest.mark.parametrize(
    ("broken", "closed"), [("query", "path"), ("path", "token-request"), ("token-request", "query")]
)
def test_a_server_that_falls_over_is_found(serve: Start, broken: str, closed: str) -> None:
    """PROTO-3: by a 5xx, and by a connection that is closed twice; the other parts stay as they are.

    Generated queries may meet the same fault.
    """
    with_500, closing = that(FALLS[broken], BROKEN), that(FALLS[closed], None)
    server = serve(lambda method, path, body: (closing if FALLS[closed](path, body) else with_500)(method, path, body))
    found = judged(server.target(hostile_input=True, limits=Limits(timeout=2.0)), "PROTO-3")
    failed = {name for name, one in found.items() if one.verdict is Verdict.FAIL}
    assert failed - {"property-any-input"} == {broken, closed}
    assert found["any-call"].verdict is Verdict.PASS


def test_a_server_that_is_gone_is_an_error(serve: Start) -> None:
    """PROTO-3: once nothing answers any more we cannot tell whether the input was the reason."""
    gone: list[bool] = []

    def fails(path: str, body: bytes) -> bool:
        if "%00" in path:
            gone.append(True)
        return bool(gone)

    server = serve(that(fails, None))
    found = judged(server.target(hostile_input=True, limits=Limits(timeout=2.0)), "PROTO-3")
    assert found["query"].verdict is Verdict.ERROR
    assert "nothing answers any more since" in found["query"].evidence[0].note
    assert len(server.requests) < 20


def test_closing_on_what_is_huge_or_no_http_is_right(serve: Start) -> None:
    """PROTO-3: such a server passes, and none of it counts as silence."""
    server = serve(that(lambda path, body: len(path) > 8192 or len(body) > 1 << 20, None))
    found = judged(server.target(hostile_input=True, limits=Limits(timeout=2.0)), "PROTO-3")
    assert {found[name].verdict for name in ("query", "path", "token-request", "header")} == {Verdict.PASS}


def test_what_the_target_file_does_not_allow_is_not_sent(serve: Start) -> None:
    """No hostile input by default, no forged token where the operator says so: N/A, by choice."""
    server = serve(that(lambda path, body: False, None))
    found = judged(server.target(limits=Limits(timeout=2.0)), "PROTO-3")
    assert {found[name].verdict for name in ("query", "body", "invalid-http")} == {Verdict.NOT_APPLICABLE}
    found = judged(server.target(forged_tokens=False, limits=Limits(timeout=2.0)), "AUTH-12")
    assert found["alg-none"].verdict is Verdict.NOT_APPLICABLE
    assert not [path for _, path, _, _ in server.requests if "%00" in path]


def test_no_standing_organization_gets_any_of_it(serve: Start) -> None:
    """Without states nothing but GET and the token POST leaves, raw bytes included; no listing either."""
    server = serve(that(lambda path, body: False, None))
    run(server.target(hostile_input=True, limits=Limits(timeout=2.0)), Options(requirements=("PROTO-*",)))
    seen = {(method, path.partition("?")[0]) for method, path, _, _ in server.requests}
    assert {one for one in seen if one[0] != "GET"} == {("POST", "/oauth2/token")}
    assert ("GET", "/reports") not in seen
