"""The page that compares judges has the figures of the results that are kept, and what it counts is counted right."""

from pathlib import Path

import pytest

from pacsimile_mock.worlds import defect_registry
from scripts.compare_judges.page import PAGE, README, Figures, with_figures
from scripts.compare_judges.results import Results, Row
from scripts.compare_judges.subjects import all_defects, drawn, origins

KEPT = Results.read()


def row(judge: str, subject: str, *findings: str, requirement: str = "", run: int = 0) -> Row:
    return Row(judge, subject, requirement, run, list(findings), requests=10, seconds=2.0, processor=1.0)


def results(*rows: Row) -> Results:
    judges = {name: {"version": "1", "licence": "MIT"} for name in ("pacsimile verify", "Peer")}
    return Results(judges, {"seed": 1, "all": False, "of": 9, "limit": 60}, list(rows))


@pytest.mark.parametrize("page", [PAGE, README], ids=lambda page: page.name)
def test_the_page_has_the_figures_of_the_kept_results(page: Path) -> None:
    """After a run, or a change of the script: `python scripts/compare_judges/run.py --page`."""
    text = page.read_text("utf-8")
    assert text == with_figures(text, KEPT)


def test_a_kill_is_what_is_not_reported_of_the_right_server() -> None:
    """In no run of it; the panel's defects are defects of the mock."""
    seen = results(
        row("Peer", "mock/none", "a"),
        row("Peer", "mock/none", "b", run=1),
        row("Peer", "java_server/none", "c"),
        row("Peer", "mock/x", "a", "b", requirement="AUTH-1"),
        row("Peer", "panel/y", "a", "c", requirement="AUTH-1"),
        row("pacsimile verify", "mock/x", "AUTH-1", requirement="AUTH-1"),
        row("pacsimile verify", "panel/y", requirement="AUTH-1"),
    )
    assert [seen.new(one) for one in seen.rows if not one.right] == [[], ["c"], ["AUTH-1"], []]
    figures = Figures(seen)
    assert "| Peer | 1 of 2 | 1 of 2 | 0 of 1 | 1 of 1 |  |  |" in figures.kills()
    assert "| `panel/y` | AUTH-1 | Peer | c |" in figures.theirs()
    assert figures.survivors() == "`panel/y` (AUTH-1)."
    assert "| Peer | 2 | 1 |" in figures.alarms()


def test_results_are_read_as_they_were_written(tmp_path: Path) -> None:
    """A row takes the place of one that ended in an error."""
    seen = results(row("Peer", "mock/none", "é | \n a"))
    seen.add(Row("Peer", "mock/x", "AUTH-1", 0, [], error="it stopped"))
    assert not seen.has("Peer", "mock/x", 0)
    seen.add(row("Peer", "mock/x", "z", requirement="AUTH-1"))
    seen.write(tmp_path / "results.json")
    assert Results.read(tmp_path / "results.json") == seen
    assert seen.has("Peer", "mock/x", 0)
    assert len(seen.rows) == 2


def test_a_sample_has_each_origin_and_each_group_of_the_mock() -> None:
    """The same seed draws the same defects in the same order. None of the panel's is left among the mock's own."""
    sample = drawn(origins(60), 1)
    assert sample == drawn(origins(60), 1)
    assert {subject.origin for subject in sample} >= {"mock", "panel", "starlette_server"}
    assert not any(name.startswith("panel-") for name in defect_registry._registered)
    assert {subject.group for subject in sample if subject.origin == "mock"} == {
        subject.group for subject in all_defects() if subject.origin == "mock"
    }
