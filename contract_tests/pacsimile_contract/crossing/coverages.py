"""How much of each crossing table a run asked."""

from collections.abc import Iterable, Mapping

from pacsimile_contract.crossing import refusals, table
from pacsimile_contract.findings.story import Story
from pacsimile_contract.target.model import Target

CREDENTIALS, QUERIES = "wrong credentials", "spoilt queries"
"""What is crossed with each call."""


def coverages(target: Target, level: str, stories: Iterable[Story]) -> Mapping[str, table.Coverage]:
    """Return by what is crossed how much of it the stories of a run asked; without what was not crossed at all."""
    told = list(stories)
    counted = {CREDENTIALS: table.coverage(target, level, told), QUERIES: refusals.coverage(target, told)}
    return {name: one for name, one in counted.items() if one is not None}
