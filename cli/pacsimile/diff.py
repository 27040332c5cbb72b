"""`pacsimile diff`: show what changed between two runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from pacsimile.verify import guarded
from pacsimile_contract.english import ranged
from pacsimile_contract.reporting.comparison import (
    Change,
    Comparison,
    Direction,
    by_direction,
    compare,
    document,
    load_report,
)
from pacsimile_contract.reporting.console import Console, Styled, console_on
from pacsimile_spec import requirements
from pacsimile_spec.plain import inert_json

_COLOURS: dict[Direction, str | None] = {"worse": "bold red", "better": "green", "other": "cyan"}


@click.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the comparison as a JSON object.")
def command(before: Path, after: Path, as_json: bool) -> None:
    """Compare two runs of verify.

    BEFORE and AFTER are folders written by `verify --report`, or their report.json.

    Exit status: 0 nothing got worse, 1 something got worse, 2 wrong usage.
    """

    def work() -> int:
        comparison = compare(load_report(before), load_report(after))
        if as_json:
            click.echo(inert_json(json.dumps(document(comparison), indent=1, ensure_ascii=False)))
        else:
            _show(comparison, console_on(sys.stdout))
        return int(comparison.worse)

    raise guarded(work)


def _show(comparison: Comparison, console: Console) -> None:
    for name, old, new in comparison.facts:
        console.line(f"{name}: {old} → {new}")
    _changes(comparison.requirements, comparison.parts, console)
    if comparison.not_compared:
        console.paragraph(
            f"not compared, because not selected in both runs: {ranged(comparison.not_compared)}", hang="  "
        )
    counts = [(way, sum(change.direction == way for change in comparison.requirements)) for way in _COLOURS]
    summary = ", ".join(f"{number} {'changed' if way == 'other' else way}" for way, number in counts if number)
    if not comparison.requirements and not comparison.parts:
        summary = "no verdict changed"
    console.line(f"requirements: {summary or 'same verdicts, but parts changed'}")


def _changes(changed: Sequence[Change], parts: Sequence[Change], console: Console) -> None:
    within: dict[str, list[Change]] = {}
    for part in parts:
        within.setdefault(part.check.partition("/")[0], []).append(part)
    for change in by_direction(changed):
        _change(change, change.check, console, "", requirements()[change.check].title)
        _parts(within.pop(change.check, []), console, "  ")
    for many in within.values():
        _parts(many, console, "")


def _parts(parts: Sequence[Change], console: Console, indent: str) -> None:
    """Show the changed parts of one requirement. Parts with the same change are shown together."""
    alike: dict[tuple[str, str, str], list[Change]] = {}
    for part in by_direction(parts):
        alike.setdefault((part.before, part.after, part.note), []).append(part)
    for many in alike.values():
        requirement = many[0].check.partition("/")[0]
        names = ", ".join(change.check.partition("/")[2] for change in many)
        _change(many[0], f"{requirement}/{names}", console, indent)


def _change(change: Change, names: str, console: Console, indent: str, title: str = "") -> None:
    word = "changed" if change.direction == "other" else change.direction
    verdicts = f"{change.before} → {change.after}"
    console.line(indent, Styled(word, _COLOURS[change.direction]), f" {names}{title and ' '}{title}: {verdicts}")
    if "/" in names and change.note and change.direction != "better":
        console.paragraph(change.note, indent=indent + "  ", hang=indent + "    ")
