"""A FHIR R4 Bundle: its resources, and how they name each other."""

from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.documents.json_report import object_of, objects_of, text_of

Resource = Mapping[str, Any]


class Bundle:
    """The resources of a Bundle, by type and by the references between them. Nothing here raises."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        entries = objects_of(document.get("entry"))
        self.resources: list[Resource] = [object_of(entry.get("resource")) for entry in entries]
        self._by_reference: dict[str, Resource] = {}
        for entry, resource in zip(entries, self.resources, strict=True):
            url, kind, identity = text_of(entry.get("fullUrl")), kind_of(resource), text_of(resource.get("id"))
            names = [url, f"{kind}/{identity}" if kind and identity else None]
            self._by_reference.update({name: resource for name in names if name and name not in self._by_reference})

    def of(self, kind: str) -> list[Resource]:
        """Return the resources of a type, in their order."""
        return [resource for resource in self.resources if kind_of(resource) == kind]

    def first(self, kind: str) -> Resource | None:
        """Return the first resource of a type."""
        return next(iter(self.of(kind)), None)

    def resolved(self, reference: Any) -> Resource | None:
        """Return the resource that a Reference leads to, by fullUrl or else by type and id; None for none."""
        named = text_of(object_of(reference).get("reference")) or ""
        version = named.partition("/_history/")[0]
        return self._by_reference.get(named) or self._by_reference.get(version)

    def _named(self, references: Any, kind: str) -> list[Resource]:
        """Return the resources of a type that the references lead to; where they lead to none, all of that type."""
        resources = [self.resolved(reference) for reference in objects_of(references)]
        return [resource for resource in resources if resource is not None and kind_of(resource) == kind] or self.of(
            kind
        )

    def patient_of(self, report: Resource) -> Resource | None:
        """Return the report's subject; the only patient of the bundle where the reference leads nowhere."""
        subject = self.resolved(report.get("subject"))
        if subject is not None and kind_of(subject) == "Patient":
            return subject
        patients = self.of("Patient")
        return patients[0] if len(patients) == 1 else None

    def orders_of(self, report: Resource) -> list[Resource]:
        """Return what the report is based on."""
        return self._named(report.get("basedOn"), "ServiceRequest")

    def studies_of(self, report: Resource) -> list[Resource]:
        """Return the imaging studies that the report is about."""
        return self._named(report.get("imagingStudy"), "ImagingStudy")

    def observations_of(self, report: Resource) -> list[Resource]:
        """Return the report's results, in its order."""
        return self._named(report.get("result"), "Observation")


def kind_of(resource: Resource) -> str | None:
    """Return a resource's type."""
    return text_of(resource.get("resourceType"))


def code_of(coding: Any) -> str | None:
    """Return the code of a Coding."""
    return text_of(object_of(coding).get("code"))


def codes_of(concept: Any) -> frozenset[str]:
    """Return the codes of a CodeableConcept, whatever their system."""
    codes = (code_of(coding) for coding in objects_of(object_of(concept).get("coding")))
    return frozenset(code for code in codes if code)


def identifier_of(resource: Resource, kind: str) -> Iterator[str]:
    """Yield the values of a resource's identifiers of a type of HL7's table 0203, as `ACSN`."""
    for identifier in objects_of(resource.get("identifier")):
        value = text_of(identifier.get("value"))
        if value and kind in codes_of(identifier.get("type")):
            yield value
