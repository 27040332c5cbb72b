"""Two runs side by side: the laws of a comparison, and what cannot be compared."""

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers.small_run import finished
from pacsimile_contract.errors import UsageError
from pacsimile_contract.reporting.comparison import ABSENT, Change, compare, document, load_report
from pacsimile_contract.reporting.report_json import ReportJson, report

VERDICTS = ("PASS", "N/A", "NOT-EXERCISED", "WARN", "ERROR", "FAIL")


def with_verdict(verdict: str, summary: str = "why", check: str = "STATUS-2/latest") -> dict[str, Any]:
    """Return the small run's report with one part, and its requirement, of that verdict."""
    made = json.loads(json.dumps(report(finished())))
    row = next(one for one in made["verdicts"] if one["requirement"] == "STATUS-2")
    part = {"check": check, "level": "MUST", "verdict": verdict, "kind": None, "evidence": []}
    row.update(verdict=verdict, summary=summary, parts=[part])
    return made


def test_a_run_is_the_same_as_itself() -> None:
    """Nothing changed, nothing is worse."""
    found = compare(report(finished()), report(finished()))
    assert (found.requirements, found.parts, found.facts, found.worse) == ((), (), (), False)


@pytest.mark.parametrize(("before", "after"), list(product(VERDICTS, VERDICTS)))
def test_the_other_way_round_it_is_the_same_changes(before: str, after: str) -> None:
    """The same checks with the two sides exchanged; no change is worse, or better, in both directions."""
    there = compare(with_verdict(before), with_verdict(after))
    back = compare(with_verdict(after), with_verdict(before))
    sides = {(one.check, one.before, one.after) for one in (*there.requirements, *there.parts)}
    assert sides == {(one.check, one.after, one.before) for one in (*back.requirements, *back.parts)}
    assert bool(sides) == (before != after)
    directions = (there.parts[0].direction, back.parts[0].direction) if sides else ("other", "other")
    assert directions not in {("worse", "worse"), ("better", "better")}


@pytest.mark.parametrize(
    ("before", "after", "direction"),
    [
        ("PASS", "FAIL", "worse"), ("PASS", "NOT-EXERCISED", "worse"), ("NOT-EXERCISED", "WARN", "worse"),
        ("FAIL", "PASS", "better"), ("FAIL", "WARN", "better"), ("FAIL", "NOT-EXERCISED", "other"),
        ("FAIL", "N/A", "other"), ("N/A", "PASS", "other"), (ABSENT, "FAIL", "worse"), (ABSENT, "N/A", "other"),
        (ABSENT, "NOT-EXERCISED", "other"), ("FAIL", ABSENT, "other"),
    ],
)  # fmt: skip
def test_less_bad_is_better_only_where_it_was_seen(before: str, after: str, direction: str) -> None:
    """A failure that nobody looked for any more is no good news; a check that is new is not worse for that."""
    assert Change("STATUS-2/latest", before, after).direction == direction


def test_parts_that_came_and_went_are_told() -> None:
    """By the word absent."""
    found = compare(with_verdict("PASS"), with_verdict("PASS", check="STATUS-2/tie"))
    assert {(one.check, one.before, one.after) for one in found.parts} == {
        ("STATUS-2/tie", ABSENT, "PASS"), ("STATUS-2/latest", "PASS", ABSENT),
    }  # fmt: skip
    assert not found.worse


@pytest.mark.parametrize(("verdict", "changes"), [("PASS", 0), ("FAIL", 1)])
def test_a_part_that_calls_happen_to_show_is_no_change(verdict: str, changes: int) -> None:
    """Unless it is broken: which calls a run makes depends on what the service holds that night."""
    before, after = with_verdict(verdict), with_verdict(verdict)
    for report_of_run, part in ((before, "histories"), (after, "latest")):
        row = next(row for row in report_of_run["verdicts"] if row["requirement"] == "STATUS-2")
        row["parts"][0]["check"] = f"STATUS-2/{part}"
    assert len([change for change in compare(before, after).parts if change.check == "STATUS-2/histories"]) == changes


def test_what_was_not_selected_is_not_compared() -> None:
    """A run of some requirements says nothing of the others."""
    found = compare(with_verdict("PASS"), with_verdict("NOT-EXERCISED", "not selected"))
    assert "STATUS-2" in found.not_compared
    assert not found.worse


def test_what_it_was_judged_by_is_compared() -> None:
    """Profile, seed and versions, each with both sides."""
    other = {**report(finished()), "profile": "documented", "versions": {"pacsimile": "9"}}
    facts = {name: (before, after) for name, before, after in compare(report(finished()), other).facts}
    assert facts["profile"] == ("strict", "documented")
    assert facts["pacsimile"][1] == "9"
    assert facts["openapi_sha256"][1] == ABSENT


def test_it_can_be_written_as_json(tmp_path: Path) -> None:
    """From two folders, with all that a script needs."""
    ReportJson(tmp_path)(finished())
    before = load_report(tmp_path)
    found = json.loads(json.dumps(document(compare(with_verdict("PASS"), before))))
    assert found["worse"] is True
    assert {"check": "STATUS-2", "before": "PASS", "after": "FAIL", "direction": "worse"}.items() <= (
        found["requirements"][0].items()
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (None, "cannot be read"), ("{", "is not JSON"), ('{"a": 1}', "is not a report: at its top"),
        ("[]", "is not a report"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_said_in_one_line(tmp_path: Path, text: str | None, words: str) -> None:
    """Missing, no JSON, another document."""
    if text is not None:
        (tmp_path / "report.json").write_text(text)
    with pytest.raises(UsageError, match=words) as raised:
        load_report(tmp_path)
    assert "\n" not in str(raised.value)
