"""The rules of FHIR, HL7 v2 and DICOM: what is valid breaks none, and each is broken by something."""

from base64 import b64encode
from hashlib import sha1

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID

from contract_tests.tests.helpers.handmade_reports import pdf_bytes
from contract_tests.tests.helpers.handmade_structured import (
    bundle,
    encapsulated,
    fhir_bytes,
    file_of,
    hl7_bytes,
    hl7_document,
    item,
    resource,
    sr,
)
from pacsimile_contract.rules import breaches, rules
from pacsimile_contract.rules.ucum import is_unit


def broken(kind: str, body: bytes) -> set[str]:
    """Return the rules that bytes break."""
    return {one.rule for one in breaches(kind, body)}


def changed(kind: str, place: int = 0, **members: object) -> bytes:
    """Return the bundle with some members of a resource changed."""
    return fhir_bytes(lambda said: resource(said, kind, place).update(members))


def narrated(div: str) -> bytes:
    """Return the bundle with a narrative."""
    return changed("Patient", text={"status": "generated", "div": div})


def form(**more: object) -> bytes:
    """Return the bundle with an attachment."""
    return changed("DiagnosticReport", presentedForm=[{"contentType": "application/pdf", **more}])


XHTML = '<div xmlns="http://www.w3.org/1999/xhtml">'
QUANTITY = {"value": 1, "system": "http://unitsofmeasure.org"}
FHIR = [
    ("FHIR-1", fhir_bytes()[:-1]),
    ("FHIR-1", fhir_bytes(lambda said: said.update(resourceType="Parameters"))),
    ("FHIR-1", fhir_bytes().replace(b'"gender": "female"', b'"gender": "female", "gender": "female"')),
    ("FHIR-2", fhir_bytes(lambda said: said.update(type="bag"))),
    ("FHIR-2", fhir_bytes(lambda said: said["entry"].pop(0))),
    ("FHIR-2", fhir_bytes(lambda said: said["entry"].append(bundle()["entry"][0] | {"fullUrl": "urn:uuid:x"}))),
    ("FHIR-3", changed("Patient", resourceType="Subject")),
    ("FHIR-3", fhir_bytes(lambda said: said["entry"].append({"fullUrl": "urn:uuid:z"}))),
    ("FHIR-3", fhir_bytes(lambda said: said["entry"][2].update(fullUrl="urn:uuid:p"))),
    ("FHIR-4", changed("Patient", active=None)),
    ("FHIR-4", changed("Patient", telecom=[])),
    ("FHIR-4", changed("Patient", name=[{"family": ""}])),
    ("FHIR-4", changed("Patient", contact=[{"name": {}}])),
    ("FHIR-5", fhir_bytes(lambda said: resource(said, "DiagnosticReport").pop("code"))),
    ("FHIR-5", fhir_bytes(lambda said: resource(said, "Observation").pop("status"))),
    ("FHIR-5", fhir_bytes(lambda said: resource(said, "ServiceRequest").pop("intent"))),
    ("FHIR-5", fhir_bytes(lambda said: resource(said, "ImagingStudy")["series"][0].pop("modality"))),
    ("FHIR-6", changed("DiagnosticReport", status="done")),
    ("FHIR-6", changed("Observation", status="appended")),
    ("FHIR-6", changed("Patient", gender="F")),
    ("FHIR-6", changed("Patient", name=[{"family": "A", "use": "first"}])),
    ("FHIR-6", changed("Patient", text={"status": "made", "div": XHTML + "a</div>"})),
    ("FHIR-7", changed("DiagnosticReport", issued="2026-03-01T10:09:00")),
    ("FHIR-7", changed("DiagnosticReport", issued="2026-03-01")),
    ("FHIR-7", changed("DiagnosticReport", effectiveDateTime="2026-03-01T10:09+01:00")),
    ("FHIR-7", changed("DiagnosticReport", effectivePeriod={"start": "yesterday"})),
    ("FHIR-7", changed("Patient", birthDate="1961-02-30")),
    ("FHIR-7", changed("Patient", birthDate="09.04.1961")),
    ("FHIR-8", changed("DiagnosticReport", subject={"reference": "urn:uuid:nobody"})),
    ("FHIR-8", changed("ServiceRequest", subject={"reference": "Patient/q"})),
    ("FHIR-8", changed("DiagnosticReport", resultsInterpreter=[{"reference": "urn:uuid:p"}])),
    ("FHIR-8", changed("Patient", extension=[{"url": "http://a", "valueReference": {"reference": "urn:uuid:x"}}])),
    ("FHIR-9", form(data="!")),
    ("FHIR-9", form(data="AAAA", size=4)),
    ("FHIR-9", form(data="AAAA", hash="AAAA")),
    ("FHIR-10", changed("Observation", 2, valueQuantity={**QUANTITY, "code": "HU"})),
    ("FHIR-10", changed("Observation", 2, valueQuantity=QUANTITY)),
    ("FHIR-11", narrated(XHTML + "<p>A & B</p></div>")),
    ("FHIR-11", narrated("<p>A</p>")),
    ("FHIR-11", narrated('<!DOCTYPE div [<!ENTITY a "b">]>' + XHTML + "&a;</div>")),
]
CORRECT_FHIR = [
    fhir_bytes(),
    form(data="AAAA", size=3, hash=b64encode(sha1(b"\0\0\0").digest()).decode()),
    changed("DiagnosticReport", issued="2026-03-01T10:09:00.123456789+09:00", effectiveDateTime="2026-03"),
    changed("DiagnosticReport", effectivePeriod={"start": "2026-03-01", "end": "2026-03-01T10:09:00Z"}),
    changed("DiagnosticReport", subject={"reference": "Patient/p"}),
    changed("DiagnosticReport", subject={"reference": "http://elsewhere/Patient/9"}),
    changed("DiagnosticReport", performer=[{"reference": "#inside"}, {"identifier": {"value": "7"}}]),
    changed("DiagnosticReport", _issued={"extension": [{"url": "http://a", "valueCode": "b"}]}),
    changed("Patient", name=[{"given": ["A", None], "_given": [None, {"id": "b"}]}]),
    changed("Observation", 2, valueQuantity={"value": 1, "unit": "HU", "system": "http://mine", "code": "HU"}),
]

