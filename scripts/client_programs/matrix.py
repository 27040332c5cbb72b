"""Writes the matrix mistake x advice: for each mistake's programs, what advice named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pacsimile_advice.mistakes import MISTAKES
from scripts.client_programs.outcomes import Outcome
from scripts.client_programs.programs import ROOT
from scripts.page_table import between

PAGE = ROOT / "docs" / "advice.md"
BEGIN = "<!-- Written by scripts/client_mistakes.py --write from a run. -->\n"
END = "<!-- End of the matrix. -->\n"
IDS = [mistake.id for mistake in MISTAKES]


def matrix(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines of the matrix: a row for a mistake's programs, a column for each advice.

    A cell has the letters of the stacks whose program was told that advice; the row's letters are its programs.
    """
    yield "| programs of | on | " + " | ".join(str(number) for number in range(1, len(IDS) + 1)) + " |"
    yield "|---" * (len(IDS) + 2) + "|"
    for number, mistake in enumerate(IDS, 1):
        own = [outcome for outcome in outcomes if outcome.job.program.mistake == mistake]
        cells = [_letters([outcome for outcome in own if advice in outcome.advice]) or "\u00b7" for advice in IDS]
        if own:
            yield f"| {number} `{mistake}` | {_letters(own)} | {' | '.join(cells)} |"


def _letters(outcomes: Sequence[Outcome]) -> str:
    return "".join(outcome.job.program.stack.letter for outcome in outcomes)


def written(page: str, outcomes: Sequence[Outcome]) -> str:
    """Return the page with the matrix of a run."""
    return between(page, BEGIN, matrix(outcomes), END)
