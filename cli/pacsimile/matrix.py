"""`pacsimile matrix`: show that the checks fail on servers that are wrong on purpose."""

from __future__ import annotations

import errno
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from pacsimile.option_types import Word
from pacsimile.verify import ERROR, guarded, names
from pacsimile_contract.english import ranged
from pacsimile_contract.errors import UsageError
from pacsimile_contract.findings.registry import LEVELS
from pacsimile_contract.judging.bench import NOT_TESTED_YET
from pacsimile_contract.provider.mock_worlds import Defect, Mock, control_token, mock_at
from pacsimile_contract.reporting.console import Console, Styled, console_on
from pacsimile_contract.reporting.html.matrix_html import matrix_page
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.matrix import Row, chosen, rows
from pacsimile_contract.runner.matrix_summary import REASONS, document, shortcomings, summarized
from pacsimile_contract.runner.signals import stopped_in_order
from pacsimile_spec import requirements, runtime_file
from pacsimile_spec.addresses import fault_of_base
from pacsimile_spec.plain import one_line

_COLOURS = {
    "killed": "green",
    "killed elsewhere": "yellow",
    "survived": "bold red",
    "error": "bold magenta",
    NOT_TESTED_YET: "cyan",
}


class _Progress:
    """Write a line for each row as it comes. On a terminal, show a progress bar below."""

    def __init__(self, console: Console, total: int) -> None:
        self._console, self._total, self._began = console, total, time.monotonic()
        self._done = -1  # the undamaged mock comes first and does not count as a defect
        self._counts: Counter[str] = Counter()

    def __call__(self, row: Row) -> None:
        self._done += 1
        if row.defect.name:
            self._counts[row.outcome] += 1
            self._row(row)
        else:
            verdicts = ", ".join((*row.killed_by, *row.warned_by, *row.errors)) or "clean"
            self._console.line(
                f"undamaged: {row.why_unjudged or verdicts} ({row.requests} requests, {row.seconds:.1f} s)"
            )
        self._bar()

    def _row(self, row: Row) -> None:
        by = row.why_unjudged or ", ".join(row.red or row.warned_by or row.errors) or "nothing"
        by += " (at level full)" if row.at_full else ""
        outcome = Styled(f"{row.outcome:<17}", _COLOURS[row.outcome])
        self._console.truncated_line(outcome, f"{row.defect.requirement:<11}{row.defect.name:<38} {by}")

    def _bar(self) -> None:
        full = 20 * self._done // max(self._total, 1)
        counts = [
            piece
            for outcome, number in self._counts.items()
            for piece in (" ", Styled(outcome, _COLOURS[outcome]), f" {number}")
        ]
        left = (time.monotonic() - self._began) / self._done * (self._total - self._done) if self._done else 0.0
        more = f", about {left:.0f} s more" if self._done and self._done < self._total else ""
        self._console.bar(f"{'█' * full}{'·' * (20 - full)} {self._done}/{self._total}", *counts, more)


def _table(judged_rows: Sequence[Row], console: Console, *, whole: bool) -> None:
    console.line()
    for row in judged_rows:
        if row.defect.name and row.outcome not in ("killed", NOT_TESTED_YET):
            outcome = Styled(row.outcome, _COLOURS[row.outcome])
            console.line(outcome, f" {row.defect.name}, which breaks {requirements()[row.defect.requirement].named}")
            console.paragraph(row.defect.summary, indent="  ")
            for requirement, summary in row.summaries:
                console.paragraph(f"{requirement}: {summary[:200]}", indent="    ", hang="      ")
    shown = summarized(judged_rows, whole=whole)
    alone = sum(bool(defects) for defects in shown.alone.values())
    console.line(f"{alone} of {len(shown.alone)} requirements are the only one to fail for at least one defect")
    for title, listed in (("only together with others", shown.only_with_others), ("for no defect", shown.never_red)):
        if listed:
            console.paragraph(f"fail {title}: {ranged(listed)}", indent="  ", hang="    ")
    for name in (*shown.only_with_others, *shown.never_red):
        if name in REASONS:
            console.paragraph(f"{name}: {REASONS[name]}", indent="    ", hang="      ")
    console.line(f"the median defect fails {shown.median_red:g} requirements, the worst {shown.most_red}")
    killed = f"{shown.must_killed} of {shown.must} MUST defects killed by the requirement that they break"
    console.line(Styled(killed, "green" if shown.must_killed == shown.must else "bold red"))
    for problem in shortcomings(judged_rows, whole=whole):
        console.paragraph(f"problem: {problem}", indent="", hang="  ")


def _judged(
    urls: Sequence[str],
    token: str | None,
    globs: Sequence[str],
    wanted: Sequence[str],
    options: Options,
    workers: int,
    console: Console,
) -> tuple[list[Row], bool]:
    """Return the rows, and whether they cover all defects. An undamaged mock without a verdict ends the run."""
    _check_addresses(urls)
    catalogues = [_defects(url, token) for url in urls]  # of each mock: so all know the token before the first verdict
    every, mocks = catalogues[0], [_mock(url, token) for url in urls]
    defects = chosen(every, globs, wanted)
    progress, judged_rows = _Progress(console, len(defects)), list[Row]()
    for row in rows(mocks, defects, options, workers):
        judged_rows.append(row)
        progress(row)
        if not row.defect.name and row.why_unjudged:
            break
    order = {defect.name: place for place, defect in enumerate(defects)}
    return sorted(judged_rows, key=lambda row: order.get(row.defect.name, -1)), len(defects) == len(every)


