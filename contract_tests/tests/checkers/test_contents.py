"""The checker of RESULTS-7 on stories written by hand."""

import pytest

from contract_tests.tests.helpers.handmade_reports import FINDINGS, IMPRESSION, json_bytes, pdf_bytes, text_of
from contract_tests.tests.helpers.handmade_structured import (
    attached,
    encapsulated,
    every_type,
    fhir_bytes,
    file_of,
    hl7_bytes,
    hl7_document,
    numbered,
    resource,
    sr,
    whole_json,
)
from contract_tests.tests.helpers.handwritten import exchange, judged, story, verdicts
from pacsimile_contract.checkers import contents
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.provenance import unmarked

PASS, FAIL = Verdict.PASS, Verdict.FAIL
UNEXERCISED, NOT_APPLICABLE = Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE
ORDER = {"order_id": "A-1", "study_uid": "1.2.3"}


def served(body: bytes, report_id: str | None = None) -> Exchange:
    """Return a report as it is served."""
    return exchange("getResult", 200, body=body, headers=(("X-Report-Id", report_id),) if report_id else ())


def told(**bodies: bytes) -> Story:
    """Return the story of an order fetched in these types."""
    steps = [(f"asked/one/{kind}", served(body)) for kind, body in bodies.items()]
    return story(*steps, one=ORDER, level={"value": "standard"})


def stated(**bodies: bytes) -> dict[str, Verdict]:
    """Return the verdicts of RESULTS-7."""
    return verdicts(contents.states_the_same, told(**bodies))


def test_a_structured_report_is_the_orders_own() -> None:
    """RESULTS-7: it names the order, or the accession number in its place, and the study."""
    for body, verdict in (
        (json_bytes(), PASS),
        (json_bytes(order_id="A-2"), FAIL),
        (json_bytes(study_uid="1.2.4"), FAIL),
        (json_bytes(study_uid=None), FAIL),
        (json_bytes(order_id=None), PASS),
        (json_bytes(order_id=None, accession_number=None), FAIL),
        (json_bytes(findings=None), FAIL),
        (json_bytes(findings=[]), PASS),
        (json_bytes(impression=None), FAIL),
        (json_bytes(findings=[], impression=""), FAIL),
        (b"<html>", UNEXERCISED),
    ):
        assert stated(json=body)["json"] is verdict


@pytest.mark.parametrize("kind", ["txt", "pdf"])
def test_text_states_what_json_does(kind: str) -> None:
    """RESULTS-7: every finding and the impression, and the identifiers that json gave."""

    def as_bytes(text: str) -> bytes:
        return text.encode() if kind == "txt" else pdf_bytes(text)

    for text, verdict in (
        (text_of(), PASS),
        (text_of(order="SYN7"), PASS),
        (text_of(order="A-2"), FAIL),
        (text_of(study="1.2.4"), FAIL),
        (text_of(study="1.2.\n3"), PASS),
        (text_of(findings=FINDINGS[:1]), FAIL),
        (text_of(findings=[FINDINGS[0].replace("10", "11"), FINDINGS[1]]), FAIL),
        (text_of(last=IMPRESSION.replace("left", "right")), FAIL),
        ("Nothing.", FAIL),
    ):
        found = stated(json=json_bytes(), **{kind: as_bytes(text)})
        assert (found["json"], found[kind]) == (PASS, verdict)


def test_identifiers_are_sought_only_where_a_structured_type_gave_them() -> None:
    """RESULTS-7: a text need not print what json leaves out, and alone it cannot be compared."""
    text = text_of(order="none", study="none").encode()
    found = stated(json=json_bytes(order_id=None, accession_number="SYN7", study_uid="1.2.3"), txt=text)
    assert found["txt"] is FAIL
    found = stated(json=json_bytes(order_id=None, accession_number=None, study_uid=None), txt=text)
    assert found["txt"] is PASS
    assert stated(txt=text)["txt"] is NOT_APPLICABLE


