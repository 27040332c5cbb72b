"""Reads what the answers of an HTTP archive say, as far as it has their bodies."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pacsimile_advice.calls import ReportMention


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer says; what it does not say is empty."""

    token: str | None = None
    lifetime: float | None = None
    reason: str = ""
    reports: tuple[ReportMention, ...] = ()
    order_ids: tuple[str, ...] = ()
    order_status: str | None = None
    has_more: bool = False


def read_answer(
    operation: str,
    response: Mapping[str, Any],
    received: Mapping[str, str],
    query: Mapping[str, str],
    posted: str | None,
) -> Answered:
    """Return what an answer says.

    Args:
        operation: the call's operationId.
        response: the archive's `response`.
        received: the answer's headers, by their names in lower case.
        query: the call's parameters.
        posted: the call's body, if the archive has it.
    """
    content = _json(response)
    if response["status"] != 200:
        reason = _text(content, "type") or _text(content, "error")
        return Answered(reason=re.split("[/:#]", reason)[-1])
    if operation in ("getToken", "postToken"):
        lifetime = content.get("expires_in")
        seconds = float(lifetime) if isinstance(lifetime, int) and not isinstance(lifetime, bool) else None
        return Answered(token=_text(content, "access_token") or None, lifetime=seconds)
    if operation == "getStatus":
        return Answered(order_status=_text(content, "status") or None, order_ids=_texts([content.get("order_id")]))
    if operation == "getOrderIds":
        return Answered(order_ids=_texts(content.get("order_ids")))
    if operation == "getResult":
        return Answered(reports=_fetched(content, received, query))
    if operation == "acknowledgeReports":
        done = content if "acknowledged" in content else {"acknowledged": _object(posted).get("report_ids")}
        named = tuple(map(ReportMention, _texts(done["acknowledged"])))
        return Answered(reports=named, order_ids=_texts(content.get("not_found")))
    return _listed(content, query) if operation == "listReports" else Answered()


def _fetched(
    content: Mapping[str, Any], received: Mapping[str, str], query: Mapping[str, str]
) -> tuple[ReportMention, ...]:
    report_id = received.get("x-report-id") or _text(content, "report_id")
    order_id = received.get("x-order-id") or query.get("order_id", "")
    supersedes = _text(content, "supersedes") or None
    return (ReportMention(report_id, order_id, _text(content, "study_uid"), supersedes),) if report_id else ()


def _listed(content: Mapping[str, Any], query: Mapping[str, str]) -> Answered:
    listed = content.get("reports")
    rows = [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []
    mentions = tuple(
        ReportMention(
            _text(row, "report_id"), _text(row, "order_id"), _text(row, "study_uid"), _text(row, "supersedes") or None
        )
        for row in rows
    )
    return Answered(reports=mentions, has_more=bool(rows) and query.get("limit") == str(len(rows)))


def _json(response: Mapping[str, Any]) -> Mapping[str, Any]:
    content = response.get("content")
    if not isinstance(content, dict) or not isinstance(content.get("text"), str):
        return {}
    text = content["text"]
    if content.get("encoding") == "base64":
        try:
            text = b64decode(text).decode("utf-8")
        except ValueError:
            return {}
    return _object(text)


def _object(text: str | None) -> Mapping[str, Any]:
    try:
        value = json.loads(text or "")
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(content: Mapping[str, Any], name: str) -> str:
    value = content.get(name)
    return value if isinstance(value, str) else ""


def _texts(values: Any) -> tuple[str, ...]:
    return tuple(value for value in values if isinstance(value, str)) if isinstance(values, list) else ()
