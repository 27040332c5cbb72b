"""Wrong secrets are counted, plans send nothing, revisions demote what is new, the audit log is read right."""

import base64
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.handwritten import exchange, story, verdicts
from pacsimile_contract.checkers import seclusion
from pacsimile_contract.client.requests import basic
from pacsimile_contract.client.wrong_secrets import WrongSecrets
from pacsimile_contract.errors import Forbidden, UsageError
from pacsimile_contract.evidence.exchange import Request
from pacsimile_contract.findings.verdict import Kind, Verdict
from pacsimile_contract.judging import revisions
from pacsimile_contract.judging.judgement import JudgedPart, Judgement
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.dry_run import rehearse
from pacsimile_contract.runner.runner import run
from pacsimile_contract.scenarios.seclusion import _of_each_kind as of_each_kind
from pacsimile_contract.target.model import Client, Limits, Target
from pacsimile_spec import requirements

Start = Callable[[Callable[[str, str, bytes], Any]], Any]
TOKEN = "https://api.staging.example/oauth2/token"
CLIENTS = {"client-1": Client("primary", "client-1", "the-secret", "org-a")}


def token_request(authorization: str | None = None, query: str = "", body: bytes | None = None) -> Request:
    """Return a token request."""
    headers = () if authorization is None else (("Authorization", authorization),)
    return Request("GET" if body is None else "POST", f"{TOKEN}?{query}", headers, body)


@pytest.mark.parametrize(
    "wrong",
    [
        token_request(basic("client-1", "another")),
        token_request(basic("client-1", "")),
        token_request("basic  " + base64.b64encode(b"client%2D1:another").decode()),
        token_request(body=b"client_id=client-1&client_secret=another"),
        token_request(query="client_secret=another&client_id=client-1"),
    ],
)
def test_wrong_secrets_of_a_configured_client_are_counted(wrong: Request) -> None:
    """Wherever they stand: services lock clients out."""
    counted = WrongSecrets(1)
    counted.check(wrong, CLIENTS)
    with pytest.raises(Forbidden, match="wrong_secrets: 1"):
        counted.check(wrong, CLIENTS)
    with pytest.raises(Forbidden):
        WrongSecrets(0).check(wrong, CLIENTS)


@pytest.mark.parametrize(
    "harmless",
    [
        token_request(basic("client-1", "the-secret")),
        token_request(basic("nobody", "another")),
        token_request("Basic !!!"),
        token_request("Bearer x"),
        token_request(query="grant_type=client_credentials"),
    ],
)
def test_right_secrets_and_unknown_clients_are_not(harmless: Request) -> None:
    """As often as wanted; and those of clients that a state made."""
    counted = WrongSecrets(0)
    counted.check(harmless, CLIENTS)
    owned = {"client-1": replace(CLIENTS["client-1"], owned=True)}
    counted.check(token_request(basic("client-1", "another")), owned)


@pytest.mark.parametrize("most", [0, 1])
def test_no_more_wrong_secrets_leave_than_allowed(serve: Start, most: int) -> None:
    """At level full, in all that is about tokens; unknown clients are tried first."""
    server = serve(real_service.answer)
    target = server.target(listing_allowed=True, wrong_secrets=most)
    run(target, Options(level="full", requirements=("AUTH-*",)))
    right = basic("client-1", "the-secret-of-client-1")
    tried = [headers.get("Authorization", "") for _, path, headers, _ in server.requests if "/token" in path]
    coded = [one.partition(" ")[2] for one in tried if one.startswith("Basic ") and one != right]
    named = [one for one in coded if one.startswith(base64.b64encode(b"client-1:").decode()[:8])]
    wrong = [one for one in named if _user(one) == "client-1"]
    assert len(wrong) == most
    if wrong:
        unknown = next(
            place for place, one in enumerate(tried) if one.startswith("Basic ") and _user(one[6:]) != "client-1"
        )
        assert unknown < tried.index(f"Basic {wrong[0]}")


def _user(coded: str) -> str:
    try:
        return base64.b64decode(coded, validate=True).decode("utf-8", "replace").partition(":")[0]
    except ValueError:
        return ""