def test_a_pdf_that_cannot_be_read_states_nothing() -> None:
    """RESULTS-7: half a PDF is none, whatever its media type."""
    whole = pdf_bytes(text_of())
    assert stated(json=json_bytes(), pdf=whole[:200])["pdf"] is FAIL


@pytest.mark.parametrize("kind", ["fhir", "hl7v2", "dicom_sr", "dicom_pdf"])
def test_structured_types_state_what_json_does(kind: str) -> None:
    """RESULTS-7: each by itself, and only the one that differs."""
    whole = every_type()
    assert set(stated(**whole).values()) == {PASS}
    wrong = {
        "fhir": [
            fhir_bytes(lambda one: resource(one, "DiagnosticReport").update(conclusion="Normal.")),
            fhir_bytes(lambda one: resource(one, "Observation", 4).update(valueString="Normal.")),
            fhir_bytes(lambda one: resource(one, "Observation").update(valueString="Lungs: Clear.")),
            fhir_bytes(lambda one: resource(one, "DiagnosticReport")["result"].reverse()),
            fhir_bytes(lambda one: resource(one, "DiagnosticReport")["result"].pop(0)),
            fhir_bytes(lambda one: resource(one, "ImagingStudy")["identifier"][0].update(value="urn:oid:1.2.4")),
            fhir_bytes(lambda one: resource(one, "ServiceRequest").update(identifier=[numbered("PLAC", "A-2")])),
            fhir_bytes(lambda one: resource(one, "DiagnosticReport").update(presentedForm=[attached("Normal.")])),
            fhir_bytes(lambda one: resource(one, "DiagnosticReport").update(conclusion="10 mm")),
        ],
        "hl7v2": [
            hl7_bytes(("probably benign", "probably not")),
            hl7_bytes(("in the left lung measures", "in the right lung measures")),
            hl7_bytes(("OBX|3|TX|59776-5", "OBX|3|TX|1-1")),
            hl7_bytes(("||1.2.3||", "||1.2.4||")),
            hl7_bytes(("|A-1|SYN7", "|A-2|SYN8")),
            hl7_bytes() + hl7_document("Normal.").encode(),
            hl7_bytes() + b"OBX|9|ED|1^P^LN||^AP^PDF^Base64^!!||||||F\r",
        ],
        "dicom_sr": [
            file_of(sr(lambda one: setattr(one.ContentSequence[3].ContentSequence[1], "TextValue", "malignant."))),
            file_of(sr(lambda one: one.ContentSequence[2].ContentSequence.pop(0))),
            file_of(sr(lambda one: setattr(one, "StudyInstanceUID", "1.2.4"))),
            file_of(sr(lambda one: setattr(one, "AccessionNumber", "SYN8"))),
        ],
        "dicom_pdf": [
            file_of(encapsulated(text_of(last="Normal."))),
            file_of(encapsulated("Normal.")),
            file_of(encapsulated(change=lambda one: setattr(one, "StudyInstanceUID", "1.2.4"))),
            file_of(encapsulated(change=lambda one: setattr(one, "EncapsulatedDocumentLength", 3))),
        ],
    }  # fmt: skip
    for body in wrong[kind]:
        found = stated(**{**whole, kind: body})
        assert {name for name, verdict in found.items() if verdict is not PASS} == {kind.replace("_", "-")}
        assert found[kind.replace("_", "-")] is FAIL


