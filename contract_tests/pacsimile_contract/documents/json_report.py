"""The `json` type: `JsonReport` of an order, and of a group objects that name its orders."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.documents.model import Document, GroupDocument, Reader, Record, Statement
from pacsimile_contract.instants import instant
from pacsimile_spec import description
from pacsimile_spec.documents import resolve


def _document(body: bytes) -> dict[str, Any] | None:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return said if isinstance(said, dict) else None


def _recognises(body: bytes) -> bool:
    said = _document(body)
    return said is not None and "resourceType" not in said


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _report(body: bytes) -> Document | None:
    said = _document(body)
    if said is None:
        return None
    findings, times = said.get("findings"), said.get("times")
    told = tuple(findings) if isinstance(findings, list) and all(isinstance(one, str) for one in findings) else None
    known = times if isinstance(times, dict) else {}
    names = ("order_id", "accession_number", "study_uid", "report_id", "report_status", "supersedes", "impression")
    return Document(
        Statement(
            **{name: _text(said.get(name)) for name in names},
            findings=told,
            received_at=instant(known.get("received_at")),
            completed_at=instant(known.get("completed_at")),
        )
    )


def _group(body: bytes) -> GroupDocument | None:
    said = _document(body)
    if said is None:
        return None
    return GroupDocument(tuple(_records(said)), _text(said.get("study_group")))


def _records(value: Any) -> Iterator[Record]:
    """Yield each object that is an entry of a list, at any depth, with the texts that are its own."""
    if isinstance(value, dict):
        for member in value.values():
            yield from _records(member)
    elif isinstance(value, list):
        for entry in value:
            if isinstance(entry, dict):
                yield Record(tuple(_texts(entry)))
            yield from _records(entry)


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of an object, those of nested objects included, those of lists of objects not."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        yield from (one for one in value if isinstance(one, str))


def described(body: bytes) -> Any:
    """Return an order's json report without what its schema does not know: what each retrieval must repeat."""
    return _known(_document(body), description()["components"]["schemas"]["JsonReport"])


def _known(value: Any, schema: Mapping[str, Any]) -> Any:
    schema = resolve(schema)
    members, items = schema.get("properties"), schema.get("items")
    if isinstance(value, dict) and members:
        return {name: _known(value[name], members[name]) for name in members if name in value}
    if isinstance(value, list) and items:
        return [_known(one, items) for one in value]
    return value


READER = Reader("json", _recognises, _report, _group)
