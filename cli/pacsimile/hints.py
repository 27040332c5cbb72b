"""What was probably meant by words that a command does not take: the ends of click's refusals, for all commands."""

from __future__ import annotations

from collections.abc import Iterable

import click

from pacsimile_spec.suggestions import did_you_mean

OTHER_WORDS = {"help": "--help", "version": "--version", "clock": "advance", "time": "advance", "clear": "reset"}
"""What people type, and the command or option that does it."""
EXTRA = {
    "serve": "give a port as --port, and a scenario as --scenario",
    "advance": "write the duration as one word, such as 1h or 1h30m",
    "learn": "give a file as --openapi, --har or --target, and a run as --history",
    "verify": "give a target file as --target",
    "order list": "give a status as --status",
}
"""How to give what is no argument of a command."""


def of_command(word: str, commands: Iterable[str]) -> str:
    """Return the end of a refusal of a command that does not exist."""
    if word in OTHER_WORDS:
        return f"; did you mean {OTHER_WORDS[word]!r}?"
    return did_you_mean(word, commands)


def message(error: click.ClickException) -> str:
    """Return an error's message with what was probably meant."""
    told = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return told
    if isinstance(error, click.NoSuchOption):
        return told.rstrip(".") + (_of_letter(error.option_name, context) or ".")
    if isinstance(error, click.BadParameter) and isinstance(getattr(error.param, "type", None), click.IntRange):
        return told.replace("is not a valid integer range", f"is no whole number {_range(error.param.type)}")  # type: ignore[union-attr,arg-type]
    if told.startswith("Got unexpected extra argument"):
        path = context.command_path.partition(" ")[2]
        return f"{told}: {EXTRA[path]}" if path in EXTRA else told
    return told


def _of_letter(option: str, context: click.Context) -> str:
    """Return the end of a refusal of an option of one letter: the long option that begins with it."""
    if len(option) != 2:
        return ""
    names = [name for parameter in context.command.get_params(context) for name in parameter.opts]
    meant = [name for name in names if name.startswith(f"--{option[1].lower()}")]
    return f"; did you mean {meant[0]!r}?" if len(meant) == 1 else ""


def _range(numbers: click.IntRange) -> str:
    """Return the words for the numbers that an option takes."""
    if numbers.max is None:
        return f"of at least {numbers.min}"
    return f"from {numbers.min} to {numbers.max}"
