"""A report as DICOM: a structured report of the shape of TID 2000, and an encapsulated PDF. pydicom writes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from io import BytesIO

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

from starlette_server.content import BANNER, Content

COMPREHENSIVE_SR = "1.2.840.10008.5.1.4.1.1.88.33"
ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
ROOT = "1.3.6.1.4.1.32473.56."
SIDES = {"L": ("7771000", "Left"), "R": ("24028007", "Right")}


def dicom_sr(content: Content) -> bytes:
    """The `dicom_sr` form."""
    document = header(content, COMPREHENSIVE_SR, "SR")
    document.ContentDate, document.ContentTime = day_and_time(content, "completed_at")
    document.CompletionFlag = "COMPLETE"
    document.VerificationFlag = "UNVERIFIED"
    request = Dataset()
    request.StudyInstanceUID = content.study_uid
    request.AccessionNumber = content.accession_number
    request.PlacerOrderNumberImagingServiceRequest = content.order_id
    document.ReferencedRequestSequence = Sequence([request])
    document.ValueType = "CONTAINER"
    document.ContinuityOfContent = "SEPARATE"
    document.ConceptNameCodeSequence = code("18748-4", "LN", "Diagnostic imaging report")
    document.ContentSequence = Sequence([procedure(content), *sections(content)])
    return stored(document)


def dicom_pdf(content: Content, pdf: bytes) -> bytes:
    """The `dicom_pdf` form: the bytes of the `pdf` form, and a header that says whose they are."""
    document = header(content, ENCAPSULATED_PDF, "DOC")
    document.ConversionType = "WSD"
    document.ContentDate, document.ContentTime = day_and_time(content, "completed_at")
    document.BurnedInAnnotation = "YES"
    document.DocumentTitle = content.report_id
    document.MIMETypeOfEncapsulatedDocument = "application/pdf"
    document.EncapsulatedDocumentLength = len(pdf)
    document.EncapsulatedDocument = pdf + b"\0" * (len(pdf) % 2)
    return stored(document)


def header(content: Content, class_uid: str, modality: str) -> FileDataset:
    """A document with what both forms say of patient, study and series."""
    instance = generate_uid(ROOT, [content.study_uid, content.report_id, modality])
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = UID(class_uid)
    meta.MediaStorageSOPInstanceUID = instance
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(ROOT + "1")
    document = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    document.SpecificCharacterSet = "ISO_IR 192"
    document.SOPClassUID = class_uid
    document.SOPInstanceUID = instance
    document.SyntheticData = "YES"
    document.PatientName = f"{content.family_name}^{content.given_name}"
    document.PatientID = content.mrn
    document.PatientBirthDate = dicom_date(content)
    document.PatientSex = {"U": ""}.get(content.sex, content.sex)
    document.PatientComments = BANNER
    document.StudyInstanceUID = content.study_uid
    document.StudyDate, document.StudyTime = day_and_time(content, "acquired_at")
    document.StudyID = content.accession_number
    document.AccessionNumber = content.accession_number
    document.ReferringPhysicianName = ""
    document.Modality = modality
    document.Manufacturer = "clinic.example"
    document.SeriesInstanceUID = generate_uid(ROOT, [content.study_uid, content.report_id, modality, "series"])
    document.SeriesNumber = content.version
    document.SeriesDescription = content.report_id
    document.InstanceNumber = 1
    predecessors(document, content, class_uid, modality)
    return document


def dicom_date(content: Content) -> str:
    """The patient's birth date as DA."""
    return content.birth_date.strftime("%Y%m%d")


def predecessors(document: Dataset, content: Content, class_uid: str, modality: str) -> None:
    """Name the document that this one replaces, if there is one."""
    if content.supersedes is None:
        return
    instance, series, study = Dataset(), Dataset(), Dataset()
    instance.ReferencedSOPClassUID = class_uid
    instance.ReferencedSOPInstanceUID = generate_uid(ROOT, [content.study_uid, content.supersedes, modality])
    series.SeriesInstanceUID = generate_uid(ROOT, [content.study_uid, content.supersedes, modality, "series"])
    series.ReferencedSOPSequence = Sequence([instance])
    study.StudyInstanceUID = content.study_uid
    study.ReferencedSeriesSequence = Sequence([series])
    document.PredecessorDocumentsSequence = Sequence([study])


