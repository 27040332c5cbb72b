"""`pacsimile advance`: moves a running mock's clock."""

from __future__ import annotations

import click

from pacsimile.running import Running, on_running, seconds


@click.command()
@click.argument("duration")
@on_running
def command(running: Running, duration: str) -> None:
    """Move the clock ahead by DURATION, such as 90s, 5m, 1h or 2d: orders move, tokens expire."""
    told = running.of_world("POST", "/clock", {"advance": seconds(duration)})
    click.echo(f"it is now {told['now']}{' (frozen)' if told['frozen'] else ''}")
