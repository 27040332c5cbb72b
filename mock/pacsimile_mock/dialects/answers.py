"""Writes answers that the contract spells as a dialect does."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

import orjson

from pacsimile_mock.dialects.messages import Messages
from pacsimile_mock.errors import Problem, Refusal, TokenError
from pacsimile_mock.exchange import Answer, Call
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.model import Code
from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.dialects.spelling import put, writer_of_scopes, writer_of_table
from pacsimile_spec.dialects.tables import ROOTS
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import REPORT_TYPES

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"
RETRIEVALS = ("getResult", "getGroupReport")

_TABLES = {
    "getToken": "Token",
    "postToken": "Token",
    "getStatus": "OrderStatus",
    "getOrderIds": "OrderIds",
    "listReports": "ReportList",
    "acknowledgeReports": "Acknowledgement",
}
_JSON_REPORTS = {"getResult": "JsonReport", "getGroupReport": "GroupJsonReport"}
_UNKNOWN = ("order-not-found", "study-not-found")
"""Reasons of which a dialect may say nothing but an empty 200."""


class AnswerWriter:
    """Writes the answers of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._messages = Messages(dialect)
        self._write = {name: writer_of_table(dialect, name) for name in ROOTS}
        self._write_scopes = writer_of_scopes(dialect.values["scope"])
        self._headers = {ours.lower(): theirs for ours, theirs in dialect.headers.items() if ours != theirs}
        self._types = {kind.media_type: name for name, kind in REPORT_TYPES.items()}

    def answer(self, answer: Answer, operation: str | None) -> Answer:
        """Respell the answer of an operation; reports are written by `report`."""
        if answer.status != 200 or answer.media_type != JSON or operation in RETRIEVALS:
            return answer
        if operation == "introspectToken":
            return self._edit(answer, self._introspection)
        if operation not in _TABLES:
            return answer
        answer = self._edit(answer, lambda content: self._write[_TABLES[operation]](self._offered(content)))
        return self._acknowledged(answer) if operation == "acknowledgeReports" else answer

    def _edit(self, answer: Answer, edit: Any) -> Answer:
        """Replace the content of a JSON answer; what is no JSON object stays."""
        try:
            content = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            return answer
        if isinstance(content, dict):
            answer.body = orjson.dumps(edit(content))
        return answer

    def _introspection(self, content: dict[str, Any]) -> dict[str, Any]:
        return {**content, "scope": self._write_scopes(content["scope"])} if "scope" in content else content

    def _offered(self, content: dict[str, Any]) -> dict[str, Any]:
        """Leave out the report types that the dialect does not have."""
        offered = [name for name in self._dialect.report_types if REPORT_TYPES[name].of_order]
        for node in (content, *_objects(content.get("reports"))):
            if isinstance(node.get("report_types"), list):
                node["report_types"] = [name for name in node["report_types"] if name in offered]
        return content

    def _acknowledged(self, answer: Answer) -> Answer:
        answer.status = int(self._dialect.codes.acknowledged)
        if not self._dialect.acknowledgements.answered or answer.status == 204:
            answer.body, answer.media_type = b"", None
        return answer

    def report(self, answer: Answer, operation: str, report_type: str) -> Answer:
        """Respell a report: its media type, and the members of a JSON report that the mock has made."""
        if answer.status != 200 or answer.media_type is None:
            return answer
        own = REPORT_TYPES[report_type].media_type
        kind = report_type if answer.media_type == own else self._types.get(answer.media_type)
        if kind == "json" and not any(name == "X-Report-Source" for name, _ in answer.headers):
            former = answer.body
            self._edit(answer, self._write[_JSON_REPORTS[operation]])
            renew_digest(answer, former)
        answer.media_type = answer.media_type if kind is None else self._dialect.media_types[kind]
        return answer

    def in_base64(self, answer: Answer) -> Answer:
        """Put a report into a JSON answer."""
        return self._within_json(answer, b64encode(answer.body).decode())

    def as_link(self, answer: Answer, url: str) -> Answer:
        """Put the URL of a report in the place of the report."""
        answer.headers = [header for header in answer.headers if header[0] != "Content-Disposition"]
        if self._dialect.carried.by == "url":
            return self._within_json(answer, url)
        former, answer.body, answer.media_type, answer.status = answer.body, b"", None, 302
        renew_digest(answer, former)
        answer.headers.append(("Location", url))
        return answer

    def _within_json(self, answer: Answer, value: str) -> Answer:
        content: dict[str, Any] = {}
        put(content, self._dialect.carried.pointer, value)
        former, answer.body, answer.media_type = answer.body, orjson.dumps(content), JSON
        renew_digest(answer, former)
        return answer

    def refusal(self, answer: Answer, refusal: Refusal, inner: Call, sent: Call) -> Answer:
        """Respell a refusal.

        Args:
            answer: The refusal as the contract spells it.
            refusal: What was refused, and why: its reason decides the status.
            inner: The call in the contract's spelling.
            sent: The call as it was sent.
        """
        if isinstance(refusal, TokenError):
            return self._edit(answer, self._token_error) if answer.media_type == JSON else answer
        if isinstance(refusal, Problem) and answer.status == PROBLEMS[refusal.reason].status:
            if self._is_empty(refusal, inner):
                return self._nothing(answer, inner)
            answer.status = int(self._code(refusal.reason, answer.status))
        answer = self._edit(answer, lambda content: self._problem(content, answer.status, inner, sent))
        if answer.media_type == PROBLEM_JSON:
            answer.media_type = self._dialect.error_media_type
        if answer.refusal is not None:
            shown = {"detail": answer.refusal}
            self._messages.problem(shown, inner.operation)
            answer.refusal = shown["detail"]
        return answer

    def _token_error(self, content: dict[str, Any]) -> Any:
        if isinstance(content.get("error_description"), str):
            content["error_description"] = self._messages.text(content["error_description"])
        return self._write["TokenError"](content)

    def _problem(self, content: dict[str, Any], status: int, inner: Call, sent: Call) -> Any:
        self._messages.problem(content, inner.operation)
        if "status" in content:
            content["status"] = status
        instance = content.get("instance")
        if inner.operation and isinstance(instance, str) and instance.startswith(inner.path):
            shown = sent.path if sent.mask is None else sent.path_with(sent.mask.text)
            content["instance"] = shown + instance.removeprefix(inner.path)
        return self._messages.unmarked(self._write["Problem"](content))

    def _code(self, reason: str, status: int) -> Code:
        codes = self._dialect.codes
        if reason in ("invalid-parameter", "invalid-body"):
            return codes.bad_request
        if reason == "report-not-ready":
            return codes.not_ready
        return codes.foreign_organization if reason == "organization-not-allowed" else status

    def _is_empty(self, refusal: Problem, inner: Call) -> bool:
        return (
            self._dialect.codes.unknown == "200-empty"
            and inner.operation in ("getStatus", "getOrderIds")
            and refusal.reason in _UNKNOWN
        )

    def _nothing(self, answer: Answer, inner: Call) -> Answer:
        """Answer that there is no such thing with a 200 that says nothing."""
        content: dict[str, Any] = {}
        pointer: Pointer | None = self._dialect.fields["OrderIds"]["order_ids"]
        if inner.operation == "getOrderIds" and pointer is not None:
            put(content, pointer, [])
        answer.status, answer.body, answer.media_type = 200, orjson.dumps(content), JSON
        return answer

    def headers(self, answer: Answer) -> None:
        """Rename the headers of an answer, and leave out those that the dialect does not have."""
        renamed = []
        for name, value in answer.headers:
            theirs = self._headers.get(name.lower(), name)
            if theirs is not None:
                renamed.append((theirs, self._messages.header(name, value)))
        answer.headers = renamed


def renew_digest(answer: Answer, former: bytes) -> None:
    """Let a digest that was right for the former body be right for this one; a wrong one stays (RFC 9530)."""
    right = ("Content-Digest", _digest(former))
    answer.headers = [
        ("Content-Digest", _digest(answer.body)) if header == right else header for header in answer.headers
    ]


def _digest(content: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
