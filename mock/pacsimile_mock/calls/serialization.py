"""Serializes orders, queues, tokens and refusals under the field names of the contract."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

import orjson

from pacsimile_mock.clock import rfc3339
from pacsimile_mock.errors import Problem, TokenError, UntypedProblem
from pacsimile_mock.exchange import Answer, Call, uri_path
from pacsimile_mock.oauth2.model import Grant
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.service import OrderFacts
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.reports.model import Document
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import REPORT_TYPES

JSON = "application/json"


def token(grant: Grant, access_token: str, expires_in: int) -> dict[str, Any]:
    """Serialize a granted token (RFC 6749 §5.1)."""
    return {
        "access_token": access_token,
        "token_type": "Bearer",
        "expires_in": expires_in,
        "scope": " ".join(grant.scopes),
    }


def order_status(facts: OrderFacts) -> dict[str, Any]:
    """Serialize the status of an order."""
    order, state = facts.order, facts.state
    completed = state.completed_at
    return {
        "order_id": order.order_id,
        "study_uid": order.study_uid,
        "study_group": order.study_group,
        "status": state.status,
        "progress": state.progress,
        "report_types": facts.report_types,
        "created_at": rfc3339(order.created_at, order.offset),
        "updated_at": rfc3339(state.updated_at, order.offset),
        "completed_at": None if completed is None else rfc3339(completed, order.offset),
    }


def order_ids(study_uid: str, orders: Sequence[Order]) -> dict[str, Any]:
    """Serialize the orders of a study."""
    return {"study_uid": study_uid, "order_ids": [order.order_id for order in orders]}


def listed(report: Listed, report_types: Sequence[str]) -> dict[str, Any]:
    """Serialize one report of a listing."""
    order, version = report
    return {
        "report_id": version.report_id,
        "order_id": order.order_id,
        "study_uid": order.study_uid,
        "study_group": order.study_group,
        "report_status": version.status,
        "supersedes": version.supersedes,
        "report_types": report_types,
        "completed_at": rfc3339(version.ready_at, order.offset),
    }


def report_list(organization_id: str, reports: list[dict[str, Any]]) -> dict[str, Any]:
    """Serialize a listing."""
    return {"organization_id": organization_id, "count": len(reports), "reports": reports}


def acknowledgement(organization_id: str, done: Acknowledged) -> dict[str, Any]:
    """Serialize the result of an acknowledgement."""
    return {
        "organization_id": organization_id,
        "count": len(done.acknowledged),
        "acknowledged": done.acknowledged,
        "not_found": done.not_found,
    }


def document_answer(report: Document) -> Answer:
    """Answer with a report: its bytes, and the headers that describe them (RESULTS-9, RFC 9530)."""
    headers = [
        ("Content-Digest", f"sha-256=:{b64encode(sha256(report.content).digest()).decode()}:"),
        ("Content-Disposition", f'attachment; filename="{report.name}.{REPORT_TYPES[report.report_type].extension}"'),
    ]
    if report.order_id and report.report_id:
        headers += [("X-Order-Id", report.order_id), ("X-Report-Id", report.report_id)]
    if report.supplied:
        headers.append(("X-Report-Source", "scenario"))
    return Answer(200, report.content, report.media_type, headers)


def problem_answer(refusal: Problem, call: Call) -> Answer:
    """Answer with a problem (RFC 9457); `instance` leaves the query out, which may carry a secret (SEC-5)."""
    kind = PROBLEMS[refusal.reason]
    content: dict[str, Any] = {
        "type": kind.uri,
        "title": kind.title,
        "status": kind.status,
        "detail": refusal.detail,
        "instance": uri_path(call.path) if call.operation else "urn:pacsimile:request:" + call.request_id,
    }
    if refusal.errors:
        content["errors"] = [{"parameter": name, "reason": reason} for name, reason in refusal.errors]
    return _refused(kind.status, content, "application/problem+json", refusal)


def untyped_problem_answer(refusal: UntypedProblem, call: Call) -> Answer:
    """Answer with a problem that the contract has no type for (RFC 9457 section 4.2.1)."""
    content = {
        "type": "about:blank",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": uri_path(call.path),
    }
    return _refused(refusal.status, content, "application/problem+json", refusal)


def token_error_answer(refusal: TokenError) -> Answer:
    """Answer with an error of the token endpoint (RFC 6749 §5.2)."""
    content = {"error": refusal.error, "error_description": refusal.detail}
    return _refused(refusal.status, content, JSON, refusal)


def _refused(status: int, content: Any, media_type: str, refusal: Problem | UntypedProblem | TokenError) -> Answer:
    return Answer(status, orjson.dumps(content), media_type, list(refusal.headers), refusal.requirement, refusal.detail)
