"""Structured reports made by hand for the tests: FHIR, HL7 v2, DICOM. They state what `handmade_reports` does."""

import json
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID, ExplicitVRLittleEndian

from contract_tests.tests.helpers.handmade_reports import FINDINGS, IMPRESSION, json_bytes, pdf_bytes, text_of

PATIENT = {"mrn": "SYN1", "family_name": "ZZTEST-Åström", "given_name": "Åse", "birth_date": "1961-04-09", "sex": "F"}
MEASUREMENTS = [
    {"name": "Nodule diameter", "value": 10, "unit": "mm", "laterality": "L"},
    {"name": "Dose length product", "value": 230.5, "unit": "mGy.cm", "laterality": None},
]
FHIR_SIDE = {"coding": [{"system": "http://snomed.info/sct", "code": "272741003"}]}
LEFT = {"coding": [{"system": "http://snomed.info/sct", "code": "7771000"}]}


def whole_json(**members: Any) -> bytes:
    """Return a json report with patient and measurements."""
    return json_bytes(**{"patient": PATIENT, "measurements": MEASUREMENTS, "synthetic": True, **members})


def coded(code: str) -> dict[str, Any]:
    """Return a CodeableConcept of LOINC."""
    return {"coding": [{"system": "http://loinc.org", "code": code}]}


def numbered(kind: str, value: str) -> dict[str, Any]:
    """Return an Identifier of a type of table 0203."""
    return {"type": {"coding": [{"code": kind}]}, "value": value}


def _observation(identity: str, code: str, **value: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "id": identity, "status": "final", "code": coded(code), **value}


