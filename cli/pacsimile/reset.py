"""`pacsimile reset`: restart the scenario of a running mock."""

from __future__ import annotations

import click

from pacsimile.running_mock import Running, on_running


@click.command()
@on_running
def command(running: Running) -> None:
    """Restart the scenario: orders and queues are as at the start. Credentials, tokens and the clock stay."""
    restarted = running.of_world("POST", "/reset")
    click.echo(f"the world {restarted['world']} has restarted its scenario {restarted['scenario']}")
