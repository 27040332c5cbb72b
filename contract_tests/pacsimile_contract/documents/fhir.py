"""The `fhir` type: a Bundle of FHIR R4 with a DiagnosticReport, read as plain JSON."""

import html
import re
from base64 import b64decode
from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.documents.bundle import Bundle, Resource, code_of, codes_of, identifier_of
from pacsimile_contract.documents.codes import FINDING, IMPRESSION, LATERALITY, SIDES
from pacsimile_contract.documents.json_report import (
    begins_as_object,
    number_of,
    object_of,
    objects_of,
    parsed,
    text_of,
)
from pacsimile_contract.documents.model import Document, Reader
from pacsimile_contract.documents.statement import Measurement, Person, Repeat, ReportStatement

UCUM = "http://unitsofmeasure.org"
STUDY_UID = "urn:dicom:uid"
TEST_DATA = "HTEST"

_SEXES = {"female": "F", "male": "M", "other": "O", "unknown": "U"}


def _recognises(body: bytes) -> bool:
    document = parsed(body)
    if document is None:
        return begins_as_object(body) and b'"resourceType"' in body[:1000]
    return "resourceType" in document


def _report(body: bytes) -> Document | None:
    bundle = Bundle(parsed(body) or {})
    report = bundle.first("DiagnosticReport")
    if report is None:
        return None
    patient = bundle.patient_of(report)
    statement = _statement(bundle, report, _person(patient) if patient else None)
    marked = any(TEST_DATA in _security(resource) for resource in (bundle.document, patient or {}))
    return Document(statement, tuple(_texts(bundle.document)), is_synthetic=marked)


def _statement(bundle: Bundle, report: Resource, patient: Person | None) -> ReportStatement:
    orders, studies = bundle.orders_of(report), bundle.studies_of(report)
    observations = bundle.observations_of(report)
    findings = [text for text in map(_value_string, _of_code(observations, FINDING)) if text is not None]
    impressions = [text for text in map(_value_string, _of_code(observations, IMPRESSION)) if text is not None]
    conclusion = text_of(report.get("conclusion"))
    uids = list(dict.fromkeys(_study_uids(studies)))
    repeated = impressions if conclusion is not None else impressions[1:]
    return ReportStatement(
        order_id=next(_identifiers(orders, "PLAC"), None),
        accession_number=next(_identifiers([*orders, *studies, report], "ACSN"), None),
        study_uid=uids[0] if uids else None,
        further_study_uids=tuple(uids[1:]),
        report_id=next(_identifiers([report], "FILL"), None),
        report_status=text_of(report.get("status")),
        findings=tuple(findings) or None,
        impression=conclusion if conclusion is not None else next(iter(impressions), None),
        patient=patient,
        laterality=_side_of_the_study(studies),
        measurements=tuple(_measurements(observations)),
        repeats=tuple(Repeat("impression", "the Observation of code 19005-8", text) for text in repeated),
        attachments=tuple(_attachments(report)),
    )


def _security(resource: Mapping[str, Any]) -> list[str]:
    labels = objects_of(object_of(resource.get("meta")).get("security"))
    return [text_of(label.get("code")) or "" for label in labels]


def _identifiers(resources: list[Resource], kind: str) -> Iterator[str]:
    for resource in resources:
        yield from identifier_of(resource, kind)


def _study_uids(studies: list[Resource]) -> Iterator[str]:
    for study in studies:
        for identifier in objects_of(study.get("identifier")):
            value = text_of(identifier.get("value"))
            if identifier.get("system") == STUDY_UID and value:
                yield value.removeprefix("urn:oid:")


def _person(patient: Resource) -> Person:
    numbers = (text_of(identifier.get("value")) for identifier in objects_of(patient.get("identifier")))
    names = (text_of(name.get("family")) for name in objects_of(patient.get("name")))
    return Person(
        tuple(number for number in numbers if number),
        tuple(name for name in names if name),
        text_of(patient.get("birthDate")) or None,
        _SEXES.get(text_of(patient.get("gender")) or ""),
    )


def _of_code(observations: list[Resource], codes: frozenset[str]) -> list[Resource]:
    return [observation for observation in observations if codes & codes_of(observation.get("code"))]


def _value_string(observation: Resource) -> str | None:
    return text_of(observation.get("valueString"))


def _measurements(observations: list[Resource]) -> Iterator[Measurement]:
    for observation in observations:
        quantity = object_of(observation.get("valueQuantity"))
        value = number_of(quantity.get("value"))
        if value is not None:
            code, unit = text_of(quantity.get("code")), text_of(quantity.get("unit"))
            spelt = code if quantity.get("system") == UCUM and code else unit or code
            yield Measurement(value, spelt, _name_of(observation), _side_of(observation))


def _name_of(observation: Resource) -> str | None:
    concept = object_of(observation.get("code"))
    displays = (text_of(coding.get("display")) for coding in objects_of(concept.get("coding")))
    return text_of(concept.get("text")) or next((display for display in displays if display), None)


def _side_of(observation: Resource) -> str | None:
    for component in objects_of(observation.get("component")):
        if LATERALITY & codes_of(component.get("code")):
            codes = codes_of(component.get("valueCodeableConcept")) & SIDES.keys()
            return SIDES[min(codes)] if codes else None
    return None


def _side_of_the_study(studies: list[Resource]) -> str | None:
    """Return the side that all series are of which have one; None where they differ."""
    series = (member for study in studies for member in objects_of(study.get("series")))
    sides = {SIDES.get(code_of(member.get("laterality")) or "") for member in series if "laterality" in member}
    return sides.pop() if len(sides) == 1 else None


def _attachments(report: Resource) -> Iterator[bytes]:
    for form in objects_of(report.get("presentedForm")):
        data = text_of(form.get("data"))
        if data and (text_of(form.get("contentType")) or "").partition(";")[0].strip() == "application/pdf":
            try:
                yield b64decode("".join(data.split()), validate=True)
            except ValueError:
                yield b""


def _texts(value: Any) -> Iterator[str]:
    """Yield every text of a resource that a person may read, narratives without their tags; never an attachment."""
    if isinstance(value, dict):
        for name, member in value.items():
            if name == "div" and isinstance(member, str):
                yield html.unescape(re.sub(r"<[^<>]*>", " ", member))
            elif name != "data":
                yield from _texts(member)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member)
    elif isinstance(value, str):
        yield value


PLACES = {
    "order_id": "ServiceRequest.identifier of type PLAC",
    "accession_number": "the identifier of type ACSN",
    "study_uid": "ImagingStudy.identifier",
    "report_status": "DiagnosticReport.status",
    "findings": "the Observations of code 59776-5",
    "impression": "DiagnosticReport.conclusion",
    "identifier": "Patient.identifier",
    "family_name": "Patient.name.family",
    "birth_date": "Patient.birthDate",
    "sex": "Patient.gender",
    "laterality": "ImagingStudy.series.laterality",
    "measurements": "the Observations with valueQuantity",
    "attachment": "DiagnosticReport.presentedForm",
}

READER = Reader("fhir", _recognises, _report, places=PLACES, amended=("amended", "corrected"))
