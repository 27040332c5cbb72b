"""What an existing client may not do is said in a line, and nothing that takes it is found broken."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.handwritten import exchange, problem
from contract_tests.tests.helpers.judged_run import judgement, parts, reasons
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.events import Diagnosed, Event, InventoryTaken, RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.session.scope_checks import lacks_scope
from pacsimile_contract.target.model import Client, Limits

Start = Callable[[Callable[[str, str, bytes], Any]], Any]
SCOPES = "status.read reports.read reports.ack"
CHALLENGE = {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="reports.read"'}
READING = ("/results", "/report", "/reports")
QUICK = Limits(timeout=5.0)


def given(scope: str | None) -> Exchange:
    """Return the answer that brought the token `t-1`."""
    said = {"access_token": "t-1", "token_type": "Bearer", "expires_in": 60}
    return exchange("getToken", 200, said if scope is None else {**said, "scope": scope})


def forbidden(reason: str, code: int = 403, **headers: str) -> Exchange:
    """Return a refusal of a listing that was asked for with that token."""
    named = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    sent = (("Authorization", "Bearer t-1"),)
    return exchange("listReports", code, problem(reason, code), headers=named, sent=sent)


@pytest.mark.parametrize(
    ("scope", "refused", "lacks"),
    [
        ("status.read", forbidden("insufficient-scope"), True),
        ("status.read", forbidden("forbidden"), True),
        ("status.read", forbidden("invalid-token", 401), False),
        ("status.read", forbidden("not-found", 404), False),
        (SCOPES, forbidden("insufficient-scope"), False),
        (SCOPES, forbidden("organization-not-allowed"), False),
        (None, forbidden("insufficient-scope"), True),
        (None, forbidden("forbidden", WWW_Authenticate='Bearer error="insufficient_scope"'), True),
        (None, forbidden("organization-not-allowed"), False),
    ],
)
def test_whether_a_scope_is_lacking(scope: str | None, refused: Exchange, lacks: bool) -> None:
    """A 403 is for want of a scope as the token's own scopes say, else the refusal; a token that has it is refused."""
    assert lacks_scope([given(scope), refused], refused, "reports.read") is lacks


def token(scope: str | None) -> Any:
    """Return a token answer of the recording server."""
    said = {"access_token": real_service.TOKEN, "token_type": "Bearer", "expires_in": 3600}
    return real_service.document(200, said if scope is None else {**said, "scope": scope})


def without_reading(scope: str | None) -> Callable[[str, str, bytes], Any]:
    """Return the real service, whose only client may not read reports; its token answer says `scope`."""

    def say(method: str, path: str, body: bytes) -> Any:
        place = urlsplit(path)
        if place.path == "/oauth2/token":
            asked = parse_qs(place.query or body.decode()).get("scope")
            return real_service.document(400, {"error": "invalid_scope"}) if asked and scope else token(scope)
        if place.path in READING:
            return real_service.problem(403, "insufficient-scope", **CHALLENGE)
        return real_service.answer(method, path, body)

    return say


def told(target: Any, *requirements: str) -> tuple[RunFinished, list[str]]:
    """Judge a target, and return what came of it with the lines that are said before."""
    lines: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Diagnosed):
            lines.append(event.line)
        elif isinstance(event, InventoryTaken):
            lines.extend(event.lines)

    return run(target, Options(requirements=requirements), [listen]), lines


def test_a_client_that_may_not_read_reports_breaks_nothing(serve: Start) -> None:
    """Its token names no scopes: by the refusal's own words what takes a listing or a report is NOT-EXERCISED."""
    target = serve(without_reading(None)).target(listing_allowed=True, limits=QUICK)
    done, lines = told(target, "BATCH-1", "BATCH-3", "STATUS-4", "GROUP-4", "ORDERID-4", "STATUS-3")
    found = next(one for one in lines if one.startswith("states:"))
    assert found.endswith("none, it answered 403 insufficient_scope: the primary client lacks reports.read")
    for requirement in ("BATCH-1", "BATCH-3", "GROUP-4"):
        assert judgement(done, requirement).verdict is Verdict.NOT_EXERCISED
        assert "the primary client lacks reports.read" in reasons(done, requirement)
    assert parts(done, "STATUS-4")["unknown-order"].verdict is Verdict.PASS
    assert parts(done, "STATUS-4")["report-of-unknown-order"].verdict is Verdict.NOT_EXERCISED
    with_token = [one.request.url for one in done.exchanges if one.request.header("Authorization")]
    asked = {url for url in with_token if urlsplit(url).path in READING}
    assert len(asked) == 2  # the listing, and once for each telling a report that nobody has