def bundle() -> dict[str, Any]:
    """Return a FHIR bundle; change it, and give it to `fhir_bytes`."""
    quantity = {"value": 10, "unit": "mm", "system": "http://unitsofmeasure.org", "code": "mm"}
    dose = {"value": 230.5, "unit": "mGy.cm", "system": "http://unitsofmeasure.org", "code": "mGy.cm"}
    resources: list[dict[str, Any]] = [
        {
            "resourceType": "DiagnosticReport", "id": "r", "status": "final", "code": coded("24628-0"),
            "identifier": [numbered("FILL", "R-1")], "subject": {"reference": "urn:uuid:p"},
            "basedOn": [{"reference": "urn:uuid:o"}], "imagingStudy": [{"reference": "urn:uuid:s"}],
            "result": [{"reference": f"urn:uuid:{one}"} for one in ("f1", "f2", "m1", "m2", "i")],
            "conclusion": IMPRESSION, "issued": "2026-03-01T10:09:00Z",
        },
        {
            "resourceType": "Patient", "id": "p", "identifier": [numbered("MR", "SYN1")],
            "name": [{"family": "ZZTEST-Åström", "given": ["Åse"]}], "birthDate": "1961-04-09", "gender": "female",
            "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; B</p></div>'},
        },
        {
            "resourceType": "ServiceRequest", "id": "o", "status": "completed", "intent": "order",
            "identifier": [numbered("PLAC", "A-1"), numbered("ACSN", "SYN7")], "subject": {"reference": "urn:uuid:p"},
        },
        {
            "resourceType": "ImagingStudy", "id": "s", "status": "available", "subject": {"reference": "urn:uuid:p"},
            "identifier": [{"system": "urn:dicom:uid", "value": "urn:oid:1.2.3"}],
            "series": [{"uid": "1.2.3.1", "modality": {"code": "CT"}, "laterality": {"code": "7771000"}}],
        },
        *(_observation(f"f{number}", "59776-5", valueString=one) for number, one in enumerate(FINDINGS, 1)),
        _observation(
            "m1", "1-8", valueQuantity=quantity, component=[{"code": FHIR_SIDE, "valueCodeableConcept": LEFT}]
        ),
        _observation("m2", "2-6", valueQuantity=dose),
        _observation("i", "19005-8", valueString=IMPRESSION),
    ]  # fmt: skip
    resources[6]["code"]["text"], resources[7]["code"]["text"] = "Nodule diameter", "Dose length product"
    entries = [{"fullUrl": f"urn:uuid:{one['id']}", "resource": one} for one in resources]
    security = [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActReason", "code": "HTEST"}]
    return {"resourceType": "Bundle", "type": "collection", "meta": {"security": security}, "entry": entries}


def resource(said: dict[str, Any], kind: str, place: int = 0) -> dict[str, Any]:
    """Return a resource of a bundle, to be changed."""
    found: list[dict[str, Any]] = [one["resource"] for one in said["entry"] if one["resource"]["resourceType"] == kind]
    return found[place]


def fhir_bytes(change: Callable[[dict[str, Any]], object] = lambda said: None) -> bytes:
    """Return a FHIR bundle after a change to it."""
    said = bundle()
    change(said)
    return json.dumps(said, ensure_ascii=False).encode()


def attached(text: str) -> dict[str, Any]:
    """Return an Attachment of FHIR: a PDF of that text."""
    return {"contentType": "application/pdf", "data": b64encode(pdf_bytes(text)).decode()}


HL7 = [
    "MSH|^~\\&|LAB|HERE|||20260301100900+0000||ORU^R01^ORU_R01|M1|T|2.5.1||||||UNICODE UTF-8",
    "PID|1||SYN1^^^A^MR||ZZTEST-Åström^Åse||19610409|F",
    "ORC|RE|A-1|SYN7",
    "OBR|1|A-1|SYN7|24628-0^CT^LN|||20260301093000+0000||||||||||||||||||F",
    "OBX|1|ST|113014^DICOM Study^DCM||1.2.3||||||O",
    "OBX|2|TX|59776-5^Findings^LN|1|Lungs: A nodule in the left lung measures 10 mm.||||||F",
    "OBX|3|TX|59776-5^Findings^LN|2|Pleura: No effusion.||||||F",
    "OBX|4|NM|1-8^Diameter^LN^N^Nodule diameter^L|1|10|mm^^UCUM|||||F",
    "OBX|5|CE|272741003^Laterality^SCT|1|7771000^Left^SCT||||||F",
    "OBX|6|NM|2-6^Dose^LN^D^Dose length product^L|2|230.5|mGy.cm^^UCUM|||||F",
    "OBX|7|TX|19005-8^Impression^LN|1|Nodule of 10 mm in the left lung,||||||F",
    "OBX|8|TX|19005-8^Impression^LN|2|probably benign.||||||F",
]


def hl7_bytes(*changes: tuple[str, str], end: str = "\r", encoding: str = "utf-8") -> bytes:
    """Return an ORU^R01 in which some texts are replaced by others."""
    message = "".join(segment + end for segment in HL7)
    for before, after in changes:
        assert before in message, before
        message = message.replace(before, after)
    return message.encode(encoding)


def hl7_document(text: str, number: int = 9) -> str:
    """Return an OBX that holds a PDF of that text."""
    return f"OBX|{number}|ED|18748-4^Study^LN||^AP^PDF^Base64^{b64encode(pdf_bytes(text)).decode()}||||||F\r"


def _code(value: str, scheme: str = "DCM", meaning: str = "?") -> list[Dataset]:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return [item]


def item(kind: str, name: str, *below: Dataset, relationship: str = "CONTAINS", **more: Any) -> Dataset:
    """Return a content item of a structured report."""
    made = Dataset()
    made.RelationshipType, made.ValueType, made.ConceptNameCodeSequence = relationship, kind, _code(name)
    for keyword, value in more.items():
        setattr(made, keyword, value)
    if below:
        made.ContentSequence = list(below)
    return made


def side(code: str) -> Dataset:
    """Return the laterality of what it lies below."""
    return item("CODE", "272741003", relationship="HAS CONCEPT MOD", ConceptCodeSequence=_code(code, "SCT"))


def number(name: str, value: str, unit: str, *below: Dataset) -> Dataset:
    """Return a measurement."""
    measured = Dataset()
    measured.NumericValue, measured.MeasurementUnitsCodeSequence = value, _code(unit, "UCUM")
    own = item("TEXT", "121050", relationship="HAS CONCEPT MOD", TextValue=name)
    return item("NUM", "81827009", own, *below, MeasuredValueSequence=[measured])


def dicom(sop_class: str) -> Dataset:
    """Return the head of a DICOM document."""
    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 192"
    made.SOPClassUID, made.SOPInstanceUID, made.SyntheticData = UID(sop_class), UID("1.2.9"), "YES"
    made.StudyInstanceUID, made.SeriesInstanceUID, made.AccessionNumber = "1.2.3", "1.2.3.9", "SYN7"
    made.PatientName, made.PatientID = "ZZTEST-Åström^Åse", "SYN1"
    made.PatientBirthDate, made.PatientSex = "19610409", "F"
    made.StudyID = made.StudyDate = made.StudyTime = made.ReferringPhysicianName = ""
    made.SeriesNumber = made.InstanceNumber = "1"
    made.Manufacturer, made.ContentDate, made.ContentTime = "", "20260301", "100900"
    return made


def sr(change: Callable[[Dataset], object] = lambda made: None) -> Dataset:
    """Return a structured report after a change to it."""
    made = dicom("1.2.840.10008.5.1.4.1.1.88.33")
    made.Modality, made.CompletionFlag, made.VerificationFlag = "SR", "COMPLETE", "UNVERIFIED"
    made.ValueType, made.ContinuityOfContent, made.ConceptNameCodeSequence = "CONTAINER", "SEPARATE", _code("18748-4")
    made.ReferencedPerformedProcedureStepSequence = made.PerformedProcedureCodeSequence = []
    site = item(
        "CODE", "363698007", side("7771000"), relationship="HAS CONCEPT MOD", ConceptCodeSequence=_code("39607008")
    )
    made.ContentSequence = [
        item("CODE", "121058", side("7771000"), relationship="HAS CONCEPT MOD", ConceptCodeSequence=_code("24628-0")),
        item("CONTAINER", "18785-6", item("TEXT", "18785-6", TextValue="Cough.")),
        item(
            "CONTAINER", "59776-5", *(item("TEXT", "121071", TextValue=one) for one in FINDINGS),
            number("Nodule diameter", "10", "mm", site), number("Dose length product", "230.5", "mGy.cm"),
        ),
        item("CONTAINER", "19005-8", *(item("TEXT", "121073", TextValue=one) for one in IMPRESSION.split("\n"))),
    ]  # fmt: skip
    change(made)
    return made


def encapsulated(text: str | None = None, change: Callable[[Dataset], object] = lambda made: None) -> Dataset:
    """Return a PDF in DICOM, of a text (that of the report where none is given), after a change to it."""
    made = dicom("1.2.840.10008.5.1.4.1.1.104.1")
    data = pdf_bytes(text_of() if text is None else text)
    made.Modality, made.ConversionType, made.BurnedInAnnotation = "DOC", "WSD", "YES"
    made.DocumentTitle, made.ConceptNameCodeSequence, made.AcquisitionDateTime = "CT", [], ""
    made.MIMETypeOfEncapsulatedDocument, made.ImageLaterality = "application/pdf", "L"
    made.EncapsulatedDocument, made.EncapsulatedDocumentLength = data + b"\0" * (len(data) % 2), len(data)
    change(made)
    return made


def file_of(made: Dataset, syntax: UID = ExplicitVRLittleEndian) -> bytes:
    """Return a DICOM file of a data set."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = made.SOPClassUID, made.SOPInstanceUID
    meta.TransferSyntaxUID, meta.ImplementationClassUID = syntax, UID("1.2.8")
    made.file_meta = meta
    file = BytesIO()
    dcmwrite(file, made, enforce_file_format=True)
    return file.getvalue()


def every_type() -> dict[str, bytes]:
    """Return the report in every type, all of which say the same."""
    text = f"SYNTHETIC DATA\nPatient SYN1\n{text_of()}\nNodule diameter, left: 10 mm\n"
    return {
        "json": whole_json(), "txt": text.encode(), "pdf": pdf_bytes(text), "fhir": fhir_bytes(),
        "hl7v2": hl7_bytes(), "dicom_sr": file_of(sr()), "dicom_pdf": file_of(encapsulated(text)),
    }  # fmt: skip
