"""A word in colour: a verdict, or what became of a defect."""

from collections.abc import Iterable
from dataclasses import dataclass

from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.reporting.words import MEANING, counted


@dataclass(frozen=True, slots=True)
class Badge:
    """A word, the class of CSS that gives it its colour, and what it means."""

    text: str
    colour: str
    meaning: str = ""


def badge(verdict: Verdict) -> Badge:
    """Return a verdict as a word in colour."""
    return Badge(verdict.value, verdict.name.lower().replace("_", "-"), MEANING[verdict])


def badges(judgements: Iterable[Judgement]) -> list[tuple[Badge, int]]:
    """Return how many requirements got each verdict, in the readers' order, without those that none got."""
    return [(badge(verdict), count) for verdict, count in counted(judgements)]
