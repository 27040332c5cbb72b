"""Answers in a dialect's spelling, read as the contract spells them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract.dialects.carried import RETRIEVALS, unwrapped
from pacsimile_contract.dialects.documents import reader_of_table
from pacsimile_contract.dialects.statuses import read_status
from pacsimile_contract.dialects.values import reader_of_scopes, reason_of
from pacsimile_contract.evidence.bounds import PastBound, read_json
from pacsimile_contract.evidence.exchange import Answer, Headers, Request
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.pointers import Pointer
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS
from pacsimile_spec.problems import PROBLEMS
from pacsimile_spec.report_types import REPORT_TYPES

_PROBLEM_JSON = "application/problem+json"
_SUCCESSES = {
    "getToken": "Token", "postToken": "Token", "getStatus": "OrderStatus", "getOrderIds": "OrderIds",
    "listReports": "ReportList", "acknowledgeReports": "Acknowledgement",
}  # fmt: skip
_JSON_REPORTS = {"getResult": "JsonReport", "getGroupReport": "GroupJsonReport"}
_UNKNOWN = {
    "order_id": "order-not-found", "study_uid": "study-not-found", "study_group": "study-group-not-found",
}  # fmt: skip


class _Asked(NamedTuple):
    """What a request asks: the operation at its address, even where a test means it as none, and its parameters."""

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


class AnswerReading:
    """Reads the answers of a run."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._header_names = {
            theirs.lower(): ours for ours, theirs in dialect.headers.items() if theirs is not None and theirs != ours
        }
        self._away = {ours.lower() for ours, theirs in dialect.headers.items() if theirs != ours}
        self._scopes = reader_of_scopes(dialect)
        self._names = _both_ways({ours: theirs for ours, theirs in dialect.parameters.items() if ours != theirs})
        names = "|".join(map(re.escape, self._names))
        self._named = re.compile(rf"(?<![\w-])(?:{names})(?![\w-])") if names else None

    def read(self, request: Request, answer: Answer, carried: Answer | None = None) -> Answer:
        """Return the answer to a request, which is in the contract's spelling, as the contract spells it.

        `raw` stays the bytes on the wire. An answer that passes a bound keeps its status alone. `carried` is what was
        answered at the link that the answer has.
        """
        asked = _Asked.of(request)
        operation = asked.operation
        if operation in RETRIEVALS and self._dialect.carried.by != "bytes":
            answer = self._unwrapped(asked, answer, carried)
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
        if self._says_nothing(operation, answer, document):
            return self._unknown(asked, answer)
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

    def _unwrapped(self, asked: _Asked, answer: Answer, carried: Answer | None) -> Answer:
        """Return the answer with the report as its body, which has the media type of the type that was asked for."""
        report = unwrapped(self._dialect, answer, carried)
        if report is answer or self._dialect.carried.by != "base64":
            return report
        kind = self._dialect.media_types.get(asked.parameters.get("report_type", "json"), "application/json")
        rest = tuple(pair for pair in report.headers if pair[0].lower() != "content-type")
        return replace(report, headers=(*rest, ("Content-Type", kind)))

    def _says_nothing(self, operation: str | None, answer: Answer, document: Any) -> bool:
        """Whether it is the 200 without a fact by which the dialect says that something is unknown."""
        if self._dialect.codes.unknown != "200-empty" or answer.status != 200 or not isinstance(document, dict):
            return False
        if operation == "getStatus":
            return not document
        listed = self._dialect.fields["OrderIds"]["order_ids"]
        return operation == "getOrderIds" and (not document or _at(document, listed) == [])

    def _unknown(self, asked: _Asked, answer: Answer) -> Answer:
        """Return the refusal that an empty answer stands for."""
        reason = next((reason for name, reason in _UNKNOWN.items() if name in asked.parameters), "order-not-found")
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
        """Return the contract's reason of a refusal: of a word that several share, the one that fits what was asked."""
        waiting = answer.status == self._dialect.codes.not_ready and answer.status < 300
        if asked.operation in TOKEN_OPERATIONS or not (answer.status >= 400 or waiting):
            return None
        pointer = self._dialect.fields["Problem"]["type"]
        meanings = () if pointer is None else reason_of(self._dialect, _at(document, pointer))
        unknown = next((reason for name, reason in _UNKNOWN.items() if name in asked.parameters), None)
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
        elif lower in self._away:
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
            return self._swapped(value, _PROBLEM_JSON, self._dialect.error_media_type)
        kind = asked.parameters.get("report_type", "json")
        if operation in _JSON_REPORTS and status < 300 and kind in REPORT_TYPES:
            return self._swapped(value, REPORT_TYPES[kind].media_type, self._dialect.media_types[kind])
        return value

    def _swapped(self, value: str, ours: str, theirs: str) -> str:
        """Return a media type of the contract for the dialect's; one of the contract's own is none of the dialect."""
        if _bare(ours) == _bare(theirs):
            return value
        if _bare(value) == _bare(theirs):
            return ours
        return f"{_bare(value)} (not of {self._dialect.name})" if _bare(value) == _bare(ours) else value


def table_of(request: Request, status: int) -> str | None:
    """Return the table of the JSON answer to a request, by the contract's status; None where it is none."""
    return _table(_Asked.of(request), status)


def _both_ways(names: dict[str, str]) -> dict[str, str]:
    """Return for each name of the dialect the contract's, and the other way, so that neither passes for the other."""
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


def _at(document: Any, pointer: Pointer | None) -> Any:
    for step in pointer or ():
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _media_type(answer: Answer) -> str:
    return next((value.lower() for name, value in answer.headers if name.lower() == "content-type"), "")


def _without_body(headers: Headers) -> Headers:
    return tuple(pair for pair in headers if pair[0].lower() not in ("content-type", "content-length"))
