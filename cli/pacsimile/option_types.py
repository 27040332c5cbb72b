"""Types of options: a word from a short list, or a duration. A refusal says what was meant or expected."""

from __future__ import annotations

from typing import Any

import click

from pacsimile_spec import durations
from pacsimile_spec.durations import TEN_YEARS
from pacsimile_spec.suggestions import did_you_mean


class UnusableFile(click.ClickException):
    """A given file cannot be used. The message begins with its name."""

    exit_code = 2


class Word(click.Choice[str]):
    """One word from a short list, completed by the shell."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Name the words, and the one that was probably meant."""
        refused = super().get_invalid_choice_message(value, ctx)
        return refused.rstrip(".") + (did_you_mean(str(value), self.choices) or ".")


class DurationType(click.ParamType[float]):
    """A duration in seconds: `90`, `30s`, `1h30m`. `unit` is the unit of a plain number."""

    name = "duration"

    def __init__(self, most: float = TEN_YEARS, unit: str = "s") -> None:
        self._most, self._unit = most, unit

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read a duration, or say what one looks like."""
        try:
            seconds = durations.seconds(value, most=self._most, unit=self._unit)
        except durations.DurationError as error:
            self.fail(self.refusal(error), param, ctx)
        return int(seconds) if seconds == int(seconds) else seconds

    def refusal(self, error: durations.DurationError) -> str:
        """Return the message for a text that is not a duration."""
        return str(error)


class MomentType(DurationType):
    """A duration, or a number of status calls such as `3 polls`, which is not changed."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it."""
        return value if durations.polls(value) else super().convert(value, param, ctx)

    def refusal(self, error: durations.DurationError) -> str:
        """Say that a number of status calls is possible too."""
        return f"{error}; or so many status calls, such as '3 polls'"


def read_dialect(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Accept a dialect file, or the name of a shipped dialect, and return its text."""
    del ctx, parameter
    if value is None:
        return None
    from pacsimile_spec.dialects import DialectError, dialect_text, parse_dialect

    try:
        text = dialect_text(value)
        parse_dialect(text, value)
    except DialectError as error:
        raise UnusableFile(str(error)) from None
    return text
