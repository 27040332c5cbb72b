"""The rules of `json`."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any

from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.instants import instant
from pacsimile_contract.rules.model import Breach, Rules
from pacsimile_contract.rules.txt_rules import utf8
from pacsimile_contract.schema_words import words_of
from pacsimile_contract.schemas import Schema, by_message, is_date, is_date_time
from pacsimile_contract.unreadable import as_unreadable
from pacsimile_spec import description
from pacsimile_spec.statuses import CANCELLED, FAILED


class _DuplicateMember(ValueError):
    """An object has a member twice."""


def _unique_members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateMember("an object that has a member twice")
    return members


def parse_object(body: bytes, rule: str) -> dict[str, Any] | Breach:
    """Read a JSON object (RFC 8259) without duplicate members. Return a breach of `rule` instead where it is none."""
    text = utf8(body, rule)
    if isinstance(text, Breach):
        return text
    try:
        value = read_json(text, object_pairs_hook=_unique_members)
    except json.JSONDecodeError as error:
        return Breach(rule, f"line {error.lineno}, column {error.colno}", f"no JSON: {error.msg}")
    except ValueError as error:
        return Breach(rule, "the document", str(error))
    return value if isinstance(value, dict) else Breach(rule, "the document", "JSON, but no object")


@cache
def _schema(name: str) -> Schema:
    return Schema(description()["components"]["schemas"][name], {"date": is_date, "date-time": is_date_time})


def _of_schema(schema: str) -> Callable[[bytes], Iterator[Breach]]:
    def breaches(body: bytes) -> Iterator[Breach]:
        document = parse_object(body, "JSON-1")
        if isinstance(document, Breach):
            yield document
            return
        for error in sorted(_schema(schema).errors(document), key=by_message):
            place = ".".join(map(str, error.absolute_path)) or "the document"
            misspelled = as_unreadable(error.instance)
            value = error.message if misspelled is None else json.dumps(misspelled[1], ensure_ascii=False)
            yield Breach("JSON-2", place, words_of(error), value)

    return breaches


_TIMES = ("ordered_at", "acquired_at", "received_at", "started_at", "completed_at")
_OF_A_REPORT = ("report_id", "report_status", "impression", "completed_at")


def _of_order(body: bytes) -> Iterator[Breach]:
    yield from _of_schema("JsonReport")(body)
    document = parse_object(body, "JSON-1")
    times = document.get("times") if isinstance(document, dict) else None
    stated = [(name, instant(times.get(name))) for name in _TIMES] if isinstance(times, dict) else []
    known = [(name, at) for name, at in stated if at is not None]
    for (earlier, before), (name, at) in pairwise(known):
        if at < before:
            yield Breach("JSON-3", f"times.{name}", f"before {earlier}", str(at))


def _of_group(body: bytes) -> Iterator[Breach]:
    yield from _of_schema("GroupJsonReport")(body)
    document = parse_object(body, "JSON-1")
    orders = document.get("orders") if isinstance(document, dict) else None
    for number, order in enumerate(orders if isinstance(orders, list) else ()):
        if isinstance(order, dict) and order.get("status") in (FAILED, CANCELLED):
            for name in _OF_A_REPORT:
                if order.get(name):
                    yield Breach("JSON-4", f"orders.{number}.{name}", f"of a {order['status']} order", str(order[name]))


WORDS = {
    "JSON-1": "is one JSON object in UTF-8, no member named twice in an object",
    "JSON-2": "matches its schema in openapi.yaml",
    "JSON-3": "has its times in this order: ordered, acquired, received, started, completed",
    "JSON-4": "has null for id, status, words and time of a report where an order of a group has no report",
}

RULES = (Rules("json", WORDS, _of_order, _of_group),)
