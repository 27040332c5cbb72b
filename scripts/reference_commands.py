"""The reference's sections on commands, from click."""

from __future__ import annotations

from importlib import import_module

import click
from reference_tables import Row, table

from pacsimile.main import COMMANDS, main

EXIT = """\
Every command has these exit statuses: 0 if it did what was asked, 2 if an option, a value or a file cannot be used or
no mock is running, 4 if its output cannot be written, as on a full disk, 141 if nobody reads its output any more, as
with `| head`. A command's section names any other. A command on a running mock ends with 1 if the mock refuses what is
possible at another time.

Ctrl-C ends a command with 130. A command that judges (`verify`, `proxy`, `matrix`, `replay`) ends with 4, for no
verdict, with two exceptions. Once `verify` has made a call, it judges what it has and ends with 3, or with 1 if a MUST
failed. For `serve`, `journal --follow` and a proxy that is serving, Ctrl-C is the usual end.
"""

RUNNING = "Commands on a running mock find it by the runtime file that it writes for its user, or by these options.\n"
SHARED = {"url", "control_token", "world"}

OPTION = ("option", "variable", "default", "what it does")


def commands() -> str:
    """Return a section for each command that does something."""
    context = click.Context(main)
    commands = {f"pacsimile {name}": main.get_command(context, name) for name in COMMANDS}
    sections = [command_section(name, command) for name, command in commands.items() if command is not None]
    assert len(sections) == len(COMMANDS)
    shared = options_of(import_module("pacsimile.reset").command)
    return "\n".join(
        ["## Commands\n", EXIT, *sections, "### A running mock\n", RUNNING, table(OPTION, map(option_row, shared))]
    )


def command_section(name: str, command: click.Command) -> str:
    """Return a command's usage, purpose and options, and those of its subcommands."""
    parts = [f"### {name}\n"]
    if isinstance(command, click.Group):
        context = click.Context(command)
        commands = {f"{name} {sub}": command.get_command(context, sub) for sub in command.list_commands(context)}
        inner = {title: each for title, each in commands.items() if each is not None}
        plain = [(f"`{usage(title, each)}`", purpose(each).strip()) for title, each in inner.items() if not own(each)]
        parts += [purpose(command), table(("command", "what it does"), plain)]
        return "\n".join(parts + [command_section(title, each) for title, each in inner.items() if own(each)])
    parts += [f"`{usage(name, command)}`\n", purpose(command)]
    if own(command):
        parts.append(table(OPTION, map(option_row, own(command))))
    if drives(command):
        parts.append("And [the options of all commands on a running mock](#a-running-mock).\n")
    return "\n".join(parts)


def options_of(command: click.Command) -> list[click.Option]:
    """Return a command's options."""
    return [option for option in command.params if isinstance(option, click.Option) and not option.hidden]


def drives(command: click.Command) -> bool:
    """Tell whether a command uses a running mock."""
    return {option.name for option in options_of(command)} >= SHARED


def own(command: click.Command) -> list[click.Option]:
    """Return a command's options without those that all commands on a running mock have."""
    return [option for option in options_of(command) if not (drives(command) and option.name in SHARED)]


def usage(name: str, command: click.Command) -> str:
    """Return how to call a command."""
    arguments = [argument_name(each) for each in command.params if isinstance(each, click.Argument)]
    return " ".join([name, *(["[OPTIONS]"] if options_of(command) else []), *arguments])


def argument_name(argument: click.Argument) -> str:
    """Return an argument, in brackets if it is optional."""
    name = argument.metavar or str(argument.name).upper()
    return name if argument.required else f"[{name}]"


def purpose(command: click.Command) -> str:
    """Return the help of a command, with each paragraph on one line."""
    paragraphs = (command.help or "").replace("\b", "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip()) + "\n"


def option_row(option: click.Option) -> Row:
    """Return an option with its value, variable, default and help."""
    names = ", ".join(sorted(option.opts, key=len, reverse=True))
    value = "" if option.is_flag else " " + value_name(option)
    words = [option.help or "", "Repeatable." if option.multiple and "epeatable" not in (option.help or "") else ""]
    variable = f"`{option.envvar}`" if option.envvar else ""
    return f"`{names}{value}`", variable, default_of(option), " ".join(filter(None, words))


def value_name(option: click.Option) -> str:
    """Return the placeholder of an option's value."""
    kind = option.type
    if option.metavar:
        return option.metavar
    if isinstance(kind, click.Choice):
        return "|".join(map(str, kind.choices))
    if isinstance(kind, click.IntRange | click.FloatRange):
        return f"{'' if kind.min is None else kind.min}…{'' if kind.max is None else kind.max}"
    if isinstance(kind, click.Path):
        return "FILE" if kind.file_okay else "FOLDER"
    return {"integer": "NUMBER", "float": "NUMBER"}.get(kind.name, str(option.name).upper())


def default_of(option: click.Option) -> str:
    """Return an option's default, if it is worth showing."""
    if isinstance(option.show_default, str):
        return option.show_default
    default = option.to_info_dict()["default"]
    return f"`{default}`" if isinstance(default, str | int | float) and not isinstance(default, bool) else ""
