"""`pacsimile advance`: moves a running mock's clock."""

from __future__ import annotations

import click

from pacsimile.running import Running, on_running
from pacsimile.words import DurationType


@click.command()
@click.argument("duration", type=DurationType())
@on_running
def command(running: Running, duration: float) -> None:
    """Move the clock ahead by DURATION, such as 90 (seconds), 30s, 1h30m or 2d.

    Orders progress and tokens expire as if that time had passed.
    """
    told = running.of_world("POST", "/clock", {"advance": duration})
    click.echo(f"it is now {told['now']}{' (frozen)' if told['frozen'] else ''}")
