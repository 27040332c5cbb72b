"""Finds reports that are not the body of the answer: behind a link, or in base64 in a JSON answer."""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from typing import Any

from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.evidence.exchange import Answer
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.pointers import value_at

_REDIRECTS = (301, 302, 303, 307, 308)
_REPORT_HEADERS = ("Content-Digest", "Content-Disposition")
"""Headers that describe the report itself, beside `Content-Type`. They are those of the answer at the link."""


def link_of(dialect: Dialect, answer: Answer) -> str | None:
    """Return the URL of a report: in `Location`, or where the dialect has it. None if the answer has none."""
    if dialect.carried.by == "redirect" and answer.status in _REDIRECTS:
        return next((value for name, value in answer.headers if name.lower() == "location"), None)
    if dialect.carried.by == "url" and answer.status == 200:
        url = _carried_value(dialect, answer)
        return url if isinstance(url, str) else None
    return None


def carries_report(dialect: Dialect, answer: Answer) -> bool:
    """Whether an answer carries a report as the dialect says."""
    if dialect.carried.by == "bytes":
        return answer.status == 200
    return link_of(dialect, answer) is not None or (
        dialect.carried.by == "base64" and isinstance(_carried_value(dialect, answer), str)
    )


def unwrap_report(dialect: Dialect, answer: Answer, carried: Answer | None) -> Answer:
    """Return the answer as if its body were the report. An answer without a report stays as it is.

    Args:
        dialect: how reports are carried.
        answer: what was answered to the call.
        carried: what was answered at the link in it; None where there is none, or nothing was answered.
    """
    if dialect.carried.by == "base64" and answer.status == 200:
        return _decode(dialect, answer)
    if carried is None or link_of(dialect, answer) is None:
        return answer
    report_headers = {"content-type", *((dialect.headers[name] or name).lower() for name in _REPORT_HEADERS)}
    own = tuple(
        pair for pair in answer.headers if pair[0].lower() not in {*report_headers, "content-length", "location"}
    )
    at_link = tuple(pair for pair in carried.headers if pair[0].lower() in report_headers)
    return replace(carried, headers=(*own, *at_link))


def _decode(dialect: Dialect, answer: Answer) -> Answer:
    text = _carried_value(dialect, answer)
    try:
        content = base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except (ValueError, binascii.Error):
        content = None
    return answer if content is None else replace(answer, body=content)


def _carried_value(dialect: Dialect, answer: Answer) -> Any:
    try:
        value = read_json(answer.body)
    except ValueError:
        return None
    return value_at(value, dialect.carried.pointer)
