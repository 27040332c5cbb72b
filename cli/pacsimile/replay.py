"""`pacsimile replay`: judge a stored run again, without a server."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pacsimile.option_types import Word
from pacsimile.verify import guarded, names, read_to_the_end, requirement_option
from pacsimile_contract.reporting import drift_report
from pacsimile_contract.reporting.console import console_on
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.terminal import on_standard_output
from pacsimile_contract.run.events import InventoryTaken, Listener
from pacsimile_contract.runner.replay import events_of, replay
from pacsimile_contract.runner.stored_run import Stored, load_run
from pacsimile_contract.target.model import Profile


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option(
    "--profile",
    type=Word(["strict", "documented"]),
    help="Which failures count as FAIL. Without it: the profile of the run.",
)
@requirement_option
@click.option("--report", type=click.Path(path_type=Path, file_okay=False), help="Write the reports to this folder.")
@click.option(
    "--compare",
    is_flag=True,
    help="List where the service differs from the mock in shape and words. With --report: drift.md, drift.json.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show every requirement, and every finding with its evidence.")
def command(
    run: Path,
    profile: Profile | None,
    requirement: tuple[str, ...],
    report: Path | None,
    compare: bool,
    verbose: bool,
) -> None:
    """Judge a stored run of verify again, without a server.

    RUN is the folder that `pacsimile verify --report` wrote, or its history.jsonl.
    """

    def work() -> int:
        stored = load_run(run)
        done = replay(stored, profile, names(requirement))
        shown = on_standard_output(report, verbose=verbose)
        listeners: list[Listener] = [shown]
        if report is not None:
            listeners.append(ReportFolder(report, again=True, more=drift_report.FILES if compare else ()))
        for event in (InventoryTaken(stored.run.get("inventory", ())), *events_of(done)):
            for listener in listeners:
                listener(event)
        if compare:
            _compare(stored, report)
        read_to_the_end(shown)
        return done.exit_status

    raise guarded(work)


def _compare(stored: Stored, report: Path | None) -> None:
    from pacsimile.drift.mock_answers import mock_answers
    from pacsimile_contract.drift.comparison import Comparison

    comparison = Comparison(mock_answers(stored.dialect), lambda exchange: exchange.body_was_stored)
    for number in sorted(stored.exchanges):
        comparison.add(stored.exchanges[number])
    drift_report.show(comparison.drift, console_on(sys.stdout), report)
    if report is not None:
        drift_report.write(comparison.drift, report)
