"""Two servers that share no code with the mock: nothing is found, but each of the ways in which they can be wrong."""

import pytest

from contract_tests.tests.helpers.example_servers import EXAMPLE_SERVERS, Example, served
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run

GOOD = (Verdict.PASS, Verdict.NOT_APPLICABLE)
FIRST_DEFECTS = [(example, *example.defects[0]) for example in EXAMPLE_SERVERS]
"""`scripts/verify_servers.py --defects` tries all."""


@pytest.mark.parametrize("example", EXAMPLE_SERVERS, ids=lambda one: one.name)
def test_no_fault_is_found_with_a_right_server(example: Example) -> None:
    """Every requirement passes, or does not apply to a server on this machine."""
    with served(example) as target:
        done = run(target, Options(seed=6))
    found = {one.requirement.id: one.summary for one in done.judgements if one.verdict not in GOOD}
    assert not found
    assert done.exit_status == 0


@pytest.mark.parametrize(
    "example", [one for one in EXAMPLE_SERVERS if one.name == "node_server"], ids=lambda one: one.name
)
def test_no_fault_is_found_where_reports_are_pages_alone(example: Example) -> None:
    """A service may offer one type; what compares types or reads members of a report does not apply then."""
    with served(example, "--types", "pdf") as target:
        done = run(target, Options(seed=6))
    assert not {one.requirement.id: one.summary for one in done.judgements if one.verdict not in GOOD}
    away = {one.requirement.id for one in done.judgements if one.verdict is Verdict.NOT_APPLICABLE}
    assert {"RESULTS-7", "RESULTS-10"} < away


@pytest.mark.parametrize("example", EXAMPLE_SERVERS, ids=lambda one: one.name)
def test_five_ways_of_being_wrong_are_described(example: Example) -> None:
    """In the table of its README, each with the requirement that must see it."""
    assert len(dict(example.defects)) == 5


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