OBX5 = "|10|mm^^UCUM"
HL7 = [
    ("HL7-1", hl7_bytes(encoding="latin-1")),
    ("HL7-1", hl7_bytes(("UNICODE UTF-8", "EBCDIC"))),
    ("HL7-2", hl7_bytes(("MSH|^~\\&|", "MSH|^^\\&|"))),
    ("HL7-2", b"\x0b" + hl7_bytes()),
    ("HL7-3", hl7_bytes(end="\n")),
    ("HL7-3", hl7_bytes(end="\r\n")),
    ("HL7-3", hl7_bytes()[:-1]),
    ("HL7-3", hl7_bytes(("ORC|", "OCR|"))),
    ("HL7-3", hl7_bytes(("ORC|RE|A-1|SYN7\r", "OBX||ST|1^A^L||B||||||F\r"))),
    ("HL7-3", hl7_bytes() + hl7_bytes()),
    ("HL7-4", hl7_bytes(("20260301100900+0000||ORU", "||ORU"))),
    ("HL7-4", hl7_bytes(("ORU^R01^ORU_R01", "ORU^R30^ORU_R30"))),
    ("HL7-4", hl7_bytes(("|M1|T|", "||T|"))),
    ("HL7-4", hl7_bytes(("|M1|T|", "|M1|X|"))),
    ("HL7-4", hl7_bytes(("|2.5.1|", "|2.3|"))),
    ("HL7-5", hl7_bytes(("SYN1^^^A^MR", ""))),
    ("HL7-5", hl7_bytes(("ZZTEST-Åström^Åse", ""))),
    ("HL7-5", hl7_bytes(("24628-0^CT^LN", ""))),
    ("HL7-5", hl7_bytes(("2-6^Dose^LN^D^Dose length product^L", ""))),
    ("HL7-5", hl7_bytes(("PID|1||SYN1", "NTE|1||SYN1"))),
    ("HL7-6", hl7_bytes(("||||||||||||||||F\r", "||||||||||||||||Q\r"))),
    ("HL7-6", hl7_bytes((f"{OBX5}|||||F", f"{OBX5}|||||Q"))),
    ("HL7-6", hl7_bytes(("19610409|F", "19610409|X"))),
    ("HL7-6", hl7_bytes(("OBX|2|TX|", "OBX|2||"))),
    ("HL7-7", hl7_bytes(("OBX|4|NM", "OBX|5|NM"))),
    ("HL7-7", hl7_bytes(("59776-5^Findings^LN|2|", "59776-5^Findings^LN|1|"))),
    ("HL7-8", hl7_bytes((OBX5, "|ten|mm^^UCUM"))),
    ("HL7-8", hl7_bytes(("OBX|5|CE|272741003", "OBX|5|TS|272741003"))),
    ("HL7-8", hl7_bytes() + hl7_document("A").replace("^AP^", "^").encode()),
    ("HL7-8", hl7_bytes() + hl7_document("A").replace("Base64", "base64").encode()),
    ("HL7-8", hl7_bytes() + b"OBX|9|ED|1^P^LN||^AP^PDF^Base64^A!||||||F\r"),
    ("HL7-9", hl7_bytes(("20260301093000+0000", "2026-03-01 09:30"))),
    ("HL7-9", hl7_bytes(("20260301093000+0000", "20260301093000.12345"))),
    ("HL7-9", hl7_bytes(("19610409", "19610231"))),
    ("HL7-10", hl7_bytes(("No effusion", r"No \ effusion"))),
    ("HL7-10", hl7_bytes(("No effusion", r"No \n effusion\n"))),
    ("HL7-11", hl7_bytes(("ORC|RE|A-1", "ORC|RE|A-2"))),
    ("HL7-11", hl7_bytes(("ORC|RE|A-1|SYN7", "ORC|RE|A-1|SYN8"))),
]
CORRECT_HL7 = [
    hl7_bytes(),
    hl7_bytes() + hl7_document("A").encode(),
    hl7_bytes(("MSH|^~\\&|", "MSH|$%*!|"), ("^", "$"), ("MSH|$%*!|", "MSH|$%*!|")).replace(b"|$~\\&|", b"|$%*!|"),
    hl7_bytes(("No effusion", r"No \T\ \X0D\ \.br\ \.in+4\ effusion")),
    hl7_bytes(("20260301093000+0000", "2026030109"), ("UNICODE UTF-8", "UNICODE UTF-8~ISO IR87")),
    hl7_bytes(("OBX|2|TX", "OBX||TX"), ("ORC|RE|A-1|SYN7", "ORC|RE")),
    hl7_bytes(("ORC|", "ZDS|1.2.3^A^Application^DICOM\rORC|")),
]


