"""`pacsimile advance`: moves a running mock's clock."""

from __future__ import annotations

import click

from pacsimile.option_types import DurationType
from pacsimile.running_mock import Running, on_running


@click.command()
@click.argument("duration", type=DurationType())
@on_running
def command(running: Running, duration: float) -> None:
    """Move the clock ahead by DURATION, such as 90 (seconds), 30s, 1h30m or 2d.

    Orders progress and tokens expire as if that time had passed.
    """
    clock = running.of_world("POST", "/clock", {"advance": duration})
    click.echo(f"it is now {clock['now']}{' (frozen)' if clock['frozen'] else ''}")
