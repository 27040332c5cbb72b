"""English that depends on the words in it: `an HL7 report`, `BATCH-1 to 4, SEC-2`."""

import re
from collections.abc import Sequence

_AN = re.compile(r"[aeiou]|hl7|x-", re.IGNORECASE)
_A = re.compile(r"uni(?!n|m)|us(e|u)|uid|eu|one\b|once\b|url", re.IGNORECASE)
"""Words that begin with a vowel in writing, and with none as they are spoken."""


def with_article(word: str) -> str:
    """Return a word behind its indefinite article."""
    return f"{'an' if _AN.match(word) and not _A.match(word) else 'a'} {word}"


def counted(number: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, such as `1 call`, `2,000 calls`; `plural` is for nouns to which no s is added."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def ranged(names: Sequence[str]) -> str:
    """Return ids in few words: `BATCH-1 to 4, BATCH-9, SEC-2`. Sorted by theme as they come, then by number."""
    by_theme: dict[str, list[int]] = {}
    for name in dict.fromkeys(names):
        theme, _, number = name.rpartition("-")
        by_theme.setdefault(theme, []).append(int(number))
    return ", ".join(run for theme, numbers in by_theme.items() for run in _runs(theme, sorted(numbers)))


def _runs(theme: str, numbers: Sequence[int]) -> list[str]:
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return [_run(theme, one) for one in runs]


def _run(theme: str, run: Sequence[int]) -> str:
    if len(run) > 2:
        return f"{theme}-{run[0]} to {run[-1]}"
    return ", ".join(f"{theme}-{number}" for number in run)