def without(made: Dataset, *keywords: str) -> Dataset:
    """Return a data set without some attributes."""
    for keyword in keywords:
        delattr(made, keyword)
    return made


def report(**attributes: object) -> bytes:
    """Return a structured report with some attributes of its head changed."""
    return file_of(sr(lambda made: [setattr(made, name, value) for name, value in attributes.items()]))


def with_item(added: Dataset) -> bytes:
    """Return a structured report with one content item more."""
    return file_of(sr(lambda made: made.ContentSequence[2].ContentSequence.append(added)))


def code(**members: str) -> list[Dataset]:
    """Return a code sequence of these members."""
    made = Dataset()
    for name, value in members.items():
        setattr(made, name, value)
    return [made]


WHOLE, PDF = file_of(sr()), file_of(encapsulated())
RAW_SEX = b"\x10\x00\x40\x00CS\x02\x00F "
DICOM = [
    ("DICOM-1", WHOLE[128:]),
    ("DICOM-1", WHOLE[:-3]),
    ("DICOM-1", WHOLE.replace(b"\x02\x00\x10\x00UI", b"\x02\x00\x11\x00UI")),
    ("DICOM-2", WHOLE.replace(b"1.2.840.10008.5.1.4.1.1.88.33", b"1.2.840.10008.5.1.4.1.1.88.22", 1)),
    ("DICOM-2", WHOLE.replace(b"\x08\x00\x18\x00UI\x06\x001.2.9\0", b"\x08\x00\x18\x00UI\x06\x001.2.7\0")),
    ("DICOM-2", PDF),
    ("DICOM-3", WHOLE.replace(b"UI\x06\x001.2.3\0", b"UI\x06\x001.02.3")),
    ("DICOM-3", file_of(sr(lambda made: without(made, "SeriesInstanceUID")))),
    ("DICOM-4", file_of(sr(lambda made: without(made, "PatientBirthDate")))),
    ("DICOM-4", file_of(sr(lambda made: without(made, "ReferringPhysicianName", "StudyID")))),
    ("DICOM-5", WHOLE.replace("Å".encode(), b"\xc5 ")),
    ("DICOM-6", WHOLE.replace(RAW_SEX, b"\x10\x00\x40\x00CS\x02\x00f ")),
    ("DICOM-6", WHOLE.replace(RAW_SEX, b"\x10\x00\x40\x00CS\x02\x00W ")),
    ("DICOM-6", WHOLE.replace(b"20260301", b"20260231")),
    ("DICOM-6", WHOLE.replace(b"100900", b"109900")),
    ("DICOM-6", WHOLE.replace(b"230.5 ", b"230,5 ")),
    ("DICOM-7", report(ValueType="TEXT")),
    ("DICOM-7", report(CompletionFlag="DONE")),
    ("DICOM-7", report(VerificationFlag="VERIFIED")),
    ("DICOM-8", with_item(item("TEXT", "1", TextValue=""))),
    ("DICOM-8", with_item(item("TEXT", "1", TextValue="A", relationship="HAS CHILD"))),
    ("DICOM-8", with_item(item("WORDS", "1"))),
    ("DICOM-8", with_item(item("CODE", "1"))),
    ("DICOM-8", with_item(item("NUM", "1"))),
    ("DICOM-8", with_item(item("NUM", "1", MeasuredValueSequence=code(NumericValue="1")))),
    ("DICOM-8", with_item(item("PNAME", "1"))),
    ("DICOM-9", with_item(item("CODE", "1", ConceptCodeSequence=code(CodeMeaning="A")))),
    ("DICOM-9", with_item(item("CODE", "1", ConceptCodeSequence=code(CodeValue="A", CodingSchemeDesignator="L")))),
    ("DICOM-9", with_item(item("CODE", "1", ConceptCodeSequence=code(CodeValue="A", CodeMeaning="A")))),
]
ENCAPSULATED = [
    file_of(encapsulated(change=lambda made: setattr(made, "MIMETypeOfEncapsulatedDocument", "text/plain"))),
    file_of(encapsulated(change=lambda made: without(made, "BurnedInAnnotation"))),
    file_of(encapsulated(change=lambda made: without(made, "EncapsulatedDocument"))),
    file_of(encapsulated(change=lambda made: setattr(made, "EncapsulatedDocumentLength", 300))),
    file_of(encapsulated(change=lambda made: setattr(made, "EncapsulatedDocument", pdf_bytes("A")[:300]))),
]
CORRECT_DICOM = [
    WHOLE,
    report(PatientSex="", PatientBirthDate="", StudyDate="20260301", StudyTime="1009", ReferringPhysicianName="A^B"),
    report(SpecificCharacterSet="ISO_IR 100"),
    report(VerificationFlag="VERIFIED", VerifyingObserverSequence=[Dataset()]),
    with_item(item("NUM", "1", MeasuredValueSequence=[])),
    with_item(item("UIDREF", "1", UID=UID("1.2.3"))),
    with_item(item("CODE", "1", ConceptCodeSequence=code(URNCodeValue="urn:a", CodeMeaning="A"))),
]
BROKEN = [
    *(("fhir", rule, body) for rule, body in FHIR),
    *(("hl7v2", rule, body) for rule, body in HL7),
    *(("dicom_sr", rule, body) for rule, body in DICOM),
    *(("dicom_pdf", "DICOM-10", body) for body in ENCAPSULATED),
]


