"""The readers of FHIR, HL7 v2 and DICOM: what they find, in which writing, and what they do not take for their type."""

import re
from decimal import Decimal

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from contract_tests.tests.helpers.handmade_reports import FINDINGS, IMPRESSION, pdf_bytes
from contract_tests.tests.helpers.handmade_structured import (
    attached,
    encapsulated,
    every_type,
    fhir_bytes,
    file_of,
    hl7_bytes,
    hl7_document,
    resource,
    sr,
)
from pacsimile_contract.documents import part10, read_report, recognised
from pacsimile_contract.documents.model import Document, without_white_space
from pacsimile_contract.documents.statement import Measurement, Person, ReportStatement

PERSON = Person(("SYN1",), ("ZZTEST-Åström",), "1961-04-09", "F")
MEASURED = (
    Measurement(Decimal(10), "mm", "Nodule diameter", "L"),
    Measurement(Decimal("230.5"), "mGy.cm", "Dose length product"),
)
TYPES = every_type()


def document(kind: str, body: bytes) -> Document:
    """Return a report that can be read."""
    found = read_report(kind, body)
    assert found is not None
    return found


def said(kind: str, body: bytes) -> ReportStatement:
    """Return what a structured report says."""
    found = document(kind, body).statement
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["json", "fhir", "hl7v2", "dicom_sr"])
def test_structured_types_state_the_same(kind: str) -> None:
    """Findings, impression, whose it is, of what study, and what was measured on which side."""
    found = said(kind, TYPES[kind])
    assert found.findings == tuple(FINDINGS)
    assert without_white_space(found.impression or "") == without_white_space(IMPRESSION)
    assert (found.patient, found.study_uid, found.accession_number) == (PERSON, "1.2.3", "SYN7")
    assert found.measurements == MEASURED
    assert found.laterality == (None if kind in ("json", "hl7v2") else "L")
    assert document(kind, TYPES[kind]).is_synthetic


def test_a_pdf_in_dicom_is_a_header_and_a_text() -> None:
    """The header says whose it is, the PDF in it what was found; the byte that pads it is no part of it."""
    for body in (TYPES["dicom_pdf"], file_of(encapsulated(change=lambda made: made.pop("EncapsulatedDocumentLength")))):
        found = said("dicom_pdf", body)
        assert (found.patient, found.study_uid, found.laterality) == (PERSON, "1.2.3", "L")
        assert (found.findings, found.impression) == (None, None)
        assert all(map(document("dicom_pdf", body).states, FINDINGS))


