"""`pacsimile reset`: lets a running mock's scenario begin anew."""

from __future__ import annotations

import click

from pacsimile.running import Running, on_running


@click.command()
@on_running
def command(running: Running) -> None:
    """Restart the scenario: orders and queues are as at the start. Credentials, tokens and the clock stay."""
    told = running.of_world("POST", "/reset")
    click.echo(f"the world {told['world']} begins its scenario {told['scenario']} anew")
