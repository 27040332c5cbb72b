"""Builds the page of the kill matrix: a row for each defect, a column for each requirement."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pacsimile_contract.english import ranged
from pacsimile_contract.findings.registry import judged_requirements
from pacsimile_contract.judging.bench import NOT_TESTED_YET
from pacsimile_contract.reporting.html.badge import Badge
from pacsimile_contract.reporting.html.rendering import render
from pacsimile_contract.reporting.report_json import versions
from pacsimile_contract.runner.matrix import Row
from pacsimile_contract.runner.matrix_summary import REASONS, Summary, shortcomings, summarized
from pacsimile_spec import Requirement, requirements

_COLOURS = {
    "killed": "pass", "killed elsewhere": "warn", "survived": "fail", "error": "error",
    NOT_TESTED_YET: "not-exercised",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Column:
    """A requirement; `alone` is the number of defects for which only it fails, if it is `counted`."""

    id: str
    title: str
    counted: bool
    alone: int


@dataclass(frozen=True, slots=True)
class Cell:
    """The verdict of a requirement on a defect: F, W, E or nothing, with its CSS classes."""

    sign: str
    classes: str


@dataclass(frozen=True, slots=True)
class DefectView:
    """A defect: the requirement that it breaks, its outcome, and all verdicts. `words` are the text for the search."""

    name: str
    summary: str
    outcome: Badge
    level: str
    clause: Requirement
    cells: Sequence[Cell]
    words: str
    crashed: str
    summaries: Sequence[tuple[str, str]]


def matrix_page(rows: Sequence[Row], *, whole: bool, facts: str) -> Iterator[str]:
    """Yield the page of a matrix piece by piece.

    Args:
        rows: The verdicts on each defect and on the undamaged mock.
        whole: Whether every defect was tried.
        facts: How the matrix was made, as text.
    """
    damaged = [row for row in rows if row.defect.name]
    concerned = {name for row in damaged for name in (row.defect.requirement, *row.red, *row.warned_by, *row.errors)}
    names = [name for name in requirements() if name in judged_requirements() and (whole or name in concerned)]
    summary, problems = summarized(rows, whole=whole), shortcomings(rows, whole=whole)
    return render(
        "matrix.html.j2",
        outcome=_badge("survived" if problems else "killed"),
        summary=summary,
        median_red=f"{summary.median_red:g}",
        undamaged=_health(rows),
        shortcomings=problems,
        facts=facts,
        versions=", ".join(f"{name} {version[:12]}" for name, version in versions().items()),
        counts=[(_badge(outcome), count) for outcome, count in Counter(row.outcome for row in damaged).most_common()],
        columns=[_column(name, summary) for name in names],
        defects=[_defect(row, names) for row in damaged],
        remarks=_remarks(summary),
    )


def _badge(outcome: str) -> Badge:
    return Badge(outcome, _COLOURS[outcome])


def _health(rows: Sequence[Row]) -> str:
    """Return `clean` for an undamaged mock without failures, else what failed."""
    undamaged = [row for row in rows if not row.defect.name]
    red = [name for row in undamaged for name in (*row.killed_by, *row.warned_by, *row.errors)]
    crashed = [row.crashed for row in undamaged if row.crashed]
    return f"not clean: {', '.join(crashed or red)}" if crashed or red else "clean"


def _column(name: str, summary: Summary) -> Column:
    return Column(name, requirements()[name].title, name in summary.alone, len(summary.alone.get(name, ())))


def _defect(row: Row, columns: Sequence[str]) -> DefectView:
    defect = row.defect
    return DefectView(
        name=defect.name,
        summary=defect.summary,
        outcome=_badge(row.outcome),
        level=defect.level,
        clause=requirements()[defect.requirement],
        cells=[_cell(row, column) for column in columns],
        words=" ".join((defect.requirement, defect.summary, *row.red)),
        crashed=row.crashed or "",
        summaries=row.summaries,
    )


def _cell(row: Row, column: str) -> Cell:
    by_sign = (("F", "fail", row.killed_by), ("W", "warn", row.warned_by), ("E", "error", row.errors))
    sign, colour = next(((sign, colour) for sign, colour, names in by_sign if column in names), ("", ""))
    return Cell(sign, " ".join(filter(None, (colour, "named" if column == row.defect.requirement else ""))))


def _remarks(summary: Summary) -> list[str]:
    alone = sum(bool(defects) for defects in summary.alone.values())
    lines = [f"{alone} of {len(summary.alone)} requirements are the only one to fail for at least one defect."]
    if summary.only_with_others:
        lines.append(f"Fail only together with others: {ranged(summary.only_with_others)}.")
    if summary.never_red:
        lines.append(f"Fail for no defect: {ranged(summary.never_red)}.")
    unproven = (*summary.only_with_others, *summary.never_red)
    return [*lines, *(f"{name}: {REASONS[name]}." for name in unproven if name in REASONS)]
