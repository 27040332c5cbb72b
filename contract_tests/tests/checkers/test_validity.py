"""The checkers of RESULTS-8 on stories written by hand, and the pages that publish the rules."""

import re
from pathlib import Path

import pytest

from contract_tests.tests.helpers.handmade_reports import pdf_bytes, text_of
from contract_tests.tests.helpers.handmade_structured import every_type, fhir_bytes, hl7_bytes, resource
from contract_tests.tests.helpers.handwritten import exchange, judged, story, verdicts
from contract_tests.tests.rules.test_text import CSV, GROUP, JSON
from pacsimile_contract.checkers import validity
from pacsimile_contract.documents import readers
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.provenance import unmarked
from pacsimile_contract.rules import rules
from pacsimile_spec.report_types import REPORT_TYPES

ROOT = Path(__file__).parents[3]
PASS, FAIL, WARN = Verdict.PASS, Verdict.FAIL, Verdict.WARN
WHOLE = {**every_type(), "json": JSON}
WITHOUT_OBX_3 = ("2-6^Dose^LN^D^Dose length product^L", "")


def told(**bodies: bytes) -> Story:
    """Return the story of an order fetched in these types."""
    steps = [(f"asked/one/{kind}", exchange("getResult", 200, body=body)) for kind, body in bodies.items()]
    return story(*steps, one={"order_id": "A-1", "study_uid": "1.2.3"}, level={"value": "standard"})


def of_a_group(**bodies: bytes) -> Story:
    """Return the story of a group fetched in these types."""
    return story(*((f"asked/{kind}", exchange("getGroupReport", 200, body=body)) for kind, body in bodies.items()))


def test_valid_documents_pass() -> None:
    """RESULTS-8: each type."""
    assert set(verdicts(validity.is_valid, told(**WHOLE)).values()) == {PASS}


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("json", JSON[:-5]),
        ("txt", text_of().encode() + b"\x07"),
        ("pdf", WHOLE["pdf"][: len(WHOLE["pdf"]) // 2]),
        ("fhir", fhir_bytes(lambda said: resource(said, "DiagnosticReport")["subject"].update(reference="urn:uuid:x"))),
        ("hl7v2", hl7_bytes(end="\n")),
        ("hl7v2", hl7_bytes(WITHOUT_OBX_3)),
        ("dicom_sr", WHOLE["dicom_sr"][128:]),
        ("dicom_pdf", WHOLE["dicom_pdf"][:-200]),
    ],
)
def test_one_broken_type_fails_alone(kind: str, body: bytes) -> None:
    """RESULTS-8: however it is broken it is still meant as its type."""
    found = verdicts(validity.is_valid, told(**{**WHOLE, kind: body}))
    assert {name for name, verdict in found.items() if verdict is FAIL} == {kind.replace("_", "-")}
    assert set(found.values()) == {PASS, FAIL}


def test_what_is_another_type_or_not_offered_is_not_judged() -> None:
    """RESULTS-8: a page that asks to sign in is RESULTS-1's to judge."""
    found = verdicts(validity.is_valid, told(json=JSON, fhir=b"<!DOCTYPE html>", hl7v2=JSON))
    assert (found["json"], found["fhir"], found["hl7v2"]) == (PASS, Verdict.NOT_EXERCISED, Verdict.NOT_EXERCISED)
    assert found["dicom-sr"] is Verdict.NOT_APPLICABLE


def test_a_groups_report() -> None:
    """RESULTS-8: csv, and the group's own schema of json; its form is told apart from its substance."""
    import json

    text = "SYNTHETIC DATA\nA-1 FAILED"
    whole = {"json": json.dumps(GROUP).encode(), "csv": CSV, "txt": text.encode(), "pdf": pdf_bytes(text)}
    good = {"csv": PASS, "group-json": PASS, "group-txt": PASS, "group-pdf": PASS}
    assert verdicts(validity.is_valid_of_a_group, of_a_group(**whole)).items() >= good.items()
    for kind, body in (("json", JSON), ("csv", CSV + b"A-3\r\n"), ("txt", b"A\x1b[0m"), ("pdf", whole["pdf"][:-20])):
        name = kind if kind == "csv" else f"group-{kind}"
        found = verdicts(validity.is_valid_of_a_group, of_a_group(**{**whole, kind: body}))
        assert found.items() >= {**good, name: FAIL}.items()
    ends = of_a_group(csv=CSV.replace(b"\r\n", b"\n"))
    said = judged(validity.is_valid_of_a_group, ends)
    assert next(one.kind for one in said.parts if one.check == "RESULTS-8/csv") == "form"
    assert judged(validity.is_valid_of_a_group, ends, "documented").verdict is WARN


def notes(**bodies: bytes) -> str:
    """Return all that RESULTS-8 writes of these reports."""
    said = judged(validity.is_valid, told(**bodies))
    return unmarked(" ".join(evidence.note for part in said.parts for evidence in part.evidence))


def test_a_verdict_names_the_rule_and_hides_real_people() -> None:
    """RESULTS-8: rule, place, and what stands there where the document is synthetic."""
    wrong = ("19610409|F", "19610231|F")
    said = notes(hl7v2=hl7_bytes(wrong))
    assert "expected HL7-9, an hl7v2 report writes times as 2.5.1 does" in said
    assert 'got PID-7 of segment 2: no time as 2.5.1 writes it: "19610231"' in said
    real = notes(
        hl7v2=hl7_bytes(wrong, ("|M1|T|", "|M1|P|")),
        json=JSON.replace(b'"synthetic": true, ', b"").replace(b'"1.2.3"', b'"1.2.3x"'),
    )
    assert "PID-7 of segment 2" in real
    assert "study_uid: does not match the pattern " in real
    assert not [one for one in ("19610231", "1.2.3x") if one in real]


def test_a_librarys_remarks_are_noted_and_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """RESULTS-8: what is beyond the list stands in the evidence of a PASS."""
    remarking = {**rules(), "pdf": rules()["pdf"].__class__("pdf", {}, lambda _: (), remarks=lambda _: ["is odd"])}
    monkeypatch.setattr(validity, "rules", lambda: remarking)
    said = judged(validity.is_valid, told(pdf=WHOLE["pdf"]))
    assert next(one for one in said.parts if one.check == "RESULTS-8/pdf").verdict is PASS
    assert "is odd" in notes(pdf=WHOLE["pdf"])
    assert "is odd" not in notes(pdf=pdf_bytes("A real report"))


def test_each_type_has_rules_and_a_reader() -> None:
    """RESULTS-8: no type goes unjudged."""
    assert set(rules()) == set(readers()) == set(REPORT_TYPES)


def test_the_pages_publish_each_rule_and_no_other() -> None:
    """RESULTS-8: the list is closed. docs/rules.md counts the rules of each type, its format's page words them."""
    published = [
        rule
        for page in sorted({one.page for one in REPORT_TYPES.values()})
        for rule in re.findall(r"^\| ([A-Z][A-Z0-9]+-\d+) \|", (ROOT / page).read_text(), re.M)
    ]
    judged_by = {rule for one in rules().values() for rule in one.words}
    assert sorted(published) == sorted(judged_by)
    index = (ROOT / "docs/rules.md").read_text()
    for kind, one in rules().items():
        first, *_, last = one.words
        assert re.search(rf"^\| `{kind}` \|.*\b{first}\b.*\b{last.split('-')[1]}\b", index, re.M), kind
