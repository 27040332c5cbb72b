"""`pacsimile health`: ask a running mock whether it is ready, for the health check of a container."""

from __future__ import annotations

import click

from pacsimile.running_mock import NO_TOKEN, URL, Running, find


@click.command()
@URL
def command(url: str | None) -> None:
    """Ask the mock whether it is ready: whether it can read and change its data.

    The exit status is 0 if it is, 1 if its database does not answer, and 2 if no mock answers.
    """
    mock: Running = find(url, NO_TOKEN, "default")
    health = mock.call("GET", "/health")
    click.echo(f"the mock at {mock.address} is ready, with version {health['version']}")
