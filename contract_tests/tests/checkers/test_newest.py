"""The checker of RESULTS-11 on stories written by hand."""

import pytest
from pydicom.dataset import Dataset

from contract_tests.tests.helpers.handmade_reports import REPORT, json_bytes, pdf_bytes, text_of
from contract_tests.tests.helpers.handmade_structured import (
    encapsulated,
    fhir_bytes,
    file_of,
    hl7_bytes,
    resource,
    sr,
    whole_json,
)
from contract_tests.tests.helpers.handwritten import exchange, problem, story, verdicts
from pacsimile_contract.checkers import newest
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL, WARN = Verdict.PASS, Verdict.FAIL, Verdict.WARN
AMENDED = {**REPORT, "report_id": "R-2", "report_status": "amended", "impression": "Nodule of 12 mm."}
GOOD = {"by-order": PASS, "by-study": PASS, "every-type": PASS, "calls-itself-amended": PASS}


def served(body: bytes, report_id: str | None = None) -> Exchange:
    """Return a report as it is served."""
    return exchange("getResult", 200, body=body, headers=(("X-Report-Id", report_id),) if report_id else ())


def amended(kind: str, answer: Exchange) -> dict[str, Verdict]:
    """Return the verdicts of RESULTS-11 where the amended R-2 is listed, and `kind` is answered so."""
    right = {
        "json": served(json_bytes(**AMENDED), "R-2"),
        "txt": served(("AMENDED\n" + text_of(last="Nodule of 12 mm.")).encode(), "R-2"),
    }
    steps = [(f"amended/{one}", good) for one, good in {**right, **({kind: answer} if kind in right else {})}.items()]
    by_study = answer if kind == "by-study" else right["json"]
    return verdicts(
        newest.serves_the_amended, story(*steps, ("amended-by-study", by_study), amended={"report_id": "R-2"})
    )


OLD, GONE = served(json_bytes(), "R-1"), exchange("getResult", 404, problem("order-not-found", 404))


def test_the_amended_version_is_served() -> None:
    """RESULTS-11: by order, by study, in every type; each place fails by itself."""
    unnamed = served(json_bytes(**{**AMENDED, "report_id": "R-1"}))
    final = served(json_bytes(**{**AMENDED, "report_status": "final"}), "R-2")
    for kind, answer, failing in (
        ("json", served(json_bytes(**AMENDED)), ()),
        ("json", served(json_bytes(**AMENDED), "R-1"), ("by-order",)),
        ("json", final, ("calls-itself-amended",)),
        ("json", unnamed, ("by-order",)),
        ("json", GONE, ("by-order",)),
        ("by-study", OLD, ("by-study",)),
        ("by-study", GONE, ("by-study",)),
        ("txt", served(("AMENDED" + text_of()).encode(), "R-1"), ("every-type",)),
        ("txt", served(("AMENDED" + text_of()).encode(), "R-2"), ("every-type",)),
        ("txt", GONE, ("every-type",)),
    ):
        found = amended(kind, answer)
        assert {name for name, verdict in found.items() if verdict is not GOOD[name]} == set(failing)
        assert all(found[name] is FAIL for name in failing)


def of_type(kind: str, body: bytes, report_id: str = "R-2") -> dict[str, Verdict]:
    """Return the verdicts of RESULTS-11 where the amended report is served as json and as `kind`."""
    right = served(whole_json(report_id="R-2", report_status="amended"), "R-2")
    steps = (("amended/json", right), (f"amended/{kind}", served(body, report_id)), ("amended-by-study", right))
    return verdicts(newest.serves_the_amended, story(*steps, amended={"report_id": "R-2"}))


def replaces(made: Dataset) -> None:
    """Let a DICOM document name another that it replaces."""
    made.PredecessorDocumentsSequence = [Dataset()]


CORRECTED = ("||||||||||||||||F\r", "||||||||||||||||C\r")
SAYS_SO = [
    ("fhir", fhir_bytes(lambda said: resource(said, "DiagnosticReport").update(status="amended"))),
    ("fhir", fhir_bytes(lambda said: resource(said, "DiagnosticReport").update(status="corrected"))),
    ("hl7v2", hl7_bytes(CORRECTED)),
    ("dicom_sr", file_of(sr(replaces))),
    ("dicom_sr", file_of(sr(lambda made: setattr(made, "CompletionFlagDescription", "Amended report")))),
    ("dicom_pdf", file_of(encapsulated(change=replaces))),
    ("dicom_pdf", file_of(encapsulated("CORRECTED REPORT\n" + text_of()))),
    ("pdf", pdf_bytes("Addendum\n" + text_of())),
]
SAYS_NOT = [
    ("fhir", fhir_bytes(), FAIL),
    ("fhir", fhir_bytes(lambda said: resource(said, "DiagnosticReport").update(status="appended")), FAIL),
    ("hl7v2", hl7_bytes(), FAIL),
    ("dicom_sr", file_of(sr()), FAIL),
    ("dicom_pdf", file_of(encapsulated()), FAIL),
    ("txt", text_of().encode(), WARN),
    ("pdf", pdf_bytes(text_of()), WARN),
]


@pytest.mark.parametrize(("kind", "body"), SAYS_SO)
def test_each_type_says_in_its_way_that_it_is_amended(kind: str, body: bytes) -> None:
    """RESULTS-11: by its status, by what it replaces, in words."""
    assert of_type(kind, body) == GOOD


@pytest.mark.parametrize(("kind", "body", "verdict"), SAYS_NOT)
def test_a_type_that_says_nothing_of_it(kind: str, body: bytes, verdict: Verdict) -> None:
    """RESULTS-11: broken where the type has a place for it; a text should have the word."""
    assert of_type(kind, body) == {**GOOD, "calls-itself-amended": verdict}


def test_structured_types_are_of_the_version_that_json_is_of() -> None:
    """RESULTS-11: the former version's findings or header, in one type alone."""
    said = [
        of_type("hl7v2", hl7_bytes(CORRECTED, ("probably benign", "certainly benign"))),
        of_type("fhir", SAYS_SO[0][1], "R-1"),
        of_type("dicom_sr", file_of(sr(lambda made: (replaces(made), made.ContentSequence[2].ContentSequence.pop(0))))),
    ]
    assert said == [{**GOOD, "every-type": FAIL}] * 3


def test_a_version_that_amends_an_amended_one_is_served_too() -> None:
    """RESULTS-11: by order, in another type and by study, the third version; the second one fails."""
    second = served(whole_json(report_id="R-2", report_status="amended"), "R-2")
    third = served(whole_json(report_id="R-3", report_status="amended"), "R-3")
    known = {"amended": {"report_id": "R-2"}, "again": {"report_id": "R-3"}}
    first = (("amended/json", second), ("amended-by-study", second))
    for by_order, by_study, expected in (
        (third, third, (PASS, PASS)),
        (second, third, (FAIL, PASS)),
        (third, second, (PASS, FAIL)),
    ):
        told = story(*first, ("again/json", by_order), ("again-by-study", by_study), **known)
        found = verdicts(newest.serves_the_amended, told)
        assert (found["by-order"], found["by-study"]) == expected
