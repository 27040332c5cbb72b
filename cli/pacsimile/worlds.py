"""`pacsimile worlds`: list, create and delete worlds of a running mock."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import click

from pacsimile.option_types import read_dialect
from pacsimile.running_mock import CONTROL_TOKEN, URL, Running, on_server


@click.group(invoke_without_command=True)
@URL
@CONTROL_TOKEN
@click.pass_context
def command(context: click.Context, url: str | None, control_token: str | None) -> None:
    """List, create and delete worlds of the running mock. Without a command, list them."""
    if context.invoked_subcommand is None:
        context.invoke(list_worlds, url=url, control_token=control_token)
    else:
        context.default_map = {context.invoked_subcommand: {"url": url, "control_token": control_token}}


@command.command(name="list")
@on_server
def list_worlds(running: Running) -> None:
    """List the worlds."""
    for name in running.call("GET", "/worlds")["worlds"]:
        click.echo(name)


@command.command()
@click.option("--scenario", help="Scenario that the world starts from.")
@click.option("--seed", type=click.IntRange(0), help="Seed of the world's data.")
@click.option("--pace", help="How fast orders progress.")
@click.option("--time", metavar="TIME", help="Stop the world's clock at this time, such as 2100-01-01T08:00:00Z.")
@click.option(
    "--dialect",
    callback=read_dialect,
    metavar="DIALECT",
    help="Let it speak as this dialect says: a dialect file, or one of camel, legacy, minimal.",
)
@on_server
def new(running: Running, **given: Any) -> None:
    """Create a world and print its name and credentials as JSON."""
    made = running.call("POST", "/worlds", {name: value for name, value in given.items() if value is not None})
    click.echo(json.dumps(made, indent=2))


@command.command()
@click.argument("name")
@on_server
def delete(running: Running, name: str) -> None:
    """Delete a world. Its credentials stop working."""
    running.call("DELETE", f"/worlds/{quote(name, safe='')}")
    click.echo(f"the world {name} is gone")
