"""How much of each crossing table a run asked."""

from collections.abc import Iterable, Mapping

from pacsimile_contract.crossing import spoilt_queries, table
from pacsimile_contract.findings.story import Story
from pacsimile_contract.target.model import Target

CREDENTIALS, QUERIES = "wrong credentials", "spoilt queries"
"""What is crossed with each call."""


def coverages(target: Target, level: str, stories: Iterable[Story]) -> Mapping[str, table.Coverage]:
    """Count how much of each crossing table the stories of a run asked.

    Args:
        target: the service, which decides what its tables hold.
        level: the run level, a key of `table.STRENGTHS`; at others no credentials are crossed.
        stories: the stories of one run.

    Returns:
        The coverage by CREDENTIALS and QUERIES, without a table that nothing was asked of.
    """
    played = list(stories)
    counted = {CREDENTIALS: table.coverage(target, level, played), QUERIES: spoilt_queries.coverage(target, played)}
    return {name: coverage for name, coverage in counted.items() if coverage is not None}
