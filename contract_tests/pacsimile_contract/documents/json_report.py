"""The `json` type: `JsonReport` of an order, and of a group objects that name its orders."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pacsimile_contract.documents.marks import says_synthetic
from pacsimile_contract.documents.model import Document, GroupDocument, Reader, Record
from pacsimile_contract.documents.statement import Measurement, Person, Statement, amount
from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.instants import instant
from pacsimile_spec import description
from pacsimile_spec.documents import resolve


def parsed(body: bytes) -> dict[str, Any] | None:
    """Read a JSON object, its numbers with a fraction as `Decimal`; None where it is none."""
    try:
        said = read_json(body, exact=True)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None


def begins_as_object(body: bytes) -> bool:
    """Tell whether bytes are meant as a JSON object, well-formed or not."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _recognises(body: bytes) -> bool:
    said = parsed(body) if begins_as_object(body) else {"resourceType": ""}
    return b'"resourceType"' not in body[:1000] if said is None else "resourceType" not in said


def text_of(value: Any) -> str | None:
    """Return a text; None for what is none."""
    return value if isinstance(value, str) else None


def object_of(value: Any) -> Mapping[str, Any]:
    """Return an object; an empty one for what is none."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a list; none for what is none."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def number_of(value: Any) -> Decimal | None:
    """Return a number exactly; None for what is none, and for what has no amount."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return amount(str(value))


def _report(body: bytes) -> Document | None:
    said = parsed(body)
    if said is None:
        return None
    findings, times = said.get("findings"), object_of(said.get("times"))
    told = tuple(findings) if isinstance(findings, list) and all(isinstance(one, str) for one in findings) else None
    statement = Statement(
        order_id=text_of(said.get("order_id")),
        accession_number=text_of(said.get("accession_number")),
        study_uid=text_of(said.get("study_uid")),
        report_id=text_of(said.get("report_id")),
        report_status=text_of(said.get("report_status")),
        supersedes=text_of(said.get("supersedes")),
        findings=told,
        impression=text_of(said.get("impression")),
        received_at=instant(times.get("received_at")),
        completed_at=instant(times.get("completed_at")),
        patient=_person(object_of(said.get("patient"))),
        laterality=text_of(object_of(said.get("procedure")).get("laterality")),
        measurements=tuple(_measurements(said.get("measurements"))),
    )
    return Document(statement, is_synthetic=says_synthetic(said))


def _person(said: Mapping[str, Any]) -> Person:
    number, name = text_of(said.get("mrn")), text_of(said.get("family_name"))
    return Person(
        (number,) if number else (),
        (name,) if name else (),
        text_of(said.get("birth_date")) or None,
        text_of(said.get("sex")) or None,
    )


def _measurements(value: Any) -> Iterator[Measurement]:
    for one in objects_of(value):
        number, unit = number_of(one.get("value")), text_of(one.get("unit"))
        if number is not None:
            yield Measurement(number, unit, text_of(one.get("name")), text_of(one.get("laterality")))


def _group(body: bytes) -> GroupDocument | None:
    said = parsed(body)
    if said is None:
        return None
    named = tuple(text_of(one.get("order_id")) or "" for one in objects_of(said.get("orders")))
    return GroupDocument(
        tuple(_records(said)),
        text_of(said.get("study_group")),
        is_synthetic=says_synthetic(said),
        order_ids=named if named and all(named) else None,
    )


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
    return reduced(parsed(body), description()["components"]["schemas"]["JsonReport"])


def reduced(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a JSON value without members that its schema does not know.

    Its times are the instants that they name, and `report_types` is a set: its order says nothing.
    """
    schema = resolve(schema)
    members, items = schema.get("properties"), schema.get("items")
    if isinstance(value, dict) and members:
        kept = {name: reduced(value[name], members[name]) for name in members if name in value}
        types = kept.get("report_types")
        return {**kept, "report_types": sorted(types, key=str)} if isinstance(types, list) else kept
    if isinstance(value, list) and items:
        return [reduced(one, items) for one in value]
    at = instant(value) if schema.get("format") == "date-time" else None
    return value if at is None else at


PLACES = {
    "order_id": "order_id",
    "accession_number": "accession_number",
    "study_uid": "study_uid",
    "report_status": "report_status",
    "findings": "findings",
    "impression": "impression",
    "identifier": "patient.mrn",
    "family_name": "patient.family_name",
    "birth_date": "patient.birth_date",
    "sex": "patient.sex",
    "laterality": "procedure.laterality",
    "measurements": "measurements",
}

READER = Reader("json", _recognises, _report, _group, PLACES, amended=("amended", "corrected"))
