"""Rules of `fhir` about a bundle's entries and their required members: FHIR-2 to FHIR-5."""

from collections.abc import Iterator, Mapping
from typing import Any

from pacsimile_contract.documents.bundle import Bundle, Resource, kind_of
from pacsimile_contract.documents.json_report import objects_of
from pacsimile_contract.rules.model import Breach, word_set

RESOURCES = word_set(
    """
    Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
    BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
    ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest
    CompartmentDefinition Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest
    CoverageEligibilityResponse DetectedIssue Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement
    DiagnosticReport DocumentManifest DocumentReference EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest
    EnrollmentResponse EpisodeOfCare EventDefinition Evidence EvidenceVariable ExampleScenario ExplanationOfBenefit
    FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse HealthcareService ImagingStudy Immunization
    ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan Invoice Library Linkage List
    Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense MedicationKnowledge
    MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
    MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient
    MedicinalProductInteraction MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical
    MedicinalProductUndesirableEffect MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder
    Observation ObservationDefinition OperationDefinition OperationOutcome Organization OrganizationAffiliation
    Parameters Patient PaymentNotice PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole
    Procedure Provenance Questionnaire QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition
    ResearchElementDefinition ResearchStudy ResearchSubject RiskAssessment RiskEvidenceSynthesis Schedule
    SearchParameter ServiceRequest Slot Specimen SpecimenDefinition StructureDefinition StructureMap Subscription
    Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein SubstanceReferenceInformation
    SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task TerminologyCapabilities
    TestReport TestScript ValueSet VerificationResult VisionPrescription
    """
)
"""The resources of R4."""

_TYPES = word_set(
    """document message transaction transaction-response batch batch-response history searchset collection"""
)
_REQUIRED: Mapping[str, tuple[str, ...]] = {
    "DiagnosticReport": ("status", "code"),
    "Observation": ("status", "code"),
    "ServiceRequest": ("status", "intent", "subject"),
    "ImagingStudy": ("status", "subject"),
}


def structure(bundle: Bundle) -> Iterator[Breach]:
    """Yield the breaches of FHIR-2 to FHIR-5."""
    kind, reports = bundle.document.get("type"), bundle.of("DiagnosticReport")
    if kind not in _TYPES:
        yield Breach("FHIR-2", "Bundle.type", "no type that R4 has")
    if len(reports) != 1:
        yield Breach("FHIR-2", "Bundle.entry", f"{len(reports)} DiagnosticReports")
    yield from _entries(bundle)
    yield from _without_value(bundle.document, "Bundle")
    for place, resource in placed_resources(bundle):
        yield from _lacking(place, resource)


def placed_resources(bundle: Bundle) -> Iterator[tuple[str, Resource]]:
    """Yield each resource with its place in words: `entry 3 (Observation)`."""
    for number, resource in enumerate(bundle.resources, 1):
        kind = kind_of(resource)
        yield f"entry {number} ({kind if kind in RESOURCES else 'unknown'})", resource


def _entries(bundle: Bundle) -> Iterator[Breach]:
    urls: list[Any] = [entry.get("fullUrl") for entry in objects_of(bundle.document.get("entry"))]
    for number, (url, resource) in enumerate(zip(urls, bundle.resources, strict=True), 1):
        if kind_of(resource) not in RESOURCES:
            yield Breach("FHIR-3", f"entry {number}", "no resource of R4", kind_of(resource))
        if url is not None and url in urls[: number - 1]:
            yield Breach("FHIR-3", f"entry {number}", "a fullUrl that an earlier entry has")


def _without_value(value: Any, place: str) -> Iterator[Breach]:
    """Yield members without a value. A null may stand in an array, where `_name` has what belongs to it."""
    if value is None or value in ("", [], {}):
        yield Breach("FHIR-4", place, "a member without a value")
    elif isinstance(value, dict):
        for name, member in value.items():
            yield from _without_value(member, f"{place}.{name}")
    elif isinstance(value, list):
        primitive = all(entry is None or not isinstance(entry, dict | list) for entry in value)
        for number, entry in enumerate(value):
            if entry is not None or not (primitive or place.rpartition(".")[2].startswith("_")):
                yield from _without_value(entry, f"{place}[{number}]")


def _lacking(place: str, resource: Resource) -> Iterator[Breach]:
    kind = kind_of(resource) or ""
    for name in _REQUIRED.get(kind, ()):
        if name not in resource and f"_{name}" not in resource:
            yield Breach("FHIR-5", place, f"no {name}")
    if kind == "ImagingStudy":
        for number, series in enumerate(objects_of(resource.get("series"))):
            for name in ("uid", "modality"):
                if name not in series:
                    yield Breach("FHIR-5", f"{place}.series[{number}]", f"no {name}")
