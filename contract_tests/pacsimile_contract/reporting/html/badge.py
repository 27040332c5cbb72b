"""A badge, which is a coloured word: for a verdict, for the outcome of a defect."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Badge:
    """A word with its CSS class and its meaning."""

    text: str
    colour: str
    meaning: str = ""