def _check_addresses(urls: Sequence[str]) -> None:
    """Raise UsageError for an address that cannot be used, and for a mock that is given twice."""
    for number, url in enumerate(urls, 1):
        fault = fault_of_base(url)
        if fault:  # which one, by its place: an address may have a password in it
            raise UsageError(f"URL {number}: {fault}")
    places = [runtime_file.one_spelling(url) for url in urls]
    for number, place in enumerate(places, 1):
        first = places.index(place) + 1
        if first != number:
            raise UsageError(f"URL {first} and URL {number} are the same mock, {urls[first - 1]}: give it once")


def _mock(url: str, token: str | None) -> Callable[[], Mock]:
    mock_at(url, token).close()
    return partial(Mock, url, control_token(url, token))


def _defects(url: str, token: str | None) -> list[Defect]:
    opened = _mock(url, token)()
    try:
        return opened.defects()
    finally:
        opened.close()


def _listed(url: str, token: str | None, globs: Sequence[str], wanted: Sequence[str]) -> int:
    for defect in chosen(_defects(url, token), globs, wanted):
        click.echo(f"{defect.requirement:<11}{defect.level:<7}{defect.name:<38} {defect.summary}")
    click.echo("\nColumns: the requirement that the defect breaks, its level, the defect's name, what the defect does.")
    return 0


def _check_files(as_json: Path | None, html: Path | None) -> None:
    """Raise UsageError if a file cannot be written, or is to be both, before the run takes minutes."""
    if as_json is not None and html is not None and as_json.resolve() == html.resolve():
        raise UsageError(f"{html}: is given for --json and for --html: give two files")
    for file in filter(None, (as_json, html)):
        try:
            file.touch()
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror}") from None


def _status(judged_rows: Sequence[Row], *, whole: bool) -> int:
    if any(row.why_unjudged for row in judged_rows):
        return ERROR
    return 1 if shortcomings(judged_rows, whole=whole) else 0


@click.command()
@click.argument("urls", metavar="URL...", nargs=-1, required=True)
@click.option(
    "--defects", multiple=True, metavar="GLOB", help="Only defects with these names, such as limit-*. Repeatable."
)
@click.option(
    "--requirements",
    "--requirement",
    "wanted",
    multiple=True,
    metavar="IDS",
    help="Only defects that break these requirements.",
)
@click.option("--level", type=Word(LEVELS), default="standard", show_default=True, help="How much to test.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="Seed of random input.")
@click.option(
    "--workers",
    type=click.IntRange(1, 32),
    default=3,
    show_default=True,
    help="Number of worlds judged at the same time.",
)
@click.option(
    "--json", "as_json", type=click.Path(path_type=Path, dir_okay=False), help="Write the matrix to this file."
)
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), help="Write the matrix to this file as an HTML page."
)
@click.option("--list", "show", is_flag=True, help="List the defects and judge nothing.")
@click.option(
    "--control-token",
    envvar="PACSIMILE_CONTROL_TOKEN",
    help="Control token of all the mocks. Not needed for mocks that you started, each of which may have its own.",
)
def command(urls: tuple[str, ...], control_token: str | None, **given: Any) -> None:
    """Test the tests: judge a mock with one deliberate defect at a time, and show which requirement detects it.

    A defect is killed when the requirement that it breaks fails. URL is a mock on this machine. Give several
    URLs to use more cores: the mocks share the defects.

    The matrix holds if the mock without a defect passes, each defect is killed, and the median defect fails at most two
    requirements. In a run of all defects, each requirement must also be the only one to fail for some defect, or the
    matrix gives the reason why not.

    Exit status: 0 it holds, 1 it does not, 2 wrong usage, 4 an error prevented a verdict.
    """
    globs, wanted = (
        [glob for globs_given in given["defects"] for glob in globs_given.split(",")],
        names(given["wanted"]),
    )

    def work() -> int:
        if given["show"]:
            return _listed(urls[0], control_token, globs, wanted)
        _check_files(given["as_json"], given["html"])
        console, options = (
            console_on(sys.stdout, survives_close=bool(given["as_json"] or given["html"])),
            Options(level=given["level"], seed=given["seed"], repeats=0),
        )
        judged_rows, whole = _judged(urls, control_token, globs, wanted, options, given["workers"], console)
        if why := judged_rows[0].why_unjudged:
            click.echo(f"pacsimile: no verdict on the undamaged mock: {one_line(why)}", err=True)
            return ERROR
        _table(judged_rows, console, whole=whole)
        if given["as_json"] is not None:
            given["as_json"].write_text(json.dumps(document(judged_rows, whole=whole), indent=1) + "\n", "utf-8")
        if given["html"] is not None:
            facts = f"level {options.level}, seed {options.seed}, {len(judged_rows) - 1} defects"
            with given["html"].open("w", encoding="utf-8") as file:
                file.writelines(matrix_page(judged_rows, whole=whole, facts=facts))
        if console.closed:
            raise BrokenPipeError(errno.EPIPE, "nobody reads on")
        return _status(judged_rows, whole=whole)

    with stopped_in_order():
        raise guarded(work)