def test_a_client_that_has_the_scope_and_is_refused_finds_a_fault(serve: Start) -> None:
    """The token answer names `reports.read`: a 403 is BATCH-1's."""

    def say(method: str, path: str, body: bytes) -> Any:
        return token(SCOPES) if path.startswith("/oauth2") else without_reading(None)(method, path, body)

    done, lines = told(serve(say).target(listing_allowed=True, limits=QUICK), "BATCH-1", "GROUP-4")
    assert judgement(done, "BATCH-1").verdict is Verdict.FAIL
    assert not [one for one in lines if "lacks" in one]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (
            real_service.problem(403, "insufficient-scope"),
            "none, it answered 403",
        ),
        (real_service.problem(404, "not-found"), "none, it answered 404"),
        (real_service.answer("GET", "/reports", b""), "4 reports, 4 orders, 4 studies, 1 study group"),
    ],
)
def test_a_listing_that_is_refused_is_said(serve: Start, reply: Any, words: str) -> None:
    """No count of nothing, but what it answered; and no identifier of the operator's."""

    def say(method: str, path: str, body: bytes) -> Any:
        if path.startswith("/oauth2"):
            return token(SCOPES)
        return reply if path.startswith("/reports") else real_service.answer(method, path, body)

    _, lines = told(serve(say).target(listing_allowed=True, limits=QUICK), "BATCH-1")
    found = next(one for one in lines if one.startswith("states:"))
    assert words in found
    assert not real_service.leaks(found)


@pytest.mark.parametrize(
    ("unknown", "nothing", "said"),
    [
        ((404, "not-found"), (404, "not-found"), True),
        ((404, "no-such-thing"), (404, "no-such-thing"), True),
        ((404, "no-such-order"), (400, "bad-request"), False),
        ((404, "no-such-order"), (404, "not-found"), False),
        ((404, "order-not-found"), (404, "order-not-found"), False),
    ],
)
def test_a_wrong_path_in_the_base_url_is_said(
    serve: Start, unknown: tuple[int, str], nothing: tuple[int, str], said: bool
) -> None:
    """Whoever knows no such path answers the same without an order; another name for an unknown order is no sign."""

    def say(method: str, path: str, body: bytes) -> Any:
        if path.startswith("/oauth2"):
            return token(SCOPES)
        return real_service.problem(*(unknown if "order_id" in path else nothing))

    _, lines = told(serve(say).target(limits=QUICK), "AUTH-3")
    assert any("is base_url right?" in one for one in lines) is said


@pytest.mark.parametrize("name", ["ingest_only", "status_only"])
@pytest.mark.parametrize("more", [True, False])
def test_a_client_with_more_scopes_than_told_judges_nothing(serve: Start, name: str, more: bool) -> None:
    """Its token says so: AUTH-16 and AUTH-6 want another client; one that says what it should is judged."""
    alone = {"ingest_only": "ingest.write", "status_only": "status.read"}[name]
    scope = f"{alone} reports.read" if more else alone

    def say(method: str, path: str, body: bytes) -> Any:
        return token(scope) if path.startswith("/oauth2") else real_service.answer(method, path, body)

    target = serve(say).target(limits=QUICK)
    second = Client(name, f"client-{name}", f"the-secret-of-{name}")
    requirement, part = {"ingest_only": ("AUTH-16", "getStatus"), "status_only": ("AUTH-6", "beyond-the-client")}[name]
    done, lines = told(replace(target, clients={**target.clients, name: second}), requirement)
    assert parts(done, requirement)[part].verdict is (Verdict.NOT_EXERCISED if more else Verdict.FAIL)
    assert (f"clients.{name}: its token has the scopes" in lines[0]) is more
    assert (done.exit_status == 2) is more
