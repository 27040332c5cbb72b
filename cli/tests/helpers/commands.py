"""Every command that `pacsimile` has, found by itself."""

from __future__ import annotations

from collections.abc import Iterator

import click

from pacsimile.main import main

Words = tuple[str, ...]


def _leaves(command: click.Command, path: Words = ()) -> Iterator[tuple[Words, click.Command]]:
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _leaves(found, (*path, name))
    else:
        yield path, command


COMMANDS: dict[Words, click.Command] = dict(_leaves(main))
"""Each command that does something, by the words that lead to it."""
NAMES = [" ".join(path) for path in COMMANDS]
