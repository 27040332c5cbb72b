"""Reads answers in a dialect's spelling: returns them as the contract spells them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract.dialects.carried_reports import unwrap_report
from pacsimile_contract.dialects.documents import reader_of_table
from pacsimile_contract.dialects.statuses import read_status
from pacsimile_contract.dialects.values import reader_of_scopes, reasons_of
from pacsimile_contract.evidence.bounds import PastBound, read_json
from pacsimile_contract.evidence.exchange import Answer, Headers, Request
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.pointers import value_at
from pacsimile_spec.operation_ids import RETRIEVALS, TOKEN_OPERATIONS
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import REPORT_TYPES

_PROBLEM_JSON = "application/problem+json"
_SUCCESSES = {
    "getToken": "Token", "postToken": "Token", "getStatus": "OrderStatus", "getOrderIds": "OrderIds",
    "listReports": "ReportList", "acknowledgeReports": "Acknowledgement",
}  # fmt: skip
_JSON_REPORTS = {"getResult": "JsonReport", "getGroupReport": "GroupJsonReport"}
_UNKNOWN_REASONS = {
    "order_id": "order-not-found", "study_uid": "study-not-found", "study_group": "study-group-not-found",
}  # fmt: skip


class _Asked(NamedTuple):
    """What a request asks for: its operation and parameters.

    The operation is that of the address, even where a test sends the request as none.
    """

    operation: str | None
    parameters: Mapping[str, str]

    @classmethod
    def of(cls, request: Request) -> _Asked:
        parts = urlsplit(request.url)
        at_address = (
            name
            for name, known in operations().items()
            if known.method == request.method and parts.path.endswith(known.path)
        )
        operation = request.operation or next(at_address, None)
        return cls(operation, {**dict(parse_qsl(parts.query, errors="replace")), **request.given})


class AnswerReader:
    """Reads the answers of a run."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._header_names = {
            theirs.lower(): ours for ours, theirs in dialect.headers.items() if theirs is not None and theirs != ours
        }
        self._replaced_headers = {ours.lower() for ours, theirs in dialect.headers.items() if theirs != ours}
        self._scopes = reader_of_scopes(dialect)
        self._names = _swap_names({ours: theirs for ours, theirs in dialect.parameters.items() if ours != theirs})
        names = "|".join(map(re.escape, self._names))
        self._named = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])") if names else None

    def read(self, request: Request, answer: Answer, carried: Answer | None = None) -> Answer:
        """Return an answer as the contract spells it. `raw` stays the bytes on the wire.

        Args:
            request: The request, in the contract's spelling.
            answer: The answer, as on the wire. Of one that exceeded a bound only the status is read.
            carried: The answer at the link in it, if it has one that was followed.
        """
        asked = _Asked.of(request)
        operation = asked.operation
        if operation in RETRIEVALS and self._dialect.carried.by != "bytes":
            answer = self._unwrap(asked, answer, carried)
        if answer.exceeded_bound is not None:
            return replace(answer, status=read_status(self._dialect, operation, answer.status, None))
        document = None
        try:
            document = read_json(answer.body) if answer.body else None
        except PastBound as error:
            if "json" in _media_type(answer):
                return replace(answer, body=b"", raw=b"", exceeded_bound=str(error))
        except ValueError:
            pass
        if self._is_empty_success(operation, answer, document):
            return self._unknown_refusal(asked, answer)
        reason = self._reason(asked, answer, document)
        status = read_status(self._dialect, operation, answer.status, reason)
        headers = tuple(self._header(name, value, asked, status) for name, value in answer.headers)
        table = _table(asked, status)
        if operation == "acknowledgeReports" and 200 <= status < 300 and not self._dialect.acknowledges_with_answer:
            return replace(answer, status=status, headers=_without_body(headers), body=b"")
        if table is None or not isinstance(document, dict):
            return replace(answer, status=status, headers=headers)
        body = reader_of_table(self._dialect, table)(document)
        if table == "Problem":
            body = self._problem(body, reason, status, answer.status)
        return replace(answer, status=status, headers=headers, body=json.dumps(body).encode())

    def _unwrap(self, asked: _Asked, answer: Answer, carried: Answer | None) -> Answer:
        """Return the answer with the report as its body. One in base64 gets the media type of the requested type."""
        report = unwrap_report(self._dialect, answer, carried)
        if report is answer or self._dialect.carried.by != "base64":
            return report
        kind = self._dialect.media_types.get(asked.parameters.get("report_type", "json"), "application/json")
        rest = tuple(pair for pair in report.headers if pair[0].lower() != "content-type")
        return replace(report, headers=(*rest, ("Content-Type", kind)))

    def _is_empty_success(self, operation: str | None, answer: Answer, document: Any) -> bool:
        """Tell whether it is the empty 200 by which the dialect says that something is unknown."""
        if self._dialect.codes.unknown != "200-empty" or answer.status != 200 or not isinstance(document, dict):
            return False
        if operation == "getStatus":
            return not document
        listed = self._dialect.fields["OrderIds"]["order_ids"]
        return operation == "getOrderIds" and (not document or value_at(document, listed or ()) == [])

    def _unknown_refusal(self, asked: _Asked, answer: Answer) -> Answer:
        """Return the refusal that an empty answer stands for."""
        reason = _unknown_reason(asked) or "order-not-found"
        row = PROBLEMS[reason]
        body = {
            "type": row.uri, "title": row.title, "status": row.status, "detail": row.title,
            "instance": operations()[str(asked.operation)].path,
        }  # fmt: skip
        headers = tuple(pair for pair in answer.headers if pair[0].lower() != "content-type")
        headers = tuple(self._header(name, value, asked, row.status) for name, value in headers)
        return replace(
            answer, status=row.status, headers=(*headers, ("Content-Type", _PROBLEM_JSON)),
            body=json.dumps(body).encode(),
        )  # fmt: skip

    def _reason(self, asked: _Asked, answer: Answer, document: Any) -> str | None:
        """Return the contract's reason of a refusal. If several share a word, it is the one that fits the request."""
        waiting = answer.status == self._dialect.codes.not_ready and answer.status < 300
        if asked.operation in TOKEN_OPERATIONS or not (answer.status >= 400 or waiting):
            return None
        pointer = self._dialect.fields["Problem"]["type"]
        meanings = () if pointer is None else reasons_of(self._dialect, value_at(document, pointer))
        unknown = _unknown_reason(asked)
        return unknown if unknown in meanings else next(iter(meanings), None)

    def _problem(self, body: dict[str, Any], reason: str | None, status: int, on_wire: int) -> dict[str, Any]:
        if reason is not None and isinstance(body.get("type"), str):
            body["type"] = body["type"] if body["type"].endswith(reason) else PROBLEMS[reason].uri
        if self._named is not None and isinstance(body.get("detail"), str):
            body["detail"] = self._named.sub(lambda match: self._names[match[0]], body["detail"])
        if body.get("status") == on_wire:
            body["status"] = int(status)
        return body

    def _header(self, name: str, value: str, asked: _Asked, status: int) -> tuple[str, str]:
        lower = name.lower()
        if lower == "content-type":
            return name, self._content_type(value, asked, status)
        if lower in self._header_names:
            name = self._header_names[lower]
        elif lower in self._replaced_headers:
            return f"{name} (not of {self._dialect.name})", value
        return name, self._challenge(value) if lower == "www-authenticate" else value

    def _challenge(self, value: str) -> str:
        def scopes(match: re.Match[str]) -> str:
            read = self._scopes(match[1])
            return f'scope="{read}"' if isinstance(read, str) else match[0]

        return re.sub(r'\bscope="([^"]*)"', scopes, value)

    def _content_type(self, value: str, asked: _Asked, status: int) -> str:
        operation = asked.operation
        if operation in TOKEN_OPERATIONS:
            return value
        if status >= 400:
            return self._read_media_type(value, _PROBLEM_JSON, self._dialect.error_media_type)
        kind = asked.parameters.get("report_type", "json")
        if operation in _JSON_REPORTS and status < 300 and kind in REPORT_TYPES:
            return self._read_media_type(value, REPORT_TYPES[kind].media_type, self._dialect.media_types[kind])
        return value

    def _read_media_type(self, value: str, ours: str, theirs: str) -> str:
        """Return the contract's media type for the dialect's. The contract's own is marked as not of the dialect."""
        if _essence(ours) == _essence(theirs):
            return value
        if _essence(value) == _essence(theirs):
            return ours
        return f"{_essence(value)} (not of {self._dialect.name})" if _essence(value) == _essence(ours) else value


