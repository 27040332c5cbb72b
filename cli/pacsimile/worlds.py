"""`pacsimile worlds`: lists, makes and ends worlds of a running mock."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import click

from pacsimile.running import CONTROL_TOKEN, URL, Running, on_running


@click.group(invoke_without_command=True)
@URL
@CONTROL_TOKEN
@click.pass_context
def command(context: click.Context, url: str | None, control_token: str | None) -> None:
    """List, make and end worlds of the running mock; without a word, list."""
    if context.invoked_subcommand is None:
        context.invoke(list_worlds, url=url, control_token=control_token, world="default")
    else:
        context.default_map = {context.invoked_subcommand: {"url": url, "control_token": control_token}}


@command.command(name="list")
@on_running
def list_worlds(running: Running) -> None:
    """List the worlds."""
    for name in running.call("GET", "/worlds")["worlds"]:
        click.echo(name)


@command.command()
@click.option("--scenario", help="The scenario that it begins with.")
@click.option("--seed", type=click.IntRange(0), help="What its data follows from.")
@click.option("--pace", help="How fast its orders move.")
@click.option("--time", metavar="TIME", help="When it begins, such as 2100-01-01T08:00:00Z; its clock stands there.")
@on_running
def new(running: Running, **given: Any) -> None:
    """Make a world, and print what leads to it as JSON."""
    made = running.call("POST", "/worlds", {name: value for name, value in given.items() if value is not None})
    click.echo(json.dumps(made, indent=2))


@command.command()
@click.argument("name")
@on_running
def delete(running: Running, name: str) -> None:
    """End a world: its credentials open nothing any more."""
    running.call("DELETE", f"/worlds/{quote(name, safe='')}")
    click.echo(f"the world {name} is gone")
