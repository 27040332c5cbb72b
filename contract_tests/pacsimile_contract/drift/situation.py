"""The situation of a call: what decides its answer, as far as the call and the answers before it show."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pacsimile_contract import facts
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.facts.identifier_members import IDENTIFIER_MEMBERS
from pacsimile_contract.schemas import Schema
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS
from pacsimile_spec.statuses import COMPLETED, FINAL, PROCESSING, RECEIVED, STATUSES

_LATER = {RECEIVED: STATUSES, PROCESSING: (PROCESSING, *FINAL)}
_MOST_ORDERS = 100_000
WELL_FORMED, HIDDEN = "well-formed", "hidden values"
_HASHED = re.compile(
    rf"(?:{'|'.join(sorted({*IDENTIFIER_MEMBERS.values(), 'look-alike'}))})-[0-9a-f]{{12}}|2\.25\.\d{{1,15}}"
)
"""What a stored run has in the place of an identifier, well-formed or not."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What decides an answer.

    `credentials` is the scheme of Authorization, or `none`. `form` is `well-formed`, or says which parameters are not
    as the contract has them. `subject` is the last known status of the order asked about, or None.
    """

    operation: str
    credentials: str
    form: str
    subject: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a call was answered: the status code on the wire, and the reason of a refusal where it has one."""

    status: int
    reason: str | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.reason}" if self.reason else str(self.status)


class Conversation:
    """What the calls of a record have shown so far. It takes them in their order."""

    def __init__(self) -> None:
        self._statuses: dict[tuple[str, str], str] = {}
        """The last status of each order, by who asked and its id: to others the order may not exist."""

    def situation(self, exchange: Exchange) -> Situation:
        """Return the situation of a call, of which the operation is known, and learn from its answer."""
        request = exchange.request
        pairs, subject = _pairs(request), None
        if exchange.operation in ("getStatus", "getResult"):
            subject = self._statuses.get((_asker(request), dict(pairs).get("order_id", "")))
        found = Situation(str(exchange.operation), _credentials(request), _form(exchange, pairs), subject)
        self._learn(exchange)
        return found

    def _learn(self, exchange: Exchange) -> None:
        if not exchange.succeeded or len(self._statuses) >= _MOST_ORDERS:
            return
        asker = _asker(exchange.request)
        if exchange.operation == "getStatus":
            seen = facts.order_status(exchange)
            if seen.order_id is not None and seen.status in STATUSES:
                self._statuses[asker, seen.order_id] = str(seen.status)
        elif exchange.operation == "listReports":
            for entry in facts.listing(exchange).reports or ():
                if entry.order_id is not None:
                    self._statuses[asker, entry.order_id] = COMPLETED


def later(subject: str | None) -> Iterable[str | None]:
    """Return the statuses that an order may have, of which this is the last that was seen; all where none was."""
    if subject is None:
        return (None, *STATUSES)
    return _LATER.get(subject, (subject,))


def outcome(exchange: Exchange) -> Outcome:
    """Return how a call was answered. An answer is needed."""
    assert exchange.received is not None
    status = exchange.received.status
    return Outcome(status, _reason(exchange) if status >= 400 else None)


def report_type(exchange: Exchange) -> str | None:
    """Return the type of report that a retrieval asked for, in the contract's words; None for another call."""
    if exchange.operation not in ("getResult", "getGroupReport"):
        return None
    return dict(_pairs(exchange.request)).get("report_type")


def _reason(exchange: Exchange) -> str | None:
    """Return the reason of a problem (RFC 9457), or the error of a token request (RFC 6749 section 5.2)."""
    if exchange.operation in TOKEN_OPERATIONS:
        error = exchange.json.get("error") if isinstance(exchange.json, dict) else None
        return error if isinstance(error, str) else None
    return facts.problem(exchange).reason


def sent_values(exchange: Exchange) -> frozenset[str]:
    """Return the values that a call sent. Where an answer repeats them, their form is the client's."""
    values = {value for _, value in _pairs(exchange.request)}
    try:
        document = json.loads(exchange.request.body or b"null")
    except (ValueError, RecursionError):
        document = None
    named = document.get("report_ids") if isinstance(document, dict) else None
    return frozenset(
        values | {value for value in named if isinstance(value, str)} if isinstance(named, list) else values
    )


def _asker(request: Request) -> str:
    return request.client or request.header("Authorization") or ""


def _pairs(request: Request) -> list[tuple[str, str]]:
    try:
        return parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
    except ValueError:
        return []


def _credentials(request: Request) -> str:
    sent = authorization.sent_by(request)
    return "none" if not sent else sent[0].kind if len(sent) == 1 else "several"


def _form(exchange: Exchange, pairs: list[tuple[str, str]]) -> str:
    """Say which parameters of a call are not as the contract has them."""
    request, operation = exchange.request, operations()[str(exchange.operation)]
    if exchange.operation in TOKEN_OPERATIONS:
        return WELL_FORMED
    if request.method != operation.method:
        return "another method"
    if any(_HASHED.fullmatch(value) for _, value in pairs):
        return HIDDEN
    known = {parameter.name: parameter for parameter in operation.parameters}
    names = [name for name, _ in pairs]
    found = {f"{name} twice" for name in names if name in known and names.count(name) > 1}
    found |= {"an unknown parameter" for name in names if name not in known}
    found |= {f"{name} missing" for name, parameter in known.items() if parameter.required and name not in names}
    found |= {
        f"{name} malformed" for name, value in pairs if name in known and not _fits(operation.operation_id, name, value)
    }
    if operation.exactly_one_of and sum(name in names for name in operation.exactly_one_of) != 1:
        found.add(f"not exactly one of {' and '.join(operation.exactly_one_of)}")
    found |= _form_of_body(request)
    return ", ".join(sorted(found)) or WELL_FORMED


def _form_of_body(request: Request) -> set[str]:
    if request.method != "POST" or not request.body:
        return set()
    kind = (request.header("Content-Type") or "").partition(";")[0].strip().lower()
    if request.header("Content-Encoding") is not None:
        return {"a body with a content coding"}
    return set() if kind == "application/json" else {"a body of another media type"}


def _fits(operation: str, name: str, value: str) -> bool:
    schema, wants_integer = _schema(operation, name)
    if wants_integer:
        plain = value.isascii() and value.isdigit() and len(value) < 19 and str(int(value)) == value
        return plain and schema.fits(int(value))
    return value.isprintable() and schema.fits(value)


@cache
def _schema(operation: str, name: str) -> tuple[Schema, bool]:
    rules: Any = next(parameter.schema for parameter in operations()[operation].parameters if parameter.name == name)
    return Schema(rules, {}), rules.get("type") == "integer"
