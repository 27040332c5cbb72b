"""Say what was probably meant, at the end of click's refusals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from pacsimile_spec.suggestions import did_you_mean

SYNONYMS = {"help": "--help", "version": "--version", "clock": "advance", "time": "advance", "clear": "reset"}
"""Words that people type, with the command or option they want."""
ARGUMENT_HINTS = {
    "serve": "give a port as --port, and a scenario as --scenario",
    "advance": "write the duration as one word, such as 1h or 1h30m",
    "learn": "give a file as --openapi, --har or --target, and a run as --history",
    "verify": "give a target file as --target",
    "order list": "give a status as --status",
}
"""By command: what to do with an unexpected argument."""
NUMBERS = {"integer range": "whole number", "integer": "whole number", "float range": "number", "float": "number"}
"""By click's name for a type: the words of our messages."""


def command_hint(word: str, commands: Iterable[str]) -> str:
    """Return the hint for an unknown command."""
    if word in SYNONYMS:
        return f"; did you mean {SYNONYMS[word]!r}?"
    return did_you_mean(word, commands)


def message(error: click.ClickException) -> str:
    """Return an error's message, with a hint."""
    text = error.format_message()
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is None:
        return text
    if isinstance(error, click.NoSuchOption) and not error.possibilities:
        return text.rstrip(".") + (_short_option_hint(error.option_name, context) or ".")
    if isinstance(error, click.BadParameter) and error.param is not None:
        return _with_range(text, error.param.type)
    if text.startswith("Got unexpected extra argument"):
        path = context.command_path.partition(" ")[2]
        return f"{text}: {ARGUMENT_HINTS[path]}" if path in ARGUMENT_HINTS else text
    return text


def _short_option_hint(option: str, context: click.Context) -> str:
    """Return the hint for an unknown one-letter option."""
    if len(option) != 2:
        return ""
    names = [name for parameter in context.command.get_params(context) for name in parameter.opts]
    meant = [name for name in names if name.startswith(f"--{option[1].lower()}")]
    return f"; did you mean {meant[0]!r}?" if len(meant) == 1 else ""


def _with_range(text: str, kind: click.ParamType[Any]) -> str:
    """Return a message about a number with our words for its type, and with its range."""
    for name, words in NUMBERS.items():
        text = text.replace(f" is not a valid {name}.", f" is not a {words}{_range(kind)}.")
    return text


def _range(kind: click.ParamType[Any]) -> str:
    """Return the words for the numbers that an option takes. They are empty if it takes all."""
    if not isinstance(kind, click.IntRange | click.FloatRange):
        return ""
    if kind.min is None:
        return f" of at most {kind.max}"
    return f" of at least {kind.min}" if kind.max is None else f" from {kind.min} to {kind.max}"
