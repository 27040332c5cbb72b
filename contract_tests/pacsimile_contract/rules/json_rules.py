"""The rules of `json`."""

import json
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.rules.model import Breach, Rules
from pacsimile_contract.rules.txt_rules import utf8
from pacsimile_contract.schema_words import words_of
from pacsimile_contract.schemas import Schema, by_message, is_date, is_date_time
from pacsimile_contract.unreadable import as_unreadable
from pacsimile_spec import description


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


WORDS = {
    "JSON-1": "is one JSON object in UTF-8, no member named twice in an object",
    "JSON-2": "matches its schema in openapi.yaml",
}

RULES = (Rules("json", WORDS, _of_schema("JsonReport"), _of_schema("GroupJsonReport")),)
