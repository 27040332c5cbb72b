"""`pacsimile scenarios`: list the scenarios that come with the mock, print one, or check a file."""

from __future__ import annotations

import shutil

import click

from pacsimile_mock.seed.load import FOLDER, load, shipped
from pacsimile_mock.seed.model import ScenarioError
from pacsimile_spec.suggestions import did_you_mean

SCHEMA = FOLDER / "scenario.schema.json"
USAGE = 2
"""Exit status if a file cannot be used."""


@click.command()
@click.argument("name", required=False)
@click.option("--check", metavar="FILE", help="Check a scenario file and print its errors with line numbers.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of scenario files, for editors.")
def command(name: str | None, check: str | None, schema: bool) -> None:
    """List the scenarios that come with the mock. With NAME, print that scenario as a start for a file of your own."""
    if [name is not None, check is not None, schema].count(True) > 1:
        raise click.UsageError("give one of NAME, --check and --schema")
    if schema:
        click.echo(SCHEMA.read_bytes(), nl=False)
    elif check is not None:
        _check(check)
    elif name is not None:
        _show(name)
    else:
        _list()


def _list() -> None:
    formatter = click.HelpFormatter(width=min(shutil.get_terminal_size().columns, 120))
    formatter.write_dl([(name, load(name).summary) for name in shipped()], col_max=40)
    click.echo(formatter.getvalue(), nl=False)


def _show(name: str) -> None:
    if name not in shipped():
        meant = did_you_mean(name, shipped())
        raise click.UsageError(f"there is no scenario {name!r}: there are {', '.join(shipped())}{meant}")
    click.echo((FOLDER / f"{name}.yaml").read_bytes(), nl=False)


def _check(file: str) -> None:
    try:
        scenario = load(file)
    except ScenarioError as error:
        click.echo(f"pacsimile: {error}", err=True)
        raise SystemExit(USAGE) from None
    owners = {client.organization_id for client in scenario.clients}
    orders = sum(plan.count for plan in scenario.orders)
    counts = (("organization", len(owners)), ("order", orders), ("fault", len(scenario.faults)))
    click.echo(f"{file}: " + ", ".join(f"{count} {noun}{'' if count == 1 else 's'}" for noun, count in counts))
