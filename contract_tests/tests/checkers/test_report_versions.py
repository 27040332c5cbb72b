"""RESULTS-7, RESULTS-10: every document of a version that a run fetched is compared, whatever it was fetched for."""

from dataclasses import replace

from contract_tests.tests.helpers.handmade_structured import (
    PATIENT,
    every_type,
    fhir_bytes,
    hl7_bytes,
    resource,
    whole_json,
)
from contract_tests.tests.helpers.handwritten import exchange, verdicts
from pacsimile_contract.checkers import contents, identity
from pacsimile_contract.checkers.order_reports import versions_fetched
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.story import Story, story_of_run
from pacsimile_contract.findings.verdict import Verdict

PASS, FAIL = Verdict.PASS, Verdict.FAIL
ALL = every_type()


def fetched(kind: str, body: bytes, *, report: str = "R-1", client: str = "a", raw: bool = False) -> Exchange:
    """Return the answer to a call for a report in a type; `raw`: by a query that was written out."""
    answer = exchange("getResult", 200, body=body, headers=(("X-Report-Id", report), ("X-Order-Id", "A-1")))
    request = replace(answer.request, client=client, given={} if raw else {"report_type": kind})
    answer.request = replace(request, url=f"https://x.example/results?order_id=A-1&report_type={kind}")
    return answer


def failing(*answers: Exchange) -> set[str]:
    """Return the parts of RESULTS-10 that FAIL in a run of these answers."""
    judged = verdicts(identity.names_the_patient_in_every_version, story_of_run(answers))
    return {name for name, verdict in judged.items() if verdict is FAIL}


def run(**bodies: bytes) -> Story:
    """Return the story of a run that fetched these."""
    return story_of_run([fetched(kind, body) for kind, body in bodies.items()])


def test_a_version_that_is_alike_in_every_type_passes() -> None:
    """Both requirements."""
    for checker in (identity.names_the_patient_in_every_version, contents.states_the_same_in_every_version):
        assert set(verdicts(checker, run(**ALL)).values()) <= {PASS, Verdict.NOT_EXERCISED}
        assert PASS in verdicts(checker, run(**ALL)).values()


def test_another_patient_is_seen_wherever_the_document_was_fetched() -> None:
    """By a query that was written out too; each byte sequence of a type counts."""
    other = hl7_bytes(("19610409", "19610904"))
    assert failing(fetched("json", ALL["json"]), fetched("fhir", ALL["fhir"]), fetched("hl7v2", other, raw=True)) == {
        "every-version"
    }
    seen = failing(fetched("json", ALL["json"]), fetched("hl7v2", ALL["hl7v2"]), fetched("hl7v2", other))
    assert seen == {"every-version"}


def test_only_documents_of_one_version_and_client_are_compared() -> None:
    """Two organizations may use the same id; an answer that names no version, or no type, is left out."""
    other = whole_json(patient={**PATIENT, "mrn": "SYN2"})
    assert failing(fetched("json", other), fetched("fhir", ALL["fhir"], report="R-2")) == set()
    assert failing(fetched("json", other), fetched("fhir", ALL["fhir"], client="b")) == set()
    nameless = fetched("json", other)
    nameless.request = replace(nameless.request, client=None)
    assert failing(nameless, fetched("fhir", ALL["fhir"])) == set()
    assert failing(fetched("json", other), fetched("fhir", ALL["fhir"])) == {"every-version"}


def test_measurements_are_compared_where_no_json_was_fetched() -> None:
    """The first type that has some is what the others are compared with."""
    rounded = hl7_bytes(("|230.5|", "|231|"))
    assert failing(fetched("fhir", ALL["fhir"]), fetched("hl7v2", rounded)) == {"every-version"}


def test_other_and_unknown_sex_differ_where_both_types_can_write_both() -> None:
    """FHIR, HL7 and json have a word for each; DICOM has one for both."""
    json = whole_json(patient={**PATIENT, "sex": "O"})
    unknown = fhir_bytes(lambda said: resource(said, "Patient").update(gender="unknown"))
    assert failing(fetched("json", json), fetched("fhir", unknown)) == {"every-version"}


def test_a_type_of_the_former_version_is_left_to_results_11() -> None:
    """Its findings and measurements are not compared."""
    amended = whole_json(report_status="amended", findings=["Something else entirely."])
    told = run(json=amended, hl7v2=ALL["hl7v2"])
    assert FAIL not in verdicts(contents.states_the_same_in_every_version, told).values()


def test_a_service_of_pages_alone_has_nothing_to_compare() -> None:
    """N/A, as the parts of the types are."""
    pages = run(txt=ALL["txt"], pdf=ALL["pdf"])
    for checker in (identity.names_the_patient_in_every_version, contents.states_the_same_in_every_version):
        assert verdicts(checker, pages) == {"every-version": Verdict.NOT_APPLICABLE}


def test_a_version_fetched_in_one_type_is_compared_with_nothing() -> None:
    """Nothing is read for it."""
    once = story_of_run([fetched("json", ALL["json"]), fetched("json", ALL["json"])])
    assert list(versions_fetched(once)) == []
