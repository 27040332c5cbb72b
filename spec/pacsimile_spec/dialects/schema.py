"""The JSON schema of dialect files, for editors. It is made from the tables that the reader uses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from pacsimile_spec.dialects.checks import REQUIRED_MEMBERS
from pacsimile_spec.dialects.identity import identity
from pacsimile_spec.dialects.model import CODES, Credentials
from pacsimile_spec.dialects.tables import tables
from pacsimile_spec.operation_ids import OPERATION_IDS

Schema = dict[str, Any]

_POINTER = {"type": "string", "pattern": "^(/([^~/]|~[01])+)+$", "maxLength": 200}
_TEXT = {"type": "string", "minLength": 1, "maxLength": 200}
_WORD = {"type": ["string", "integer"]}


def dialect_schema() -> Schema:
    """Return the schema (JSON Schema 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A dialect: how a service spells the imaging results API",
        **_closed(_keys(), required=["name"]),
        "$comment": "Made of openapi.yaml: python -m pacsimile_spec.dialects.schema",
    }


def _keys() -> Schema:
    own = identity()
    fields = {name: table for name, table in own.fields.items() if not name.startswith(("Problem", "Acknowledgement"))}
    fields |= {name: own.fields[name] for name in ("Acknowledgement", "Problem.errors")}
    return {
        "name": {"description": "A name of the dialect.", **_TEXT},
        "operations": _of_each(OPERATION_IDS, {"type": "boolean"}, "false: the service does not have it."),
        "paths": _of_each(OPERATION_IDS, _one_or_more(_TEXT), "The path; a parameter may stand in it, in braces."),
        "constants": {"description": "Parameters that every call carries.", "type": "object"},
        "parameters": _of_each(own.parameters, _TEXT, "The service's name of each parameter."),
        "fields": {
            "description": "Where a fact stands in an answer; null where the service does not say it.",
            **_closed({name: _closed(_pointers(name, members)) for name, members in fields.items()}),
        },
        "values": {
            "description": "The service's words. Of a list all are read, and the first is written.",
            **_closed({name: _of_each(words.theirs, _one_or_more(_WORD)) for name, words in own.values.items()}),
        },
        "times": {"description": "rfc3339, epoch_s, epoch_ms, or a strptime pattern with date, time and %z.", **_TEXT},
        "codes": {
            "description": "HTTP status codes.",
            **_closed({name: {"enum": list(choices)} for name, choices in CODES.items()}),
        },
        "headers": _of_each(own.headers, _or_null(_TEXT), "The service's name of a header; null: it has none."),
        "media_types": _of_each(own.media_types, _TEXT, "The media type of each report type."),
        "report_types": {
            "description": "The report types that the service offers.",
            **_one_or_more({"enum": list(own.report_types)}),
        },
        "reports_carried": {
            "description": "How the bytes of a report come.",
            "anyOf": [{"enum": ["bytes", "redirect"]}, *(_closed({by: _POINTER}, [by]) for by in ("url", "base64"))],
        },
        "errors": {
            "description": "What a refusal says, and where.",
            **_closed({"media_type": _TEXT, **dict.fromkeys(tables()["Problem"], _or_null(_POINTER))}),
        },
        "token": _closed({"credentials": {"enum": list(get_args(Credentials))}}),
        "unknown_parameters": {"enum": ["refused", "ignored"]},
        "acknowledgement": _closed(
            {
                "without_body": {"type": "boolean"},
                "body": _or_null(_closed(_pointers("AcknowledgementRequest", own.fields["AcknowledgementRequest"]))),
                "answer": {"description": "null: the answer says nothing.", "type": "null"},
            }
        ),
    }


def _pointers(table: str, members: Iterable[str]) -> Schema:
    required = REQUIRED_MEMBERS.get(table, ())
    return {name: _POINTER if name in required else _or_null(_POINTER) for name in members}


def _closed(properties: Mapping[str, Any], required: Iterable[str] = ()) -> Schema:
    schema: Schema = {"type": "object", "properties": dict(properties), "additionalProperties": False}
    return {**schema, "required": list(required)} if required else schema


def _of_each(names: Iterable[str], value: Schema, description: str = "") -> Schema:
    schema = _closed(dict.fromkeys(names, value))
    return {"description": description, **schema} if description else schema


def _one_or_more(value: Schema) -> Schema:
    return {"anyOf": [value, {"type": "array", "items": value, "minItems": 1}]}


def _or_null(value: Schema) -> Schema:
    return {"anyOf": [value, {"type": "null"}]}


if __name__ == "__main__":
    import json
    from pathlib import Path

    text = json.dumps(dialect_schema(), indent=2, ensure_ascii=False)
    Path(__file__).with_name("dialect.schema.json").write_text(text + "\n", "utf-8")
