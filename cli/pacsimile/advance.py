"""`pacsimile advance`: move a running mock's clock."""

from __future__ import annotations

import re

import click

from pacsimile.option_types import DurationType
from pacsimile.running_mock import Running, on_running


class Forward(click.Command):
    """Refuse a duration with a minus sign, which would otherwise be read as an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the command line."""
        if any(re.match("-[0-9]", word) for word in args):
            raise click.UsageError("clocks only go forward: give a duration without a minus sign, such as 5m", ctx)
        return super().parse_args(ctx, args)


@click.command(cls=Forward)
@click.argument("duration", type=DurationType())
@on_running
def command(running: Running, duration: float) -> None:
    """Move the clock ahead by DURATION, such as 90 (seconds), 30s, 1h30m or 2d.

    Orders progress and tokens expire as if that time had passed.
    """
    clock = running.of_world("POST", "/clock", {"advance": duration})
    click.echo(f"it is now {clock['now']}{' (frozen)' if clock['frozen'] else ''}")
