"""`pacsimile replay`: judges a stored run again, without a server."""

from __future__ import annotations

from pathlib import Path

import click

from pacsimile.verify import terminal, usage
from pacsimile_contract.errors import UsageError
from pacsimile_contract.events import Listener
from pacsimile_contract.replaying import events_of, load_run, replay
from pacsimile_contract.reporting.junit import JunitXml
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.verdict import Profile


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.option("--profile", type=click.Choice(["strict", "documented"]), help="Else that of the run.")
@click.option("--requirement", multiple=True, metavar="ID", help="Judge these alone. Repeatable.")
@click.option("--report", type=click.Path(path_type=Path, file_okay=False), help="Folder for the reports.")
def command(run: Path, profile: Profile | None, requirement: tuple[str, ...], report: Path | None) -> None:
    """Judge a stored run again: RUN is the folder that `pacsimile verify --report` wrote, or its history.jsonl."""
    try:
        done = replay(load_run(run), profile, requirement)
        if report is not None:
            report.mkdir(parents=True, exist_ok=True)
    except UsageError as error:
        raise usage(error) from None
    except OSError as error:
        raise usage(UsageError(f"{report}: cannot be made: {error.strerror}")) from None
    listeners: list[Listener] = [terminal()]
    if report is not None:
        listeners += [ReportJson(report), JunitXml(report)]
    for event in events_of(done):
        for listener in listeners:
            listener(event)
    raise SystemExit(done.exit_status)