def test_each_type_is_known_by_its_beginning() -> None:
    """And taken for no other, also where it is broken further on; a page that asks to sign in is none of them."""
    for kind, body in TYPES.items():
        assert [one for one in TYPES if recognised(one, body)] == [kind]
        assert recognised(kind, body[: len(body) // 2])
        assert not recognised(kind, b"<!DOCTYPE html><title>Sign in</title>")
    assert recognised("hl7v2", hl7_bytes(end="\n"))
    assert recognised("dicom_sr", TYPES["dicom_sr"][part10.PREAMBLE :])


@pytest.mark.parametrize(
    "syntax", [ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian], ids=lambda one: one.name
)
def test_dicom_is_read_in_each_transfer_syntax(syntax: UID) -> None:
    """What a file says does not depend on how its numbers and lengths are written."""
    found = said("dicom_sr", file_of(sr(), syntax))
    assert (found.findings, found.patient, found.measurements) == (tuple(FINDINGS), PERSON, MEASURED)


def test_sequences_of_defined_length_are_read_like_others() -> None:
    """PS3.5, section 7.5: a length, or a delimiter at the end; and a sequence that is written as of unknown kind."""

    def undefined(made: Dataset) -> None:
        for element in made:
            if element.VR == "SQ":
                element.is_undefined_length = True
                for one in element.value:
                    one.is_undefined_length_sequence_item = True
                    undefined(one)

    assert said("dicom_sr", file_of(sr(undefined))).findings == tuple(FINDINGS)


def test_a_dicom_file_that_ends_early_or_has_no_end_cannot_be_read() -> None:
    """At whatever byte; nothing is raised, and sequences below each other do not go on for ever."""
    whole = TYPES["dicom_sr"]
    for end in range(0, len(whole) - 1, 7):
        found = read_report("dicom_sr", whole[:end])
        assert found is None or found.statement is None or found.statement.impression is None
    endless = whole[:132] + b"\x40\x00\x30\xa7SQ\x00\x00\xff\xff\xff\xff\xfe\xff\x00\xe0\xff\xff\xff\xff" * 50
    assert read_report("dicom_sr", endless) is None


@pytest.mark.parametrize(
    ("terms", "name", "shown"),
    [
        ("ISO_IR 100", "ZZTEST-Åström^Åse", "ZZTEST-Åström"),
        ("ISO_IR 144", "ZZTEST-Павлов^Иван", "ZZTEST-Павлов"),
        (["", "ISO 2022 IR 87"], "ZZTEST-Yamada^Tarou=山田^太郎", "山田"),
        (["", "ISO 2022 IR 149"], "ZZTEST-Hong^Gildong=洪^吉洞", "洪"),
    ],
)
def test_names_in_dicom_have_the_files_character_set(terms: str | list[str], name: str, shown: str) -> None:
    """Each representation of a name is one of the names of that patient."""

    def change(made: Dataset) -> None:
        made.SpecificCharacterSet, made.PatientName = terms, name

    patient = said("dicom_sr", file_of(sr(change))).patient
    assert patient is not None
    assert shown in patient.family_names


def test_what_dicom_leaves_empty() -> None:
    """No sex is an unknown one; a document that replaces another says so."""

    def change(made: Dataset) -> None:
        made.PatientSex, made.PatientBirthDate, made.PredecessorDocumentsSequence = "", "", [Dataset()]

    found = said("dicom_sr", file_of(sr(change)))
    assert found.patient == Person(("SYN1",), ("ZZTEST-Åström",), None, "U")
    assert found.report_status == "amended"
    assert said("dicom_sr", TYPES["dicom_sr"]).report_status is None


def test_hl7_undoes_escapes_in_one_pass() -> None:
    """Separators, bytes in hexadecimal, formatting; repetitions are lines."""
    found = said("hl7v2", hl7_bytes(("No effusion", r"A\F\B\S\C\T\D\R\E\E\F\E\F\E\ \XC385\ \.br\x~y\H\z\N\\Z1\ ")))
    assert found.findings is not None
    assert found.findings[1] == "Pleura: A|B^C&D~E\\F\\F\\ Å \nx\nyz ."


def test_hl7_is_read_in_the_character_set_that_it_names() -> None:
    """ASCII where it names none; one that nobody knows, and bytes of another, cannot be read."""
    latin = hl7_bytes(("UNICODE UTF-8", "8859/1"), encoding="latin-1")
    assert said("hl7v2", latin).patient == PERSON
    for wrong in (
        hl7_bytes(("UNICODE UTF-8", "")),
        hl7_bytes(("UNICODE UTF-8", "EBCDIC")),
        hl7_bytes(encoding="latin-1"),
    ):
        assert read_report("hl7v2", wrong) is None


def test_hl7_has_other_places_for_the_same() -> None:
    """The accession number in OBR-3 alone, the study in IHE's ZDS, a birth date with a time, several numbers."""
    found = said(
        "hl7v2",
        hl7_bytes(
            ("SYN1^^^A^MR", "SYN1^^^A^MR~99^^^B^PI"), ("19610409", "196104090830"), ("OBX|1|ST|113014", "OBX|1|ST|99"),
            ("ORC|RE|A-1|SYN7\r", "ZDS|1.2.3^A^Application^DICOM\r"),
        ),
    )  # fmt: skip
    assert found.patient == Person(("SYN1", "99"), ("ZZTEST-Åström",), "1961-04-09", "F")
    assert (found.order_id, found.accession_number, found.study_uid) == ("A-1", "SYN7", "1.2.3")


def test_a_bundle_is_read_by_its_references() -> None:
    """The report's own subject, not any patient; relative references by type and id."""

    def another_patient(bundle: dict) -> None:
        other = {"resourceType": "Patient", "id": "q", "birthDate": "1970", "gender": "male"}
        bundle["entry"].insert(0, {"fullUrl": "http://a/Patient/q", "resource": other})

    assert said("fhir", fhir_bytes(another_patient)).patient == PERSON

    def relative(bundle: dict) -> None:
        another_patient(bundle)
        resource(bundle, "DiagnosticReport")["subject"] = {"reference": "Patient/q/_history/1"}

    assert said("fhir", fhir_bytes(relative)).patient == Person((), (), "1970", "M")


def test_a_bundle_without_codes_is_still_a_text() -> None:
    """Narratives without their tags, and whatever stands in a member, but no attachment."""

    def uncoded(bundle: dict) -> None:
        for one in bundle["entry"]:
            one["resource"].pop("code", None)
        report = resource(bundle, "DiagnosticReport")
        report.pop("conclusion")
        report["presentedForm"] = [attached("A PDF")]

    found = document("fhir", fhir_bytes(uncoded))
    assert found.statement is not None
    assert (found.statement.findings, found.statement.impression) == (None, None)
    assert all(map(found.states, [*FINDINGS, IMPRESSION, "A & B"]))
    assert [one[:5] for one in found.statement.attachments] == [b"%PDF-"]
    assert not any(re.search("JVBERi|<p>", page) for page in found.pages)


def test_the_pdf_in_a_message_is_taken_out() -> None:
    """Base64 of OBX-5; what is none is empty."""
    whole = hl7_bytes() + hl7_document("Inside").encode()
    assert said("hl7v2", whole).attachments == (pdf_bytes("Inside"),)
    assert said("hl7v2", hl7_bytes() + b"OBX|9|ED|1^P^LN||^AP^PDF^Base64^!!||||||F\r").attachments == (b"",)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("json", b'{"order_id": "A-1", "study_uid": "1.2.3"}'),
        ("fhir", fhir_bytes(lambda bundle: bundle.pop("meta"))),
        ("hl7v2", hl7_bytes(("|M1|T|", "|M1|P|"))),
        ("hl7v2", hl7_bytes(("ZZTEST-Åström", "Åström"))),
        ("dicom_sr", file_of(sr(lambda made: made.pop("SyntheticData")))),
        ("txt", b"A report"),
        ("pdf", pdf_bytes("SYNTHETIC DATA", "A second page without the banner")),
    ],
)
def test_a_report_without_its_mark_is_not_synthetic(kind: str, body: bytes) -> None:
    """What may be shown of it is decided by this alone."""
    assert not document(kind, body).is_synthetic


def test_broken_structured_reports_are_none() -> None:
    """Nothing is raised, whatever comes."""
    for kind in ("fhir", "hl7v2", "dicom_sr", "dicom_pdf"):
        for body in (b"", b"{", b"[]", b"MSH", b"MSH|^~\\&", b"\0" * 200, b'{"resourceType": "Bundle", "entry": 3}'):
            assert read_report(kind, body) is None
