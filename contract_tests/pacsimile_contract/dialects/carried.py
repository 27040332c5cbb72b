"""Reports that come in another way than as the body of the answer: behind a link, or in base64 in a JSON answer."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any

from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.evidence.exchange import Answer
from pacsimile_spec.dialects import Dialect

RETRIEVALS = ("getResult", "getGroupReport")
_REDIRECTS = (301, 302, 303, 307, 308)
_OF_THE_REPORT = ("Content-Digest", "Content-Disposition")
"""Headers that the answer behind a link has of the report itself, as its `Content-Type`."""


def link_of(dialect: Dialect, answer: Answer) -> str | None:
    """Return the URL of a report as the answer has it: under `Location`, or where the dialect says; else None."""
    if dialect.carried.by == "redirect" and answer.status in _REDIRECTS:
        return next((value for name, value in answer.headers if name.lower() == "location"), None)
    if dialect.carried.by == "url" and answer.status == 200:
        url = _within(dialect, answer)
        return url if isinstance(url, str) else None
    return None


def unwrapped(dialect: Dialect, answer: Answer, carried: Answer | None) -> Answer:
    """Return the answer as if it had the report as its body; an answer that carries none stays as it is.

    Args:
        dialect: how reports are carried.
        answer: what was answered to the call.
        carried: what was answered at the link in it; None where there is none, or nothing was answered.
    """
    if dialect.carried.by == "base64" and answer.status == 200:
        return _decoded(dialect, answer)
    if carried is None or link_of(dialect, answer) is None:
        return answer
    of_the_report = {"content-type", *((dialect.headers[name] or name).lower() for name in _OF_THE_REPORT)}
    own = tuple(
        pair for pair in answer.headers if pair[0].lower() not in {*of_the_report, "content-length", "location"}
    )
    behind = tuple(pair for pair in carried.headers if pair[0].lower() in of_the_report)
    return replace(carried, headers=(*own, *behind))


def _decoded(dialect: Dialect, answer: Answer) -> Answer:
    text = _within(dialect, answer)
    try:
        content = base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except (ValueError, binascii.Error):
        content = None
    return answer if content is None else replace(answer, body=content)


def _within(dialect: Dialect, answer: Answer) -> Any:
    try:
        value = read_json(answer.body)
    except ValueError:
        return None
    for step in dialect.carried.pointer:
        value = value.get(step) if isinstance(value, dict) else None
    return value