def procedure(content: Content) -> Dataset:
    """The procedure that is reported, with its side."""
    item = content_item("HAS CONCEPT MOD", "CODE", code("121058", "DCM", "Procedure reported"))
    item.ConceptCodeSequence = code(content.kind.code, "LN", content.kind.name)
    if content.kind.laterality:
        item.ContentSequence = Sequence([laterality(content.kind.laterality)])
    return item


def laterality(side: str) -> Dataset:
    """A side, below what it is the side of."""
    item = content_item("HAS CONCEPT MOD", "CODE", code("272741003", "SCT", "Laterality"))
    item.ConceptCodeSequence = code(SIDES[side][0], "SCT", SIDES[side][1])
    return item


def sections(content: Content) -> list[Dataset]:
    """Indication, technique, comparison, findings with their measurement, impression."""
    findings = [text(code("121071", "DCM", "Finding"), finding) for finding in content.findings]
    kind = content.kind
    return [
        section("18785-6", "Indications for procedure", [text(code("121109", "DCM", "Indications"), kind.indication)]),
        section("55111-9", "Current procedure", [text(code("121065", "DCM", "Procedure"), kind.technique)]),
        section("59776-5", "Findings", [*findings, measured(content)]),
        section("19005-8", "Impressions", [text(code("121073", "DCM", "Impression"), content.impression)]),
    ]


def section(value: str, meaning: str, items: list[Dataset]) -> Dataset:
    """A section of the report."""
    container = content_item("CONTAINS", "CONTAINER", code(value, "LN", meaning))
    container.ContinuityOfContent = "SEPARATE"
    container.ContentSequence = Sequence(items)
    return container


def text(name: Sequence, value: str) -> Dataset:
    """A text of a section."""
    item = content_item("CONTAINS", "TEXT", name)
    item.TextValue = value
    return item


def measured(content: Content) -> Dataset:
    """What was measured, in millimetres, its own name and its side below it."""
    item = content_item("CONTAINS", "NUM", code("410668003", "SCT", "Length"))
    value = Dataset()
    value.NumericValue = f"{content.size:g}"
    value.MeasurementUnitsCodeSequence = code("mm", "UCUM", "mm")
    item.MeasuredValueSequence = Sequence([value])
    name = content_item("HAS CONCEPT MOD", "TEXT", code("121050", "DCM", "Equivalent Meaning of Concept Name"))
    name.TextValue = content.kind.measured
    item.ContentSequence = Sequence([name])
    if content.kind.laterality:
        site = content_item("HAS CONCEPT MOD", "CODE", code("363698007", "SCT", "Finding Site"))
        site.ConceptCodeSequence = code("38866009", "SCT", content.kind.body_part.title())
        site.ContentSequence = Sequence([laterality(content.kind.laterality)])
        item.ContentSequence.append(site)
    return item


def content_item(relationship: str, value_type: str, name: Sequence) -> Dataset:
    """A content item without its value."""
    item = Dataset()
    item.RelationshipType = relationship
    item.ValueType = value_type
    item.ConceptNameCodeSequence = name
    return item


def code(value: str, scheme: str, meaning: str) -> Sequence:
    """A code, as a sequence of one."""
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return Sequence([item])


def day_and_time(content: Content, name: str) -> tuple[str, str]:
    """An instant of the order as DA and TM, in the order's zone."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=content.instants[name])
    local = moment.astimezone(timezone(timedelta(minutes=content.offset)))
    return local.strftime("%Y%m%d"), local.strftime("%H%M%S.%f")


def stored(document: FileDataset) -> bytes:
    """The bytes of a file."""
    buffer = BytesIO()
    document.save_as(buffer, enforce_file_format=True)
    return buffer.getvalue()
