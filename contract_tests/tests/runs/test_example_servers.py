"""Servers that share no code with the mock: nothing is found, but each of the ways in which they can be wrong."""

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from contract_tests.tests.helpers.example_servers import EXAMPLE_SERVERS, EXAMPLES, Example, served
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.history_file import HistoryJsonl
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_spec.documents import requirements

GOOD = (Verdict.PASS, Verdict.NOT_APPLICABLE)
ABOUT_REPORTS = ("RESULTS-*", "GROUP-*", "PROTO-*")
LATER_DEFECTS = [
    ("starlette_server", "starlette_server/defects.py", r"^@defect\ndef (\w+)"),
    ("java_server", "Defects.java", r'"([a-z0-9-]+)"'),
]
"""Folder, the source that has its defects, and how they stand there. It takes no JDK to read them."""
FIRST_DEFECTS = [(example, *example.defects[0]) for example in EXAMPLE_SERVERS]
"""`scripts/verify_servers.py --defects` tries all."""


def test_no_fault_is_found_with_a_right_server(tmp_path: Path) -> None:
    """Every requirement passes, or does not apply to a server on this machine. So it is when the run is judged again.

    Of a part, what was redacted may leave nothing to judge. `scripts/verify_servers.py` judges all servers whole.
    """
    with served(EXAMPLE_SERVERS[0]) as target:
        done = run(target, Options(seed=6), [HistoryJsonl(tmp_path)])
    again = replay(load_run(tmp_path))
    assert [one.verdict for one in again.judgements] == [one.verdict for one in done.judgements]
    before = {part.check: part.verdict for one in done.judgements for part in one.parts}
    after = {part.check: part.verdict for one in again.judgements for part in one.parts}
    missing = Verdict.NOT_EXERCISED
    assert {after.get(check, missing) for check in before if before[check] != after.get(check)} <= {missing}
    found = {one.requirement.id: one.summary for one in done.judgements if one.verdict not in GOOD}
    assert not found
    assert done.exit_status == 0


def test_no_fault_is_found_where_reports_are_pages_alone() -> None:
    """A service may offer one type; what compares types or reads members of a report does not apply then.

    `scripts/verify_servers.py --types pdf` judges it whole.
    """
    (example,) = [one for one in EXAMPLE_SERVERS if one.name == "node_server"]
    with served(example, "--types", "pdf") as target:
        done = run(target, Options(seed=6, requirements=ABOUT_REPORTS))
    judged = [one for one in done.judgements if any(fnmatch(one.requirement.id, name) for name in ABOUT_REPORTS)]
    assert len(judged) > 20
    assert not {one.requirement.id: one.summary for one in judged if one.verdict not in GOOD}
    away = {one.requirement.id for one in done.judgements if one.verdict is Verdict.NOT_APPLICABLE}
    assert {"RESULTS-7", "RESULTS-10"} <= away


@pytest.mark.parametrize("example", EXAMPLE_SERVERS, ids=lambda one: one.name)
def test_five_ways_of_being_wrong_are_described(example: Example) -> None:
    """In the table of its README, each with the requirement that must see it."""
    assert len(dict(example.defects)) == 5


@pytest.mark.parametrize(("name", "source", "pattern"), LATER_DEFECTS, ids=lambda one: str(one))
def test_twenty_ways_of_being_wrong_are_described(name: str, source: str, pattern: str) -> None:
    """Those that a later server has are those of its README's table, each with a requirement that there is."""
    page = (EXAMPLES / name / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([a-z0-9-]+)` \|.*\| ([A-Z]+-[0-9]+|none: [A-Z]+-[0-9]+ should) \|$", page, re.MULTILINE)
    known = re.findall(pattern, (EXAMPLES / name / source).read_text("utf-8"), re.MULTILINE)
    assert sorted(defect for defect, _ in rows) == sorted(defect.replace("_", "-") for defect in known)
    assert len(rows) == 20
    named = {requirement.removeprefix("none: ").removesuffix(" should") for _, requirement in rows}
    assert named <= set(requirements())


@pytest.mark.parametrize(("example", "defect", "requirement"), FIRST_DEFECTS, ids=lambda one: getattr(one, "name", one))
def test_a_way_of_being_wrong_is_seen(example: Example, defect: str, requirement: str) -> None:
    """By the requirement that its README names."""
    with served(example, "--defect", defect) as target:
        done = run(target, Options(requirements=(requirement,)))
    assert [one.verdict for one in done.judgements if one.requirement.id == requirement] == [Verdict.FAIL]
    assert done.exit_status == 1


@pytest.mark.parametrize("example", EXAMPLE_SERVERS, ids=lambda one: one.name)
def test_a_server_may_be_wrong_in_several_ways(example: Example) -> None:
    """Each `--defect` counts, not the last alone."""
    (first, seen_first), (second, seen_second) = example.defects[1:3]
    with served(example, "--defect", first, "--defect", second) as target:
        done = run(target, Options(requirements=(seen_first, seen_second)))
    failed = {one.requirement.id for one in done.judgements if one.verdict is Verdict.FAIL}
    assert failed == {seen_first, seen_second}
