"""Answers, respelled: what is no JSON object, and what the dialect says nothing of, stays as it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pacsimile_mock.dialects.answers import JSON, AnswerWriter
from pacsimile_mock.exchange import Answer
from pacsimile_spec.dialects import load_dialect

WRITER = AnswerWriter(load_dialect("legacy"))
STATUS = {"order_id": "A", "status": "COMPLETED", "report_types": []}


def answer(body: bytes, status: int = 200, media_type: str | None = JSON) -> Answer:
    return Answer(status, body, media_type)


def test_a_status_is_written_in_the_dialects_words() -> None:
    """By the table of its operation."""
    written = WRITER.write_success(answer(json.dumps(STATUS).encode()), "getStatus")
    assert json.loads(written.body)["status"] == 2


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("getStatus", answer(b"[]")),
        ("getStatus", answer(b"{")),
        ("getStatus", answer(b"{}", 404)),
        ("getStatus", answer(b"text", media_type="text/plain")),
        ("getJwks", answer(b'{"keys": []}')),
        (None, answer(b'{"status": "COMPLETED"}')),
    ],
)
def test_what_has_no_spelling_stays(operation: str | None, given: Answer) -> None:
    """A fault may have damaged an answer; that is seen as it is."""
    body, status = given.body, given.status
    written = WRITER.write_success(given, operation)
    assert (written.body, written.status) == (body, status)


@pytest.mark.parametrize("given", [answer(b"{}", 409), answer(b"", 200, None)])
def test_what_is_no_report_stays(given: Answer) -> None:
    """A refusal is written by its own method."""
    before: Any = (given.status, given.body, given.media_type)
    written = WRITER.write_report(given, "getResult", "json")
    assert (written.status, written.body, written.media_type) == before
