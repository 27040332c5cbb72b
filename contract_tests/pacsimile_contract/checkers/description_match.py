"""Differences of an answer from the API's description: status, media type, headers, schema."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from pacsimile_contract.dialects.answers import table_of
from pacsimile_contract.dialects.contract_view import contract_view
from pacsimile_contract.documents.json_report import without_unknown_members
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.provenance import from_wire
from pacsimile_contract.schema_words import as_number, missing_member, words_of
from pacsimile_contract.schema_words import value_of as wrong_value
from pacsimile_contract.schemas import Schema, by_message, is_date_time
from pacsimile_spec import operations
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.pointers import spell
from pacsimile_spec.documents import resolve
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

if TYPE_CHECKING:
    from jsonschema import ValidationError

_FORMATS = {"date-time": is_date_time}
MOST_ENTRIES = 200
"""How many entries of a list are checked against the schema."""

COUNTED = {"listReports": "reports", "acknowledgeReports": "acknowledged"}
"""Operations whose answers have a `count`, and what it counts."""

LISTS = ("Cache-Control", "Content-Digest", "WWW-Authenticate")
"""Headers whose value is a list in one or several lines (RFC 9110 section 5.3). The described member is among them."""


@cache
def _responses(dialect: Dialect | None, operation: str) -> Mapping[str, Mapping[str, Any]]:
    known, document = operations()[operation], contract_view(dialect)
    node = document["paths"][known.path][known.method.lower()]
    return {str(status): resolve(response, document) for status, response in node["responses"].items()}


@cache
def _body_schema(dialect: Dialect | None, operation: str, status: str, media_type: str) -> Schema | None:
    schema = _responses(dialect, operation)[status]["content"][media_type].get("schema")
    binary = schema is None or "json" not in media_type
    return None if binary else Schema(schema, _FORMATS, contract_view(dialect))


@cache
def _header_schema(dialect: Dialect | None, operation: str, status: str, name: str) -> Schema:
    node = resolve(_responses(dialect, operation)[status]["headers"][name], contract_view(dialect))
    return Schema(node.get("schema", {}), _FORMATS, contract_view(dialect))


def differences(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Yield (expected, got) for each difference of an answer from the description of its operation."""
    operation, status = str(exchange.operation), str(exchange.status)
    known = _responses(exchange.dialect, operation)
    if status not in known:
        yield f"one of the statuses {', '.join(known)}", status
        return
    yield from _header_differences(exchange, operation, status)
    content = known[status].get("content", {})
    if not content or not exchange.body_was_stored or exchange.request.method == "HEAD":
        return
    media_type = next((name for name in content if _bare(name) == exchange.media_type), None)
    if media_type is None:
        yield f"media type {' or '.join(content)}", from_wire(exchange.media_type) or "none"
        return
    yield from _body_differences(exchange, _body_schema(exchange.dialect, operation, status, media_type))


def _judged_elsewhere(exchange: Exchange, name: str) -> bool:
    """Tell whether another requirement judges this header in every answer: AUTH-7 of tokens, AUTH-10 of 401s."""
    if exchange.operation in TOKEN_OPERATIONS:
        return name == "Cache-Control" and exchange.succeeded
    return name == "WWW-Authenticate" and exchange.status == 401


def described_content(exchange: Exchange) -> Any:
    """Return an answer's document with only the described members, and with its times as instants."""
    operation, status, body = str(exchange.operation), str(exchange.status), exchange.json
    if operation not in operations() or status not in _responses(exchange.dialect, operation):
        return body
    content = _responses(exchange.dialect, operation)[status].get("content", {})
    schemas = (node.get("schema") for name, node in content.items() if _bare(name) == exchange.media_type)
    schema = next(schemas, None)
    return body if schema is None else without_unknown_members(body, schema)


