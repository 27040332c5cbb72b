"""What a dialect leaves unsaid is N/A with the reason, and nothing else is."""

import subprocess
import sys
from pathlib import Path

import pytest

from pacsimile_contract.findings.part import fact, part
from pacsimile_contract.findings.reasons import Reason
from pacsimile_contract.findings.registry import parts_of
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging import absent_facts
from pacsimile_contract.judging.declared_absent import apply_declarations, reasons_of_stored
from pacsimile_contract.judging.judgement import judge
from pacsimile_spec import requirements
from pacsimile_spec.dialects import load_dialect, parse_dialect

ROOT = Path(__file__).parents[3]


def of(text: str) -> set[str]:
    """Return what is not judged of a dialect."""
    return set(absent_facts.absent_facts(parse_dialect(f"name: vendor\n{text}\n")))


def test_the_table_names_requirements_and_parts_that_there_are() -> None:
    """Each of them once for a fact."""
    for row in absent_facts.facts():
        assert len(set(row.checks)) == len(row.checks), row.words
        for check in row.checks:
            requirement, _, name = check.partition("/")
            assert requirement in requirements()
            assert not name or name in parts_of(requirement), check


@pytest.mark.parametrize(
    ("name", "some", "not_these"),
    [
        ("identity", set(), set()), ("camel", set(), set()),
        ("legacy", {"RESULTS-9", "BATCH-5/answer", "BATCH-11/unknown", "SEC-5/instance", "STATUS-2/within-a-second"},
         {"BATCH-5", "BATCH-5/none-left", "BATCH-11/named-alone", "STATUS-3/names-the-unknown"}),
        ("minimal", {"STATUS-6/progress-100", "STATUS-7/study-group", "RESULTS-5/ruled-out", "RESULTS-1/fhir"},
         {"AUTH-14/getStatus", "AUTH-6/narrower-opens-no-more", "RESULTS-1/pdf"}),
    ],
)  # fmt: skip
def test_the_shipped_dialects_leave_out_what_they_say(name: str, some: set[str], not_these: set[str]) -> None:
    """The two that say everything leave out nothing."""
    found = set(absent_facts.absent_facts(load_dialect(name)))
    assert some <= found
    assert not not_these & found
    assert bool(found) == bool(some)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("errors: {detail: null}", set()),
        ("errors: {detail: null, errors: null}", {"STATUS-3/names-the-unknown", "STATUS-3/property-names-the-unknown"}),
        (
            "errors: {detail: null}\nfields: {Problem.errors: {parameter: null}}",
            {"STATUS-3/names-the-unknown", "STATUS-3/property-names-the-unknown"},
        ),
        ("values: {scope: {status.read: a, reports.read: a, reports.ack: b}}", set()),
        ("values: {scope: {status.read: a, reports.read: b, reports.ack: b}}", set()),
        ("headers: {Retry-After: null}",
         {"PROTO-4/429", "PROTO-4/503", "PROTO-4/every-retry-after", "PROTO-4/every-429-and-503"}),
        ("report_types: [json, pdf, csv]", {f"{name}/{part}" for name in ("RESULTS-1", "RESULTS-7", "RESULTS-8",
         "RESULTS-10") for part in ("txt", "fhir", "hl7v2", "dicom-sr", "dicom-pdf")}
         | {"GROUP-1/txt", "RESULTS-8/group-txt", "RESULTS-5/of-a-group", "AUTH-15/group-existence-before-type"}),
    ],
)  # fmt: skip
def test_nothing_is_left_out_of_which_something_shows(text: str, expected: set[str]) -> None:
    """Scopes that share a word still close what a third opens, and a message names what no list does."""
    assert of(text) == expected


def test_scopes_that_share_one_word_tell_nothing() -> None:
    """Of AUTH-14, each operation of the API."""
    found = of("values: {scope: {status.read: api, reports.read: api, reports.ack: api}}")
    assert {f"AUTH-14/{name}" for name in parts_of("AUTH-14")} <= found


def test_an_absent_fact_is_not_judged_whatever_was_found() -> None:
    """Neither PASS nor FAIL: what a checker compares of it says nothing."""
    row = requirements()["STATUS-6"]
    parts = [part("progress-100", fact(False, "progress 100", "null")), part("completed-at", fact(True, "set", "set"))]
    judgement = judge(row, parts_of("STATUS-6"), parts, "strict", None)
    reasons = absent_facts.absent_facts(load_dialect("minimal"))
    judged = apply_declarations(judgement, reasons)
    verdicts = {one.check: one.verdict for one in judged.parts}
    assert verdicts["STATUS-6/progress-100"] is Verdict.NOT_APPLICABLE
    assert verdicts["STATUS-6/completed-at"] is Verdict.PASS
    absent = next(one for one in judged.parts if one.check == "STATUS-6/progress-100")
    assert absent.evidence[0].note == "the dialect minimal says `fields: {OrderStatus: {progress: null}}`"
    assert absent.kind is None, "report.schema.json knows a kind only of what is broken"


def test_a_stored_run_keeps_the_reasons() -> None:
    """By their words."""
    reasons = absent_facts.absent_facts(load_dialect("legacy"))
    stored = reasons_of_stored({check: why.text for check, why in reasons.items()})
    assert {why.reason for why in stored.values()} == {Reason.FACT_ABSENT}


def test_a_204_is_the_reason_where_the_file_says_no_more() -> None:
    """The line that the file has, not one that follows from it."""
    for text, line in (("codes: {acknowledged: 204}", "codes: {acknowledged: 204}"),
                       ("acknowledgement: {answer: null}", "acknowledgement: {answer: null}")):  # fmt: skip
        reasons = absent_facts.absent_facts(parse_dialect(f"name: vendor\n{text}\n"))
        assert reasons["BATCH-5/answer"].text == f"the dialect vendor says `{line}`"


def test_the_page_has_the_table() -> None:
    """As the code has it; `scripts/absent_facts.py` writes it."""
    done = subprocess.run([sys.executable, "scripts/absent_facts.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0
