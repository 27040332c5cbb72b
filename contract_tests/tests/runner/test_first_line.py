"""The first line of a run whose target shows no results API: what was seen, and what to look at."""

from __future__ import annotations

import pytest

from contract_tests.tests.helpers.small_run import URL, call, finished
from pacsimile_contract.client.other_protocols import NOT_HTTP_BUT_TLS
from pacsimile_contract.evidence.exchange import Answer, Exchange
from pacsimile_contract.runner.first_line import silent, with_token, without_token


def page(operation: str, status: int) -> Exchange:
    """Return a call that was answered with an HTML page."""
    exchange = call(1, operation, "/status?order_id=A", status)
    exchange.answer = Answer(status, (("Content-Type", "text/html; charset=utf-8"),), b"<html>")
    return exchange


@pytest.mark.parametrize(
    ("failure", "proxy", "url", "words"),
    [
        ("refused", None, URL, "is the service running"),
        ("timeout: the head is not whole after 3 s", None, URL, "begins an answer, but the head is not whole"),
        (NOT_HTTP_BUT_TLS, None, "http://a", "write https://"),
        ("TLS: hostname mismatch", None, URL, "the one that its certificate names"),
        ("reset", None, URL, "once TLS was spoken"),
        ("refused", "http://proxy:1", URL, "through the proxy http://proxy:1: refused"),
        ("unreachable (Name or service not known)", None, URL, "is the host's name right"),
        ("cut off", None, URL, "no answer: cut off."),
    ],
)
def test_how_a_call_ended_without_an_answer(failure: str, proxy: str | None, url: str, words: str) -> None:
    """Each way has its own question."""
    exchange = call(1, "getToken", "/oauth2/token", None)
    exchange.failure = failure
    line = silent(url, proxy, exchange)
    assert line.startswith(f"{url}: ")
    assert words in line


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (200, "(200): is oauth2_endpoint right, or is this a login page?"),
        (502, "as a gateway does"),
        (404, "(404): is"),
    ],
)
def test_a_page_instead_of_a_token(status: int, words: str) -> None:
    """A login page, a gateway's, or one that says that nothing is there."""
    line = without_token(finished().target, [page("getToken", status)])
    assert f"answers an HTML page ({status})" in line
    assert words in line


@pytest.mark.parametrize("token", ["a\r\nX-Evil: b", "tök-en", "a" * 100_000])
def test_a_token_that_cannot_be_sent(token: str) -> None:
    """There is one: no dialect would find another."""
    line = without_token(finished().target, [call(1, "getToken", "/oauth2/token", 200, {"access_token": token})])
    assert "answers with an access_token that is too long, or that no header can carry" in line
    none = without_token(finished().target, [call(1, "getToken", "/oauth2/token", 200, {"token": "abc"})])
    assert "without an access_token" in none


def test_status_behind_a_token_that_was_given() -> None:
    """It may give no answer at all, or a page."""
    target, lost = finished().target, call(1, "getStatus", "/status?order_id=A", None)
    lost.failure = "closed"
    assert "gives no answer (closed), though the token endpoint gave a token" in (with_token(target, lost) or "")
    line = with_token(target, page("getStatus", 404)) or ""
    assert "answers an HTML page (404): " in line
    assert "base_url" in line
