"""A command that repeats a call: it asks what the call asked, or there is none."""

import shlex
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from pacsimile_mock.journal.hashing import hashed
from pacsimile_mock.journal.repetition import curl_of
from pacsimile_mock.journal.secrets import HIDDEN


def entry(path: str, parameters: dict[str, str], **other: Any) -> dict[str, Any]:
    known = {"method": "GET", "operation": "getStatus", "client_id": "demo", "claimed_client_id": None}
    return {**known, "path": path, "parameters": parameters, **other}


def asked(command: str | None) -> tuple[str, list[tuple[str, str]]]:
    """What a command asks: the address without its query, and the query."""
    assert command is not None
    url = urlsplit(shlex.split(command)[-1])
    return f"{url.netloc}{url.path}", parse_qsl(url.query, keep_blank_values=True)


@pytest.mark.parametrize("value", ["A&B", "a=b", "a+b", "a b", "100%", "é", "?", "#", "'", "$(x)", ""])
def test_values_arrive_as_they_came(value: str) -> None:
    command = curl_of(entry("/status", {"order_id": value, value or "x": "1"}), "http://mock")
    assert asked(command) == ("mock/status", [("order_id", value), (value or "x", "1")])


def test_a_name_that_came_twice_goes_twice() -> None:
    command = curl_of(entry("/status", {"order_id": "a", "order_id (2)": "b"}), "http://mock")
    assert asked(command)[1] == [("order_id", "a"), ("order_id", "b")]


def test_a_path_keeps_its_question_mark() -> None:
    assert asked(curl_of(entry("/a?b&c", {}), "http://mock")) == ("mock/a%3Fb%26c", [])


def test_what_a_dialect_has_in_the_path_is_not_sent_again() -> None:
    command = curl_of(entry("/Task/ORD-1", {"taskId": "ORD-1", "x": "1"}), "http://mock")
    assert asked(command) == ("mock/Task/ORD-1", [("x", "1")])


@pytest.mark.parametrize("value", [HIDDEN, "x" * 200 + "...", "\\u202e", "\\x1b", hashed("DOE", b"salt")])
def test_what_is_not_shown_whole_is_not_repeated(value: str) -> None:
    assert curl_of(entry("/status", {"order_id": value}), "http://mock") is None
    assert curl_of(entry("/status", {value: "x"}), "http://mock") is None
    assert curl_of(entry(f"/{value}", {}), "http://mock") is None


def test_a_change_is_not_repeated() -> None:
    assert curl_of(entry("/reports", {}, method="POST"), "http://mock") is None


def test_a_client_gets_its_token_with_its_secret() -> None:
    command = curl_of(
        entry("/oauth2/token", {}, operation="getToken", client_id=None, claimed_client_id="a b"), "http://m"
    )
    assert command == "curl -i -u 'a b':\"$SECRET\" http://m/oauth2/token"
