"""A right service that offers no states, judged at level full: all that reaches it, looked at from its side."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from contract_tests.tests.helpers.varied_server import Request, Response, varied
from contract_tests.tests.runs.test_peculiar_servers import target_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run


@dataclass
class Seen:
    """The requests, the end of the run, and what the client and its tokens are."""

    requests: list[Request]
    done: RunFinished
    client_id: str
    secret: str
    tokens: set[str]


@pytest.fixture(scope="module")
def seen() -> Seen:
    """Judge it once, as whatever is not on this machine is judged by default, listing allowed."""
    requests: list[Request] = []

    def recording(request: Request, answer: Callable[[Request], Response]) -> Response:
        requests.append(request)
        return answer(request)

    with varied(answering=recording) as line:
        target = target_of(line, states=False, listing_allowed=True, wrong_secrets=1, hostile_input=False)
        done = run(target, Options(level="full"))
    given = [one.json for one in done.exchanges if one.operation in ("getToken", "postToken") and one.succeeded]
    tokens = {str(one["access_token"]) for one in given if isinstance(one, dict) and "access_token" in one}
    return Seen(requests, done, target.primary.client_id, target.primary.client_secret, tokens)


def authorizations(seen: Seen, scheme: str) -> list[str]:
    """Return what was sent after a scheme."""
    sent = [(one.header("Authorization") or "").partition(" ") for one in seen.requests]
    return [value.strip() for name, _, value in sent if name.lower() == scheme]


def test_much_was_asked_and_nothing_was_wrong(seen: Seen) -> None:
    """So that what follows says something."""
    assert len(seen.requests) > 300
    assert not [one for one in seen.done.judgements if one.verdict in (Verdict.FAIL, Verdict.ERROR)]


def test_only_get_and_the_token_post_arrive(seen: Seen) -> None:
    """No HEAD, no OPTIONS, no acknowledgement, no other method, also where none would do harm."""
    assert {(one.method, one.path) for one in seen.requests if one.method != "GET"} == {("POST", "/oauth2/token")}


def test_no_override_arrives(seen: Seen) -> None:
    """Neither as a header nor as a parameter."""
    names = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
    assert not [one for one in seen.requests if any(one.header(name) for name in names)]
    assert not [one for one in seen.requests if "_method=" in one.query]


def test_no_good_secret_arrives_in_an_address(seen: Seen) -> None:
    """Where logs would keep it: neither the secret nor a token that is good, nor in the form of a GET."""
    assert not [one for one in seen.requests if any(secret in one.query for secret in (seen.secret, *seen.tokens))]


def test_the_client_is_hardly_put_at_risk(seen: Seen) -> None:
    """One wrong secret in all; every other wrong one is of a client that nobody has."""
    named = [_decoded(one) for one in authorizations(seen, "basic")]
    wrong = [one for one in named if one.startswith(f"{seen.client_id}:") and one != f"{seen.client_id}:{seen.secret}"]
    assert len(wrong) <= 1
    assert [one for one in named if one and not one.startswith(seen.client_id)]


def _decoded(value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode("utf-8", "replace")
    except ValueError:
        return ""


def test_nothing_hostile_arrives(seen: Seen) -> None:
    """No zero byte, no header or query beyond 8 KiB, no body beyond 8 KiB, where the operator did not allow it."""
    assert not [one for one in seen.requests if re.search(r"%00|%0[dD]%0[aA]", one.query)]
    assert max(len(one.query) for one in seen.requests) < 8192
    assert max(len(one.body) for one in seen.requests) < 8192


def test_all_that_arrived_is_told(seen: Seen) -> None:
    """As many exchanges in the history as requests at the service: nothing went beside it."""
    assert len(seen.requests) == len(seen.done.exchanges) == seen.done.requests
