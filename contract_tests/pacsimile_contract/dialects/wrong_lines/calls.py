"""The calls of a run, as the lines of a dialect are judged by them: what was sent, and what was answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_contract.provenance import as_value, from_wire
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.tables import tables
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

TABLES: Mapping[str, str] = {
    "getToken": "Token", "postToken": "Token", "getStatus": "OrderStatus", "getOrderIds": "OrderIds",
    "listReports": "ReportList", "acknowledgeReports": "Acknowledgement", "getResult": "JsonReport",
    "getGroupReport": "GroupJsonReport",
}  # fmt: skip
"""By operation, the table of its successful JSON answers."""
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Call:
    """A call of an operation by its own method, with the answer as on the wire and as the dialect reads it."""

    exchange: Exchange
    operation: str
    received: Answer

    @property
    def status(self) -> int:
        """The status on the wire."""
        return self.received.status

    @property
    def succeeded(self) -> bool:
        """Whether it was answered 2xx."""
        return 200 <= self.status < 300

    @property
    def is_for_token(self) -> bool:
        """Whether it is a token request."""
        return self.operation in TOKEN_OPERATIONS

    @property
    def report_type(self) -> str:
        """The report type that it asked for."""
        return self.exchange.given.get("report_type", "json")

    @cached_property
    def document(self) -> dict[str, Any] | None:
        """The JSON object of the answer, as the dialect reads it; None where it is none, or its body was not stored."""
        if not self.exchange.body_was_stored:
            return None
        if self.operation in ("getResult", "getGroupReport") and self.succeeded and self.report_type != "json":
            return None
        document = self.exchange.json
        return document if isinstance(document, dict) else None

    @cached_property
    def reason(self) -> str | None:
        """The contract's reason of a refusal; None where the answer says none that the dialect has."""
        if self.status < 400 and self.exchange.succeeded:
            return None
        return facts.problem(self.exchange).reason

    @cached_property
    def asked(self) -> tuple[tuple[str, str], ...]:
        """The parameters in the query and the form, by the contract's names."""
        return _parameters(self.exchange.request)

    @cached_property
    def sent_names(self) -> frozenset[str]:
        """The names in the query and the form, as on the wire."""
        return frozenset(name for name, _ in _parameters(self.exchange.sent))

    def shown(self, word: object) -> str:
        """Return a word of the answer for a note, marked as what it is."""
        text = str(word)
        return as_value(text) if self.exchange.is_synthetic else from_wire(text)


def _parameters(request: Request) -> tuple[tuple[str, str], ...]:
    pairs = parse_qsl(request.url.partition("?")[2], keep_blank_values=True, errors="replace")
    if request.body and (request.header("Content-Type") or "").startswith(_FORM):
        pairs += parse_qsl(request.body.decode("latin-1"), keep_blank_values=True)
    return tuple(pairs)


def calls_of(dialect: Dialect, exchanges: Sequence[Exchange]) -> list[Call]:
    """Return the calls of a run that its dialect was used for, and that were answered."""
    return [
        Call(exchange, str(exchange.operation), exchange.received)
        for exchange in exchanges
        if exchange.operation in dialect.paths
        and exchange.received is not None
        and exchange.request.raw is None
        and exchange.request.method == operations()[str(exchange.operation)].method
    ]


@dataclass(frozen=True, slots=True)
class Seen:
    """An object of a table in an answer, as the dialect reads it."""

    document: Mapping[str, Any]
    call: Call


def objects_by_table(calls: Sequence[Call]) -> dict[str, list[Seen]]:
    """Return every JSON object that was answered, by its table."""
    found: dict[str, list[Seen]] = {}
    for call in calls:
        table = TABLES[call.operation] if call.succeeded else "TokenError" if call.is_for_token else "Problem"
        if call.document is not None and (call.succeeded or call.status >= 400):
            for name, document in _inside(table, call.document):
                found.setdefault(name, []).append(Seen(document, call))
    return found


def _inside(table: str, document: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield an object and all objects in it, each with its table."""
    yield table, document
    for name, member in tables()[table].items():
        value = document.get(name)
        if member.kind == "object" and isinstance(value, dict):
            yield from _inside(str(member.table), value)
        elif member.kind == "objects" and isinstance(value, list):
            for entry in value:
                if isinstance(entry, dict):
                    yield from _inside(str(member.table), entry)
