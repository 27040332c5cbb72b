"""Rules of `fhir` about values: FHIR-6, FHIR-7, FHIR-9, FHIR-10, FHIR-11."""

import re
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from datetime import date
from hashlib import sha1
from typing import Any
from xml.etree import ElementTree

from pacsimile_contract.documents.bundle import Bundle, kind_of
from pacsimile_contract.documents.fhir import UCUM
from pacsimile_contract.documents.json_report import objects_of
from pacsimile_contract.instants import instant
from pacsimile_contract.rules.fhir_structure import placed_resources
from pacsimile_contract.rules.model import Breach, word_set
from pacsimile_contract.rules.ucum import is_unit

_REQUESTS = "draft active on-hold revoked completed entered-in-error unknown"
_CODES: Mapping[tuple[str, str], frozenset[str]] = {
    (kind, name): word_set(codes)
    for kind, name, codes in (
        (
            "DiagnosticReport",
            "status",
            "registered partial preliminary final amended corrected appended cancelled entered-in-error unknown",
        ),
        (
            "Observation",
            "status",
            "registered preliminary final amended corrected cancelled entered-in-error unknown",
        ),
        ("ServiceRequest", "status", _REQUESTS),
        (
            "ServiceRequest",
            "intent",
            "proposal plan directive order original-order reflex-order filler-order instance-order option",
        ),
        ("ImagingStudy", "status", "registered available cancelled entered-in-error unknown"),
        ("Patient", "gender", "male female other unknown"),
        ("Practitioner", "gender", "male female other unknown"),
    )
}
"""R4's required value sets, of the elements that are looked at."""

_NARRATIVE = frozenset({"generated", "extensions", "additional", "empty"})
_NAME_USES = word_set("usual official temp nickname anonymous old maiden")
_IDENTIFIER_USES = word_set("usual official temp secondary old")

_DATES = frozenset({"birthDate"})
_INSTANTS = frozenset({"issued", "timestamp", "lastUpdated"})
_DATE_TIMES = frozenset(
    {"authoredOn", "started", "creation", "effectiveDateTime", "occurrenceDateTime", "valueDateTime"}
)
_PERIODS = frozenset({"start", "end"})
_PARTIAL = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def values(bundle: Bundle) -> Iterator[Breach]:
    """Yield the breaches of FHIR-6, FHIR-7, FHIR-9, FHIR-10 and FHIR-11."""
    for place, resource in placed_resources(bundle):
        for (kind, name), codes in _CODES.items():
            value = resource.get(name)
            if kind_of(resource) == kind and value is not None and value not in codes:
                yield Breach("FHIR-6", f"{place}.{name}", "no code of R4's value set", str(value))
        yield from _uses(place, resource)
    yield from _below(bundle.document, "Bundle")


def _uses(place: str, resource: Mapping[str, Any]) -> Iterator[Breach]:
    for name, codes in (("name", _NAME_USES), ("identifier", _IDENTIFIER_USES)):
        for element in objects_of(resource.get(name)):
            if "use" in element and element["use"] not in codes:
                yield Breach("FHIR-6", f"{place}.{name}.use", "no code of R4's value set", str(element["use"]))


def _below(value: Any, place: str) -> Iterator[Breach]:
    """Look at every object, at any depth."""
    if isinstance(value, dict):
        yield from _times(value, place)
        yield from _attachment(value, place)
        yield from _quantity(value, place)
        yield from _narrative(value, place)
        for name, member in value.items():
            yield from _below(member, f"{place}.{name}")
    elif isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _below(entry, f"{place}[{number}]")


def _times(value: Mapping[str, Any], place: str) -> Iterator[Breach]:
    is_period = set(value) <= {*_PERIODS, "id", "extension", "_start", "_end"}
    for name, text in value.items():
        if name in _INSTANTS and isinstance(text, str):
            right, kind = _is_instant(text), "instant"
        elif (name in _DATE_TIMES or (is_period and name in _PERIODS)) and isinstance(text, str):
            right, kind = _is_instant(text) or _is_date(text), "dateTime"
        elif name in _DATES and isinstance(text, str):
            right, kind = _is_date(text), "date"
        else:
            continue
        if not right:
            yield Breach("FHIR-7", f"{place}.{name}", f"no {kind} as R4 writes it", text)


def _is_instant(text: str) -> bool:
    return text == text.upper() and instant(text) is not None


def _is_date(text: str) -> bool:
    match = _PARTIAL.fullmatch(text)
    try:
        return match is not None and bool(date(int(match[1]), int(match[2] or 1), int(match[3] or 1)))
    except ValueError:
        return False


def _attachment(value: Mapping[str, Any], place: str) -> Iterator[Breach]:
    text = value.get("data")
    if not isinstance(text, str) or not ("contentType" in value or "hash" in value or "size" in value):
        return
    try:
        data = b64decode("".join(text.split()), validate=True)
    except ValueError:
        yield Breach("FHIR-9", f"{place}.data", "no base64")
        return
    if value.get("size", len(data)) != len(data):
        yield Breach("FHIR-9", f"{place}.size", f"another size than that of the data, {len(data)}", str(value["size"]))
    if "hash" in value and value["hash"] != _sha1(data):
        yield Breach("FHIR-9", f"{place}.hash", "not the SHA-1 of the data")


def _sha1(data: bytes) -> str:
    return b64encode(sha1(data, usedforsecurity=False).digest()).decode()


def _quantity(value: Mapping[str, Any], place: str) -> Iterator[Breach]:
    code = value.get("code")
    if value.get("system") == UCUM and "value" in value and not (isinstance(code, str) and is_unit(code)):
        yield Breach("FHIR-10", f"{place}.code", "no unit of UCUM", str(code))


def _narrative(value: Mapping[str, Any], place: str) -> Iterator[Breach]:
    div = value.get("div")
    if not isinstance(div, str):
        return
    if value.get("status") not in _NARRATIVE:
        yield Breach("FHIR-6", f"{place}.status", "no code of R4's value set", str(value.get("status")))
    if "<!DOCTYPE" in div or "<!ENTITY" in div:
        yield Breach("FHIR-11", f"{place}.div", "a document type declaration")
        return
    try:
        root = ElementTree.fromstring(div)  # noqa: S314 (no declaration, so no entity that could grow)
    except ElementTree.ParseError as error:
        yield Breach(
            "FHIR-11", f"{place}.div", f"not well-formed, at line {error.position[0]}, column {error.position[1]}"
        )
        return
    if root.tag != "{http://www.w3.org/1999/xhtml}div":
        yield Breach("FHIR-11", f"{place}.div", "no div of XHTML")
