"""`pacsimile record`: make a scenario with the shape of what a stored run showed."""

from __future__ import annotations

from pathlib import Path

import click

from pacsimile.verify import guarded


@click.command()
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    required=True,
    help="The stored run: the folder that `pacsimile verify --report` wrote, or its history.jsonl.",
)
def command(source: Path) -> None:
    """Print a scenario with the shape of what a stored run showed.

    It has as many orders, in the same states, study groups and times, and the
    calls that failed as faults. Every name in it is the mock's own: no
    identifier, patient or finding of the record is kept. Start the mock with
    it: `pacsimile serve --scenario FILE`.
    """

    def work() -> int:
        from pacsimile_contract.learn.scenario_writer import scenario_of
        from pacsimile_contract.runner.stored_run import load_run

        stored = load_run(source)
        click.echo(scenario_of([stored.exchanges[number] for number in sorted(stored.exchanges)]), nl=False)
        return 0

    raise guarded(work)
