"""The rules of `fhir`, worded in docs/formats/fhir.md.

They are checked without a library: HL7's validator is Java, and models in Python check neither references nor
invariants.
"""

from collections.abc import Iterator

from pacsimile_contract.documents.bundle import Bundle
from pacsimile_contract.rules.fhir_references import references
from pacsimile_contract.rules.fhir_structure import structure
from pacsimile_contract.rules.fhir_values import values
from pacsimile_contract.rules.json_rules import parse_object
from pacsimile_contract.rules.model import Breach, Rules


def _breaches(body: bytes) -> Iterator[Breach]:
    document = parse_object(body, "FHIR-1")
    if isinstance(document, Breach):
        yield document
        return
    if document.get("resourceType") != "Bundle":
        yield Breach("FHIR-1", "resourceType", "not Bundle")
        return
    bundle = Bundle(document)
    yield from structure(bundle)
    yield from values(bundle)
    yield from references(bundle)


WORDS = {
    "FHIR-1": "is one JSON object in UTF-8, no member named twice in an object, with resourceType Bundle",
    "FHIR-2": "has a type of R4's value set, and exactly one DiagnosticReport among its entries",
    "FHIR-3": "has in each entry a resource of R4; no fullUrl occurs twice",
    "FHIR-4": "leaves out what has no value",
    "FHIR-5": "has what R4 requires",
    "FHIR-6": "uses codes of R4's required value sets where one is bound",
    "FHIR-7": "writes dates, dateTimes and instants as R4 does: a time has seconds and an offset",
    "FHIR-8": "refers inside the bundle, each element to a type that it may refer to",
    "FHIR-9": "has attachments whose data is base64, and whose size and hash are those of the data",
    "FHIR-10": "has units that UCUM allows wherever a quantity's system is UCUM",
    "FHIR-11": "has narratives that are well-formed XHTML in one div",
}

RULES = (Rules("fhir", WORDS, _breaches),)