def test_other_ways_of_stating_the_same_are_right() -> None:
    """RESULTS-7: no codes, no parting into sentences, a placer's own order number beside the right accession number."""
    right: dict[str, list[bytes]] = {
        "json": [whole_json(impression=IMPRESSION.replace("\n", " "))],
        "fhir": [
            fhir_bytes(lambda one: [each["resource"].pop("code", None) for each in one["entry"]]),
            fhir_bytes(lambda one: resource(one, "DiagnosticReport").update(presentedForm=[attached(text_of())])),
            fhir_bytes(lambda one: resource(one, "ServiceRequest").update(identifier=[numbered("ACSN", "SYN7")])),
        ],
        "hl7v2": [
            hl7_bytes(("|A-1|SYN7", "|HOSPITAL-77|SYN7")),
            hl7_bytes(("59776-5", "1-1"), ("19005-8", "2-2"), ("113014", "3-3")),
            hl7_bytes(("lung,||||||F\rOBX|8|TX|19005-8^Impression^LN|2|", "lung,~")),
            hl7_bytes() + hl7_document(text_of()).encode(),
        ],
        "dicom_sr": [file_of(sr(lambda one: setattr(one.ContentSequence[2].ContentSequence[0], "ValueType", "TEXT")))],
        "dicom_pdf": [file_of(encapsulated(change=lambda one: setattr(one, "AccessionNumber", "")))],
    }  # fmt: skip
    for kind, bodies in right.items():
        for body in bodies:
            assert set(stated(**{**every_type(), kind: body}).values()) == {PASS}, kind


def test_where_json_is_not_offered_the_next_structured_type_is_compared_with() -> None:
    """RESULTS-7: FHIR before HL7; a text alone is compared with nothing."""
    found = stated(fhir=fhir_bytes(), hl7v2=hl7_bytes(("probably benign", "probably not")))
    assert (found["fhir"], found["hl7v2"]) == (PASS, FAIL)
    assert stated(hl7v2=hl7_bytes())["hl7v2"] is PASS


def test_what_is_not_offered_does_not_apply() -> None:
    """RESULTS-7: it waits for an order that offers it."""
    assert stated(json=json_bytes())["pdf"] is NOT_APPLICABLE


def test_a_report_may_be_amended_meanwhile() -> None:
    """RESULTS-7: another version need not say the same, unless nobody but us could have amended it."""
    steps = [("asked/one/json", served(json_bytes(), "R-1")), ("asked/one/txt", served(b"Another version", "R-2"))]
    for owned, verdict in ((False, UNEXERCISED), (True, FAIL)):
        told_ = story(*steps, one={**ORDER, "owned": owned}, level={"value": "standard"})
        found = verdicts(contents.states_the_same, told_)
        assert (found["json"], found["txt"]) == (PASS, verdict)


def notes(**bodies: bytes) -> str:
    """Return all that RESULTS-7 writes of these reports."""
    said = judged(contents.states_the_same, told(**bodies))
    return unmarked(" ".join(evidence.note for part in said.parts for evidence in part.evidence))


def test_a_verdict_says_what_stands_where() -> None:
    """RESULTS-7: both sides, in the words of their formats, where both are synthetic."""
    said = notes(json=whole_json(), hl7v2=hl7_bytes(("probably benign", "probably not"), ("No effusion", "Effusion")))
    assert "as impression in the json report states it: " in said
    assert 'OBX-5 of 19005-8 in the HL7 message says "Nodule of 10 mm in the left lung, probably not."' in said
    assert 'number 2 "Pleura: No effusion."' in said
    assert 'OBX-5 of 59776-5 in the HL7 message without number 2; its number 2 says "Pleura: Effusion."' in said


def test_nothing_of_a_report_without_the_mark_is_shown() -> None:
    """RESULTS-7: the evidence names what is missing by its number; it may be a real patient's."""
    real = hl7_bytes(
        ("|M1|T|", "|M1|P|"), ("probably benign", "malignant"), ("No effusion", "Effusion"), ("|A-1|SYN7", "|B|C")
    )
    bodies = (
        {"json": json_bytes(), "txt": b"Something else altogether"},
        {"json": json_bytes(), "hl7v2": real},
        {"json": whole_json(), "hl7v2": real},
        {"json": json_bytes(), "pdf": pdf_bytes("Something else")},
        {"json": json_bytes(order_id="B", study_uid="9.9")},
    )
    said = [notes(**one) for one in bodies]
    assert "without number 1, 2" in said[0]
    hidden = ("nodule", "Nodule", "ffusion", "benign", "malignant", "altogether", '"B"', '"C"', "9.9")
    assert [(one, words) for one in said for words in hidden if words in one] == []