def _bare(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _header_differences(exchange: Exchange, operation: str, status: str) -> Iterator[tuple[str, str]]:
    for name, node in _responses(exchange.dialect, operation)[status].get("headers", {}).items():
        if _judged_elsewhere(exchange, name):
            continue
        value, wanted = value_of(exchange, name), resolve(node, contract_view(exchange.dialect))
        if value is None:
            if wanted.get("required"):
                yield f"a header {name}", "none"
            continue
        typed: Any = int(value) if wanted.get("schema", {}).get("type") == "integer" and value.isdigit() else value
        for error in _header_schema(exchange.dialect, operation, status, name).errors(typed):
            yield f"a header {name} as described", f"{from_wire(value[:60])}, which {words_of(error)}"


def value_of(exchange: Exchange, name: str) -> str | None:
    """Return a described header's value; None where the answer has no such header.

    Of a list, which may stand in several lines, it is the member that matches the description.
    """
    lines = exchange.headers(name)
    if not lines or name not in LISTS:
        return lines[0] if lines else None
    schema = _header_schema(exchange.dialect, str(exchange.operation), str(exchange.status), name)
    pieces = [piece.strip() for line in lines for piece in line.split(",")]
    spelt = [piece.lower() if name == "Cache-Control" else piece for piece in (*lines, *pieces)]
    return next((piece for piece in spelt if schema.fits(piece)), lines[0])


def described_lists(exchange: Exchange) -> dict[str, str]:
    """Return by header name the values of an answer's LISTS, as `value_of` reads them."""
    known = operations()
    responses = _responses(exchange.dialect, str(exchange.operation)) if exchange.operation in known else {}
    response = responses.get(str(exchange.status), {})
    values = {name: value_of(exchange, name) for name in LISTS if name in response.get("headers", {})}
    return {name: value for name, value in values.items() if value is not None}


def _body_differences(exchange: Exchange, schema: Schema | None) -> Iterator[tuple[str, str]]:
    if schema is None:
        return
    body = exchange.json
    if body is None and exchange.body.strip() != b"null":
        yield "a JSON body", "what is no JSON"
        return
    if isinstance(body, dict):
        body = {name: value[:MOST_ENTRIES] if isinstance(value, list) else value for name, value in body.items()}
        if isinstance(exchange.json.get("count"), int):
            body = {**body, "count": exchange.json["count"]}
    for error in sorted(schema.errors(body), key=by_message)[:3]:
        place = "/".join(map(str, error.absolute_path))
        what = from_wire(place) or "the body"
        had = wrong_value(error)
        words = f"{words_of(error)}{_in_dialect(exchange, error)}"
        yield f"{what} as described", f"{had + ', which ' if had else 'one that '}{words}"
    status = body.get("status") if isinstance(body, dict) and "problem" in exchange.media_type else None
    if isinstance(status, int) and status != exchange.status:
        yield f"status {exchange.status} in the problem, as in the answer", as_number(status)
    if exchange.succeeded and exchange.operation in COUNTED:
        yield from _count_differences(exchange.json, COUNTED[exchange.operation])


def _in_dialect(exchange: Exchange, error: "ValidationError") -> str:
    """Return where the service's dialect has the member that an answer lacks."""
    lacked = missing_member(error)
    table = None if lacked is None or exchange.dialect is None else table_of(exchange.request, exchange.status or 0)
    if lacked is None or exchange.dialect is None or table is None:
        return ""
    table = ".".join((table, *(step for step in error.absolute_path if isinstance(step, str))))
    pointer = exchange.dialect.fields.get(table, {}).get(lacked)
    return f": in the dialect {exchange.dialect.name} {spell(pointer)}" if pointer else ""


def _count_differences(body: Any, member: str) -> Iterator[tuple[str, str]]:
    """Yield a difference where `count` is not the length of the list, which no schema can express."""
    entries, count = (body.get(member), body.get("count")) if isinstance(body, dict) else (None, None)
    if isinstance(entries, list) and isinstance(count, int | float) and count != len(entries):
        yield f"count {len(entries)}, as many as {member}", as_number(count)
