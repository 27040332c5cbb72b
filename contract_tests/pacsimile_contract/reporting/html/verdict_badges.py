"""Builds the badges of verdicts."""

from collections.abc import Iterable

from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.reporting.html.badge import Badge
from pacsimile_contract.reporting.presentation import MEANING, count_verdicts


def badge(verdict: Verdict) -> Badge:
    """Return the badge of a verdict."""
    return Badge(verdict.value, verdict.name.lower().replace("_", "-"), MEANING[verdict])


def badges(judgements: Iterable[Judgement]) -> list[tuple[Badge, int]]:
    """Return the number of requirements with each verdict, in the reports' order; omit verdicts without any."""
    return [(badge(verdict), count) for verdict, count in count_verdicts(judgements)]
