"""Where a path is not there, the words name what the operator looks at: the address, a dialect, and its line."""

from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.small_run import finished
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request, Respelled
from pacsimile_contract.mistakes.spelling_hints import credentials_question, path_question
from pacsimile_contract.runner.first_line import with_token, without_token
from pacsimile_contract.target.dialects import stored_dialect

TEXT = 'name: vendor\npaths:\n  getStatus: "/v1/order/{order_id}"\n  getToken: /auth/token\n'
NO_PROBLEM = Answer(404, (), b"")


def target(text: str | None) -> Any:
    """Return a target whose service speaks the dialect of a text, or as the contract."""
    return replace(finished().target, dialect=text and stored_dialect(text, "vendor.yaml"))


def answered(operation: str, url: str) -> Exchange:
    """Return a call that a service answered with 404, and that went to another address than the contract's."""
    vendor = stored_dialect(TEXT, "vendor.yaml")
    assert vendor is not None
    request = Request("GET", "http://service/contract", operation=operation)
    exchange = Exchange(1, request, NO_PROBLEM)
    exchange.respelled = Respelled(vendor.dialect, replace(request, url=url), NO_PROBLEM)
    return exchange


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "is base_url right? (added) If the service has other paths, `pacsimile learn` proposes a dialect"),
        (TEXT, "is base_url right, and `paths: {getStatus: ...}` of the dialect (vendor.yaml:3)?"),
        ("name: v\ntimes: epoch_s\n", "is base_url right, and `paths: {getStatus: ...}` of the dialect (vendor.yaml)?"),
    ],
)
def test_the_question_names_the_dialect(text: str | None, words: str) -> None:
    """Without one, what proposes one; with one, its line where it has one."""
    assert path_question(target(text), "getStatus", "base_url", "added") == words


def test_the_path_that_was_asked_is_named() -> None:
    """The dialect's path, not the contract's, which nobody asked."""
    line = with_token(target(TEXT), answered("getStatus", "http://service/v1/order/nobody?x=1"))
    assert str(line).startswith("http://service/v1/order/nobody: answers 404 without a problem: is base_url right, and")
    line = without_token(target(TEXT), [answered("getToken", "http://service/auth/token")])
    assert line.startswith("http://service/auth/token: answers 404: is oauth2_endpoint right, and `paths: {getToken:")
    assert "vendor.yaml:4" in line


@pytest.mark.parametrize(
    ("text", "question"),
    [
        (
            "name: v\ntoken: {credentials: headers}\n",
            "`token: {credentials: headers}` of the dialect right (vendor.yaml:2)?",
        ),
        ("name: v\ntimes: epoch_s\n", "`token: {credentials: basic}` of the dialect right (vendor.yaml)?"),
        (None, ""),
    ],
)
def test_a_refusal_of_the_client_asks_about_the_style_of_its_credentials(text: str | None, question: str) -> None:
    """Where there is a dialect, with the line that says it."""
    asked = credentials_question(target(text))
    assert asked.endswith(question)
    assert bool(asked) == bool(question)
