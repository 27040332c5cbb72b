"""A refusal masks what it quotes of a call, never the mock's own words (SEC-5)."""

from __future__ import annotations

import ast
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest

import pacsimile_mock
from mock.tests.helpers.in_process import Caller, Reply, Service
from pacsimile_mock.exchange import Call
from pacsimile_mock.journal.secrets import HIDDEN, Secrets
from pacsimile_spec import operations

ROOT = Path(pacsimile_mock.__file__).parent
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WORDS = ("client_secret", "credentials", "secret", "Bearer", "access", "token", "client", "Request")
"""Secrets that a user may choose, and that the mock's own words contain."""


def test_own_words_are_never_masked() -> None:
    """Whatever secret a call carried: no sentence of the mock's own code is changed."""
    mask = Secrets(lambda: WORDS).mask_of(Call("GET", "/", "", {"authorization": "Bearer token"}))
    sentences = list(_sentences())
    assert len(sentences) > 100
    assert [text for text in sentences if mask.sentence(text) != text] == []


def _sentences() -> Iterator[str]:
    """Yield each text of several words in the mock's code, with an order's id where it quotes something."""
    for path in sorted(ROOT.rglob("*.py")):
        if path.is_relative_to(ROOT / "defects"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        for node in ast.walk(tree):
            if id(node) in documentation | parts:
                continue
            text = _text(node)
            if " " in text and text[:1].isupper():
                yield text


def _text(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if isinstance(node, ast.JoinedStr):
        return "".join(map(_text, node.values))
    if isinstance(node, ast.FormattedValue):
        return "'ORD-1'" if node.conversion == ord("r") else "ORD-1"
    return ""


def test_no_refusal_hides_anything_where_nothing_secret_is_quoted(service: Service, caller: Caller) -> None:
    """All operations without a token, with a wrong one and with wrong parameters; all ways to fail at the token."""
    replies: list[Reply] = []
    for operation in operations().values():
        for headers in ({}, {"Authorization": "Bearer wrong-token"}, {"Authorization": "Basic !"}):
            replies.append(service.call(operation.method, operation.path, headers))
            replies.append(service.call(operation.method, operation.path + "?nope=1", headers))
        replies.append(caller.call(operation.method, operation.path + "?nope=1"))
    for form, headers in (
        (b"", {}),
        (b"grant_type=client_credentials", {}),
        (b"grant_type=client_credentials&client_id=a&client_secret=client_secret", {}),
        (b"grant_type=client_credentials&client_id=a&client_secret=b", {"Authorization": "Basic YTpi"}),
        (b"grant_type=client_credentials", {"Authorization": "Basic not-base64"}),
    ):
        replies.append(service.call("POST", "/oauth2/token", {**FORM, **headers}, form))
    replies.append(service.call("GET", "/oauth2/token?client_id=a&client_secret=secret"))
    refused = [reply.body.decode() for reply in replies if reply.status >= 400]
    assert len(refused) > 30
    assert [text for text in refused if HIDDEN in text] == []
    assert [entry.got for entry in service.world.journal.entries() if HIDDEN in (entry.got or "")] == []
    assert any("'Authorization: Bearer <token>'" in text for text in refused)
    assert any("by HTTP Basic or in the form body" in text for text in refused)


@pytest.mark.parametrize(
    "quoted",
    ["Basic ZGVtbzpzZWNyZXQ=", "bearer abc", "pac_default_abcdef", "known-secret", 'it\'s "known-secret"', "abc"],
)
def test_a_quoted_secret_is_masked(quoted: str) -> None:
    """Also a short one, where it is all that is quoted."""
    mask = Secrets(lambda: ["known-secret", "abc"]).mask_of(Call("GET", "/", "", {}))
    shown = mask.sentence(f"The service's parameter {quoted!r} is given more than once: give 'order_id' once.")
    assert HIDDEN in shown
    assert quoted not in shown
    assert shown.startswith("The service's parameter '")
    assert shown.endswith("' is given more than once: give 'order_id' once.")


def test_a_secret_as_a_host_is_masked(service: Service) -> None:
    """The advice about names quotes the name wherever it repeats it."""
    secret = b64encode(b"demo:secret").decode().rstrip("=")
    for name in ("pac_default_abcdef", secret):
        body = service.call("GET", "/status?client_secret=" + name.lower(), {"Host": name}).body.decode()
        assert name.lower() not in body.lower()