@pytest.mark.parametrize(("kind", "rule", "body"), BROKEN)
def test_a_broken_rule_is_seen(kind: str, rule: str, body: bytes) -> None:
    """RESULTS-8: that rule, whatever else is found."""
    assert rule in broken(kind, body)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        *(("fhir", body) for body in CORRECT_FHIR),
        *(("hl7v2", body) for body in CORRECT_HL7),
        *(("dicom_sr", body) for body in CORRECT_DICOM),
        ("dicom_pdf", PDF),
    ],
)
def test_what_is_valid_breaks_no_rule(kind: str, body: bytes) -> None:
    """RESULTS-8: nothing beyond the list is judged."""
    assert breaches(kind, body) == []


def test_each_rule_is_broken_by_something() -> None:
    """RESULTS-8: no rule is for show."""
    for kind in ("fhir", "hl7v2", "dicom_sr"):
        seen = {rule for one, rule, _ in BROKEN if one == kind or (kind == "dicom_sr" and one == "dicom_pdf")}
        assert seen == set(rules()[kind].words)


def test_a_breach_tells_what_stands_there_apart_from_where() -> None:
    """RESULTS-8: what a document says is in `value` alone, which is not shown of a real one."""
    found = breaches("hl7v2", hl7_bytes(("19610409|F", "19610231|Q"), (OBX5, "|ten|mm^^UCUM")))
    assert [(one.rule, one.where, one.value) for one in found] == [
        ("HL7-6", "PID-8 of segment 2", "Q"),
        ("HL7-9", "PID-7 of segment 2", "19610231"),
        ("HL7-8", "OBX-5 of segment 8", "ten"),
    ]


def test_units_of_ucum() -> None:
    """UCUM, section 2: prefixes, exponents, products, annotations; in its own letters."""
    right = (
        "mm 10*-6.mm2/s MBq [hnsf'U] cGy.cm2 cm/s deg g/ml{SUVbw} mg/dL {score} 1 % /min 10^3/uL m/s2 (g.m)/s "
        "4.[lb_av] mm[Hg] kg.m-2 m+2 dam [m/s2/Hz^(1/2)] mm{a}/s{b} /{HPF} daL [in_i'H2O] g% '' KiBy"
    )
    wrong = "HU degrees mm^2 mg/ {a}g MM SUV (mm mm) cc Mmin [foo [HU] mm//s .mm 10*x k[lb_av] µm {é}"
    assert [one for one in right.split() if not is_unit(one)] == []
    assert [one for one in [*wrong.split(), "", "m m"] if is_unit(one)] == []
