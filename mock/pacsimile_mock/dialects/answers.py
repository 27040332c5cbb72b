"""Writes answers as a dialect spells them."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Any

import orjson

from pacsimile_mock.dialects.messages import MessageWriter
from pacsimile_mock.errors import Problem, Refusal, TokenError
from pacsimile_mock.exchange import Answer, Call, uri_path
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.dialects.spelling import put, writer_of_scopes, writer_of_table
from pacsimile_spec.dialects.tables import ROOTS
from pacsimile_spec.operation_ids import RETRIEVALS
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import REPORT_TYPES

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"

_TABLES = {
    "getToken": "Token",
    "postToken": "Token",
    "getStatus": "OrderStatus",
    "getOrderIds": "OrderIds",
    "listReports": "ReportList",
    "acknowledgeReports": "Acknowledgement",
}
_JSON_REPORTS = {"getResult": "JsonReport", "getGroupReport": "GroupJsonReport"}
_IN_THE_QUERY = "A query parameter"
_UNKNOWN_REASONS = ("order-not-found", "study-not-found")
"""Reasons for which a dialect may answer an empty 200 (`unknown: 200-empty`)."""


class AnswerWriter:
    """Writes the answers of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._messages = MessageWriter(dialect)
        self._write = {name: writer_of_table(dialect, name) for name in ROOTS}
        self._write_scopes = writer_of_scopes(dialect.values["scope"])
        self._headers = {ours.lower(): theirs for ours, theirs in dialect.headers.items() if ours != theirs}
        self._types = {kind.media_type: name for name, kind in REPORT_TYPES.items()}

    def write_success(self, answer: Answer, operation: str | None) -> Answer:
        """Respell the JSON answer of an operation that succeeded. Reports and refusals stay for their own methods."""
        if answer.status != 200 or answer.media_type != JSON or operation in RETRIEVALS:
            return answer
        if operation == "introspectToken":
            return self._edit(answer, self._write_introspection)
        if operation not in _TABLES:
            return answer
        answer = self._edit(answer, lambda content: self._write[_TABLES[operation]](self._keep_offered_types(content)))
        return self._write_acknowledged(answer) if operation == "acknowledgeReports" else answer

    def _edit(self, answer: Answer, edit: Any) -> Answer:
        """Replace the content of a JSON answer; anything but a JSON object stays."""
        try:
            content = orjson.loads(answer.body)
        except orjson.JSONDecodeError:
            return answer
        if isinstance(content, dict):
            answer.body = orjson.dumps(edit(content))
        return answer

    def _write_introspection(self, content: dict[str, Any]) -> dict[str, Any]:
        return {**content, "scope": self._write_scopes(content["scope"])} if "scope" in content else content

    def _keep_offered_types(self, content: dict[str, Any]) -> dict[str, Any]:
        """Leave out the report types that the dialect does not have."""
        offered = [name for name in self._dialect.report_types if REPORT_TYPES[name].of_order]
        for node in (content, *_objects(content.get("reports"))):
            if isinstance(node.get("report_types"), list):
                node["report_types"] = [name for name in node["report_types"] if name in offered]
        return content

    def _write_acknowledged(self, answer: Answer) -> Answer:
        """Give a successful acknowledgement its status, and take its body away where the dialect has none."""
        answer.status = int(self._dialect.codes.acknowledged)
        if not self._dialect.acknowledgements.answered or answer.status == 204:
            answer.body, answer.media_type = b"", None
        return answer

    def write_report(self, answer: Answer, operation: str, report_type: str) -> Answer:
        """Respell a report: its media type, and the members of JSON. One that a scenario supplied keeps its bytes."""
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

    def wrap_in_base64(self, answer: Answer) -> Answer:
        """Put a report into a JSON answer, in base64."""
        return self._wrap_in_json(answer, b64encode(answer.body).decode())

    def replace_by_link(self, answer: Answer, url: str) -> Answer:
        """Replace a report by its URL: in a JSON answer, or in `Location`."""
        answer.headers = [header for header in answer.headers if header[0] != "Content-Disposition"]
        if self._dialect.carried.by == "url":
            return self._wrap_in_json(answer, url)
        former, answer.body, answer.media_type, answer.status = answer.body, b"", None, 302
        renew_digest(answer, former)
        answer.headers.append(("Location", url))
        return answer

    def _wrap_in_json(self, answer: Answer, value: str) -> Answer:
        content: dict[str, Any] = {}
        put(content, self._dialect.carried.pointer, value)
        former, answer.body, answer.media_type = answer.body, orjson.dumps(content), JSON
        renew_digest(answer, former)
        return answer

    def write_refusal(self, answer: Answer, refusal: Refusal, inner: Call, sent: Call) -> Answer:
        """Respell a refusal.

        Args:
            answer: The refusal as the contract spells it.
            refusal: What was refused, and why: its reason decides the status.
            inner: The call in the contract's spelling.
            sent: The call as it was sent.
        """
        if isinstance(refusal, TokenError):
            return self._edit(answer, self._write_token_error) if answer.media_type == JSON else answer
        if isinstance(refusal, Problem) and answer.status == PROBLEMS[refusal.reason].status:
            if self._is_empty_success(refusal, inner):
                return self._empty_success(answer, inner)
            answer.status = int(self._dialect.codes.of_refusal(refusal.reason, answer.status))
        answer = self._edit(answer, lambda content: self._write_problem(content, answer.status, inner, sent))
        if answer.media_type == PROBLEM_JSON:
            answer.media_type = self._dialect.error_media_type
        if answer.refusal is not None:
            shown = {"detail": answer.refusal}
            self._messages.respell_problem(shown, inner.operation)
            answer.refusal = shown["detail"]
        return answer

    def _write_token_error(self, content: dict[str, Any]) -> Any:
        if isinstance(content.get("error_description"), str):
            content["error_description"] = self._messages.respell_text(content["error_description"])
        return self._write["TokenError"](content)

    def _write_problem(self, content: dict[str, Any], status: int, inner: Call, sent: Call) -> Any:
        self._messages.respell_problem(content, inner.operation)
        if "status" in content:
            content["status"] = status
        title = content.get("title")
        if isinstance(title, str) and sent.respelled is not None and sent.respelled.path_parameters:
            content["title"] = title.replace(_IN_THE_QUERY, "A parameter")
        instance = content.get("instance")
        if inner.operation and isinstance(instance, str) and instance.startswith(inner.path):
            shown = sent.path if sent.mask is None else sent.path_with(sent.mask.text)
            content["instance"] = uri_path(shown) + instance.removeprefix(inner.path)
        return self._messages.without_marks(self._write["Problem"](content))

    def _is_empty_success(self, refusal: Problem, inner: Call) -> bool:
        return (
            self._dialect.codes.unknown == "200-empty"
            and inner.operation in ("getStatus", "getOrderIds")
            and refusal.reason in _UNKNOWN_REASONS
        )

    def _empty_success(self, answer: Answer, inner: Call) -> Answer:
        """Answer that something is unknown with an empty 200."""
        content: dict[str, Any] = {}
        pointer: Pointer | None = self._dialect.fields["OrderIds"]["order_ids"]
        if inner.operation == "getOrderIds" and pointer is not None:
            put(content, pointer, [])
        answer.status, answer.body, answer.media_type = 200, orjson.dumps(content), JSON
        return answer

    def rename_headers(self, answer: Answer) -> None:
        """Rename the headers of an answer, and leave out those that the dialect does not have."""
        renamed = []
        for name, value in answer.headers:
            theirs = self._headers.get(name.lower(), name)
            if theirs is not None:
                renamed.append((theirs, self._messages.respell_header(name, value)))
        answer.headers = renamed


def renew_digest(answer: Answer, former: bytes) -> None:
    """Renew the digest (RFC 9530) after a change of the body. One that was wrong for the former body stays wrong."""
    right = ("Content-Digest", _digest(former))
    answer.headers = [
        ("Content-Digest", _digest(answer.body)) if header == right else header for header in answer.headers
    ]


def _digest(content: bytes) -> str:
    return f"sha-256=:{b64encode(sha256(content).digest()).decode()}:"


def _objects(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
