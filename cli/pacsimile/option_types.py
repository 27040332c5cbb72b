"""Options that take a word of a few, or a duration, and say what was meant or expected where another is given."""

from __future__ import annotations

from typing import Any

import click

from pacsimile_spec import durations
from pacsimile_spec.durations import TEN_YEARS
from pacsimile_spec.suggestions import did_you_mean


class Word(click.Choice[str]):
    """One of a few words, completed by the shell."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Name the words, and the one that was probably meant."""
        refused = super().get_invalid_choice_message(value, ctx)
        return refused.rstrip(".") + (did_you_mean(str(value), self.choices) or ".")


class DurationType(click.ParamType[float]):
    """A duration, as seconds: `90`, `30s`, `1h30m`; `unit` is what a bare number counts."""

    name = "duration"

    def __init__(self, most: float = TEN_YEARS, unit: str = "s") -> None:
        self._most, self._unit = most, unit

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it, or say what a duration looks like."""
        try:
            seconds = durations.seconds(value, most=self._most, unit=self._unit)
        except durations.DurationError as error:
            self.fail(self.refusal(error), param, ctx)
        return int(seconds) if seconds == int(seconds) else seconds

    def refusal(self, error: durations.DurationError) -> str:
        """Return what is said of text that is no duration."""
        return str(error)


class MomentType(DurationType):
    """A duration, or a number of status calls such as `3 polls`, which stays as it is."""

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read it."""
        return value if durations.polls(value) else super().convert(value, param, ctx)

    def refusal(self, error: durations.DurationError) -> str:
        """Say that status calls may be counted, too."""
        return f"{error}; or so many status calls, such as '3 polls'"
