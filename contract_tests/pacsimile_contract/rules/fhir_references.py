"""The rule of `fhir` about references: FHIR-8."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.documents.bundle import Bundle, kind_of
from pacsimile_contract.english import with_article
from pacsimile_contract.rules.fhir_structure import RESOURCES, placed_resources
from pacsimile_contract.rules.model import Breach

_PEOPLE = "Practitioner PractitionerRole Organization CareTeam"
_ANYONE = f"{_PEOPLE} Patient Device RelatedPerson"
_TARGETS: Mapping[str, Mapping[str, frozenset[str]]] = {
    kind: {name: frozenset(targets.split()) for name, targets in elements.items()}
    for kind, elements in {
        "DiagnosticReport": {
            "basedOn": "CarePlan ImmunizationRecommendation MedicationRequest NutritionOrder ServiceRequest",
            "subject": "Patient Group Device Location", "encounter": "Encounter", "performer": _PEOPLE,
            "resultsInterpreter": _PEOPLE, "specimen": "Specimen", "result": "Observation",
            "imagingStudy": "ImagingStudy",
        },
        "Observation": {
            "basedOn": "CarePlan DeviceRequest ImmunizationRecommendation MedicationRequest NutritionOrder "
            "ServiceRequest",
            "subject": "Patient Group Device Location", "encounter": "Encounter",
            "performer": f"{_PEOPLE} Patient RelatedPerson", "specimen": "Specimen", "device": "Device DeviceMetric",
            "hasMember": "Observation QuestionnaireResponse MolecularSequence",
            "derivedFrom": "DocumentReference ImagingStudy Media QuestionnaireResponse Observation MolecularSequence",
        },
        "ServiceRequest": {
            "subject": "Patient Group Location Device", "encounter": "Encounter", "performer": f"{_ANYONE} "
            "HealthcareService", "requester": "Practitioner PractitionerRole Organization Patient RelatedPerson Device",
            "replaces": "ServiceRequest", "specimen": "Specimen",
        },
        "ImagingStudy": {
            "subject": "Patient Device Group", "encounter": "Encounter", "endpoint": "Endpoint",
            "basedOn": "CarePlan ServiceRequest Appointment AppointmentResponse Task", "location": "Location",
            "referrer": "Practitioner PractitionerRole", "interpreter": "Practitioner PractitionerRole",
            "procedureReference": "Procedure",
        },
        "Patient": {
            "generalPractitioner": "Organization Practitioner PractitionerRole", "managingOrganization": "Organization",
        },
    }.items()
}  # fmt: skip
"""Which types an element of a report's resources may refer to. Any other element may refer to any type."""

_RELATIVE = re.compile(r"([A-Za-z]+)/[A-Za-z0-9.-]{1,64}(/_history/[A-Za-z0-9.-]{1,64})?")


def references(bundle: Bundle) -> Iterator[Breach]:
    """Yield the breaches of FHIR-8."""
    for place, resource in placed_resources(bundle):
        targets = _TARGETS.get(kind_of(resource) or "", {})
        for name, member in resource.items():
            if name != "contained":
                yield from _below(bundle, member, f"{place}.{name}", targets.get(name))


def _below(bundle: Bundle, value: Any, place: str, targets: frozenset[str] | None) -> Iterator[Breach]:
    if isinstance(value, list):
        for number, entry in enumerate(value):
            yield from _below(bundle, entry, f"{place}[{number}]", targets)
    elif isinstance(value, dict):
        if isinstance(value.get("reference"), str):
            yield from _followed(bundle, value, place, targets)
        for name, member in value.items():
            yield from _below(bundle, member, f"{place}.{name}", None)


def _followed(bundle: Bundle, value: Mapping[str, Any], place: str, targets: frozenset[str] | None) -> Iterator[Breach]:
    reference = value["reference"]
    relative = _RELATIVE.fullmatch(reference)
    if not (reference.startswith("urn:") or (relative and relative[1] in RESOURCES)):
        return
    resource = bundle.resolved(value)
    if resource is None:
        yield Breach("FHIR-8", place, "a reference that leads to no entry", reference)
    elif targets is not None and kind_of(resource) not in targets:
        kind = with_article(kind_of(resource) or "resource without a type")
        yield Breach("FHIR-8", place, f"a reference to {kind}, which has no place there", reference)