def test_a_plan_sends_nothing(serve: Start) -> None:
    """And comes near to what a run asks; rates make it longer, never the limits on it shorter."""
    server = serve(real_service.answer)
    target: Target = server.target(listing_allowed=True, limits=Limits(max_time=60.0, max_requests=5))
    planned = rehearse(target, Options())
    assert server.requests == []
    done = run(replace(target, limits=Limits()), Options())
    assert 0.6 < planned.requests / done.requests < 1.6
    slow = rehearse(replace(target, limits=Limits(token_rate=1 / 12)), Options())
    assert slow.requests == planned.requests
    assert slow.seconds > 12 * (slow.tokens - 1)


def judged(requirement: str, verdict: Verdict) -> Judgement:
    """Return a judgement of one part."""
    part = JudgedPart(f"{requirement}/a", "MUST", verdict, Kind.FACT)
    return Judgement(requirements()[requirement], verdict, "a: expected x", (part,))


def test_what_is_new_in_a_minor_release_warns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Until the next, or until it is named; what came after a named revision warns too."""
    monkeypatch.setattr(revisions, "own_version", lambda: "0.3.1")
    cases = [("0.3", None, True), ("0.3", "0.3", False), ("0.3", "0.2", True), ("0.2", None, False),
             ("0.2", "0.1", True), (None, "0.1", False), (None, None, False)]  # fmt: skip
    assert [revisions.is_new(since, contract) for since, contract, _ in cases] == [new for *_, new in cases]
    row = replace(requirements()["STATUS-1"], since="0.3")
    monkeypatch.setattr(revisions, "requirements", lambda: {"STATUS-1": row})
    warned = revisions.demote_new(judged("STATUS-1", Verdict.FAIL), None)
    assert (warned.verdict, warned.parts[0].verdict) == (Verdict.WARN, Verdict.WARN)
    assert "`--contract 0.3`" in warned.summary
    assert revisions.demote_new(judged("STATUS-1", Verdict.FAIL), "0.3").verdict is Verdict.FAIL
    assert revisions.demote_new(judged("STATUS-1", Verdict.PASS), None).verdict is Verdict.PASS


@pytest.mark.parametrize("revision", ["99.0", "0.0", "x", "0.1.2", ""])
def test_a_revision_that_is_none_is_a_usage_error(revision: str) -> None:
    """It says which there are."""
    with pytest.raises(UsageError, match="expected a revision from"):
        revisions.check(revision)


def test_the_audit_log_is_judged_by_its_records() -> None:
    """SEC-6: one record a call, and nothing in it that must be hidden."""
    first = exchange(headers=(("X-Request-Id", "one"),))
    second = exchange(status=401, headers=(("X-Request-Id", "two"),))

    def found(ids: list[str], leaks: list[str]) -> dict[str, Verdict]:
        told = story(("call/a", first), ("call/b", second), journal={"request_ids": ids, "leaks": leaks})
        return verdicts(seclusion.leaves_records, told)

    good = {"one-record-a-call": Verdict.PASS, "no-secrets": Verdict.PASS}
    assert found(["zero", "one", "two"], []) == good
    assert found(["one"], [])["one-record-a-call"] is Verdict.FAIL
    assert found(["one", "two", "two"], [])["one-record-a-call"] is Verdict.FAIL
    assert found(["one", "two"], ["a token"])["no-secrets"] is Verdict.FAIL
    nowhere = verdicts(seclusion.leaves_records, story(("call/a", first)))
    assert set(nowhere.values()) == {Verdict.NOT_EXERCISED}


def test_no_record_is_sought_of_a_call_that_a_gateway_may_refuse_by_itself() -> None:
    """SEC-6: nginx answers 400 to a repeated Authorization, and the service never sees it."""
    basic_alone = exchange(status=401, sent=(("Authorization", "Basic YTpi"),))
    repeated = exchange(status=400, sent=(("Authorization", "Basic YTpi"), ("authorization", "Bearer token")))
    assert of_each_kind([basic_alone, repeated]) == [basic_alone]
