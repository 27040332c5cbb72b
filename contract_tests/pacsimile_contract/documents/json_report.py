"""The `json` type: `JsonReport` of an order, and of a group objects that name its orders."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from pacsimile_contract.documents.marks import says_synthetic
from pacsimile_contract.documents.model import Document, GroupDocument, Reader, Record
from pacsimile_contract.documents.statement import Measurement, Person, ReportStatement, amount
from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.instants import instant
from pacsimile_spec import description
from pacsimile_spec.documents import resolve


def parsed(body: bytes) -> dict[str, Any] | None:
    """Read a JSON object, with numbers that have a fraction as `Decimal`; None where it is no object."""
    try:
        value = read_json(body, exact=True)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def begins_as_object(body: bytes) -> bool:
    """Tell whether bytes are meant as a JSON object, well-formed or not."""
    return body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def _recognises(body: bytes) -> bool:
    document = parsed(body) if begins_as_object(body) else {"resourceType": ""}
    return b'"resourceType"' not in body[:1000] if document is None else "resourceType" not in document


def text_of(value: Any) -> str | None:
    """Return a JSON string; None for any other value."""
    return value if isinstance(value, str) else None


def object_of(value: Any) -> Mapping[str, Any]:
    """Return a JSON object; an empty one for any other value."""
    return value if isinstance(value, dict) else {}


def objects_of(value: Any) -> list[Mapping[str, Any]]:
    """Return the objects of a JSON array, without its other entries; an empty list for any other value."""
    return [member for member in value if isinstance(member, dict)] if isinstance(value, list) else []


def number_of(value: Any) -> Decimal | None:
    """Return a JSON number exactly; None for any other value, and for a number that `amount` refuses."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    return amount(str(value))


def _report(body: bytes) -> Document | None:
    report = parsed(body)
    if report is None:
        return None
    findings, times = report.get("findings"), object_of(report.get("times"))
    finding_texts = (
        tuple(findings) if isinstance(findings, list) and all(isinstance(text, str) for text in findings) else None
    )
    statement = ReportStatement(
        order_id=text_of(report.get("order_id")),
        accession_number=text_of(report.get("accession_number")),
        study_uid=text_of(report.get("study_uid")),
        report_id=text_of(report.get("report_id")),
        report_status=text_of(report.get("report_status")),
        supersedes=text_of(report.get("supersedes")),
        findings=finding_texts,
        impression=text_of(report.get("impression")),
        received_at=instant(times.get("received_at")),
        completed_at=instant(times.get("completed_at")),
        patient=_person(object_of(report.get("patient"))),
        laterality=text_of(object_of(report.get("procedure")).get("laterality")),
        measurements=tuple(_measurements(report.get("measurements"))),
    )
    return Document(statement, is_synthetic=says_synthetic(report))


def _person(patient: Mapping[str, Any]) -> Person:
    number, name = text_of(patient.get("mrn")), text_of(patient.get("family_name"))
    return Person(
        (number,) if number else (),
        (name,) if name else (),
        text_of(patient.get("birth_date")) or None,
        text_of(patient.get("sex")) or None,
    )


def _measurements(value: Any) -> Iterator[Measurement]:
    for measurement in objects_of(value):
        number, unit = number_of(measurement.get("value")), text_of(measurement.get("unit"))
        if number is not None:
            yield Measurement(number, unit, text_of(measurement.get("name")), text_of(measurement.get("laterality")))


def _group(body: bytes) -> GroupDocument | None:
    report = parsed(body)
    if report is None:
        return None
    named = tuple(text_of(order.get("order_id")) or "" for order in objects_of(report.get("orders")))
    return GroupDocument(
        tuple(_records(report)),
        text_of(report.get("study_group")),
        is_synthetic=says_synthetic(report),
        order_ids=named if named and all(named) else None,
    )


def _records(value: Any) -> Iterator[Record]:
    """Yield each object in an array, at any depth, with its own texts."""
    if isinstance(value, dict):
        for member in value.values():
            yield from _records(member)
    elif isinstance(value, list):
        for entry in value:
            if isinstance(entry, dict):
                yield Record(tuple(_texts(entry)))
            yield from _records(entry)


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of an object and of objects nested in it, but not of objects in arrays."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for member in value.values():
            yield from _texts(member)
    elif isinstance(value, list):
        yield from (text for text in value if isinstance(text, str))


def comparable_content(body: bytes, schema: str = "JsonReport") -> Any:
    """Return the part of a json report that each retrieval must repeat: the members that its schema knows."""
    return without_unknown_members(parsed(body), description()["components"]["schemas"][schema])


def without_unknown_members(value: Any, schema: Mapping[str, Any]) -> Any:
    """Return a JSON value without members that its schema does not know.

    Times are compared as instants, and `report_types` as a set, whose order says nothing.
    """
    schema = resolve(schema)
    members, items = schema.get("properties"), schema.get("items")
    if isinstance(value, dict) and members:
        kept = {name: without_unknown_members(value[name], members[name]) for name in members if name in value}
        types = kept.get("report_types")
        return {**kept, "report_types": sorted(types, key=str)} if isinstance(types, list) else kept
    if isinstance(value, list) and items:
        return [without_unknown_members(item, items) for item in value]
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
