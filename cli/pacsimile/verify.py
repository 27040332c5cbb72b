"""`pacsimile verify`: judges an implementation of the API, requirement by requirement."""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path

import click

from pacsimile_contract.errors import UsageError
from pacsimile_contract.events import Listener
from pacsimile_contract.judging import NOT_TESTED_YET
from pacsimile_contract.registry import LEVELS, LevelOfRun, judged_requirements, parts_of, scenarios
from pacsimile_contract.reporting.history_file import HistoryJsonl
from pacsimile_contract.reporting.junit import JunitXml
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.reporting.terminal import Terminal
from pacsimile_contract.run import Options
from pacsimile_contract.runner import run, selected
from pacsimile_contract.target import Target, load_target
from pacsimile_contract.verdict import Profile
from pacsimile_contract.worlds import judge_world_of
from pacsimile_spec import requirements

USAGE = 2
"""Exit status where something given cannot be used."""


def usage(error: UsageError) -> SystemExit:
    """Say in one line what is wrong and what to do; exit status 2."""
    click.echo(f"pacsimile: {error}", err=True)
    return SystemExit(USAGE)


def terminal() -> Terminal:
    """Return the report on standard output."""
    return Terminal(sys.stdout, colour=sys.stdout.isatty())


def listeners(report: Path | None) -> list[Listener]:
    """Return the report on standard output, and those in a folder, which is made; UsageError where it cannot be."""
    found: list[Listener] = [terminal()]
    if report is not None:
        try:
            report.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"{report}: cannot be made: {error.strerror}; give --report another folder") from None
        found += [ReportJson(report), JunitXml(report), HistoryJsonl(report)]
    return found


def _listed(patterns: Sequence[str]) -> None:
    judged = judged_requirements()
    for name in selected(patterns):
        row = requirements()[name]
        state = f"{len(parts_of(name))} parts" if name in judged else row.not_tested_because or NOT_TESTED_YET
        click.echo(f"{name} ({row.level}, {row.source}{', harm' if row.harm else ''}; {state})")
        click.echo(textwrap.fill(row.words, 100, initial_indent="  ", subsequent_indent="  "))
        needs = {state for one in scenarios() if name in one.requirements for state in one.needs}
        if needs:
            click.echo(f"  needs {', '.join(sorted(needs))}")


def _judged(target: Target, options: Options, report: Path | None) -> int:
    return run(target, options, listeners(report)).exit_status


def _verify(url: str | None, file: Path | None, token: str | None, options: Options, report: Path | None) -> int:
    if (url is None) == (file is None):
        raise UsageError("give either the URL of a mock on this machine, or --target FILE")
    if file is not None:
        return _judged(load_target(file), options, report)
    mock = judge_world_of(str(url), token)
    try:
        with mock.world(options.profile or "strict", scenario="empty", seed=options.seed, pace="manual") as target:
            return _judged(target, options, report)
    finally:
        mock.close()


@click.command()
@click.argument("url", required=False)
@click.option("--target", "file", type=click.Path(path_type=Path), help="A target file: any other server.")
@click.option("--level", type=click.Choice(LEVELS), default="standard", show_default=True, help="How much to ask.")
@click.option("--profile", type=click.Choice(["strict", "documented"]), help="Else as the target file says.")
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True, help="What is drawn from.")
@click.option("--report", type=click.Path(path_type=Path, file_okay=False), help="Folder for the reports.")
@click.option("--requirement", multiple=True, metavar="ID", help="Judge these alone: STATUS-1, BATCH-*. Repeatable.")
@click.option("--allow-acknowledge", metavar="ORG", help="Let POST /reports go to this organization.")
@click.option("--control-token", envvar="PACSIMILE_CONTROL_TOKEN", help="Of the mock at URL; else its runtime file.")
@click.option("--accept-not-exercised", multiple=True, metavar="IDS", help="These may stay open: BATCH-9,SEC-*.")
@click.option("--fail-fast", is_flag=True, help="Stop after the first FAIL.")
@click.option("--list", "show", is_flag=True, help="Show the requirements and what is judged, and ask nothing.")
def command(
    url: str | None,
    file: Path | None,
    level: LevelOfRun,
    profile: Profile | None,
    seed: int,
    report: Path | None,
    requirement: tuple[str, ...],
    allow_acknowledge: str | None,
    control_token: str | None,
    accept_not_exercised: tuple[str, ...],
    fail_fast: bool,
    show: bool,
) -> None:
    """Judge an implementation of the API, requirement by requirement.

    URL is a mock on this machine, judged in a world of its own. Any other server needs a target file, which says where
    it is, who asks, and what is allowed.

    Exit status: 0 every MUST passed, 1 a MUST failed, 2 usage, 3 a MUST was not exercised, 4 we could not tell.
    """
    accepted = tuple(one.strip().upper() for many in accept_not_exercised for one in many.split(",") if one.strip())
    options = Options(level, seed, requirement, allow_acknowledge, fail_fast, accepted, profile)
    try:
        if show:
            _listed(requirement)
            return
        status = _verify(url, file, control_token, options, report)
    except UsageError as error:
        raise usage(error) from None
    raise SystemExit(status)
