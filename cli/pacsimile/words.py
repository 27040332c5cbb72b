"""An option that takes one of a few words, and says which was meant where another is given."""

from __future__ import annotations

import click

from pacsimile_spec.suggestions import did_you_mean


class Word(click.Choice[str]):
    """One of a few words, completed by the shell."""

    def get_invalid_choice_message(self, value: object, ctx: click.Context | None) -> str:
        """Name the words, and the one that was probably meant."""
        return super().get_invalid_choice_message(value, ctx) + did_you_mean(str(value), self.choices)
