"""Counts in words."""


def count_of(number: int, noun: str) -> str:
    """Return a number with its noun: `1 report was`, `2 reports were`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'} {'was' if number == 1 else 'were'}"