def table_of(request: Request, status: int) -> str | None:
    """Return the table of the JSON answer to a request, by the contract's status; None if it is not JSON."""
    return _table(_Asked.of(request), status)


def _unknown_reason(asked: _Asked) -> str | None:
    """Return the reason of a refusal that says that what was asked for is unknown."""
    return next((reason for name, reason in _UNKNOWN_REASONS.items() if name in asked.parameters), None)


def _swap_names(names: dict[str, str]) -> dict[str, str]:
    """Return the contract's name for each of the dialect, and the reverse. So neither passes for the other."""
    return {**names, **{theirs: ours for ours, theirs in names.items()}}


def _table(asked: _Asked, status: int) -> str | None:
    operation = asked.operation
    if operation in TOKEN_OPERATIONS:
        return "Token" if status < 300 else "TokenError"
    if status >= 400:
        return "Problem"
    if operation in _JSON_REPORTS:
        return _JSON_REPORTS[operation] if asked.parameters.get("report_type", "json") == "json" else None
    return _SUCCESSES.get(str(operation)) if 200 <= status < 300 else None


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _media_type(answer: Answer) -> str:
    return next((value.lower() for name, value in answer.headers if name.lower() == "content-type"), "")


def _without_body(headers: Headers) -> Headers:
    return tuple(pair for pair in headers if pair[0].lower() not in ("content-type", "content-length"))
