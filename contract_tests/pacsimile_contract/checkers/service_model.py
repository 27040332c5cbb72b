"""Every call of a run, judged by all that was seen before it: what the model of the whole service contradicts."""

from collections.abc import Iterator
from dataclasses import replace

from pacsimile_contract.checkers.common import unseen_difference, with_value
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import CheckFunction, checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_contract.service_model.contradiction import Comparisons, Contradiction
from pacsimile_contract.service_model.model import JUDGED, compare

PART = "by-all-that-was-seen"
"""The name of the part, in each requirement that the model judges."""


def _comparisons(story: Story) -> Comparisons:
    """Return what the model says of a run. It is kept with the story: each requirement's checker asks for it."""
    kept = story.derived.get(PART)
    if not isinstance(kept, Comparisons):
        kept = story.derived[PART] = compare(story.exchanges, story.settle)
    return kept


def _part_of(contradiction: Contradiction) -> Part:
    expected = with_value(contradiction.expected, contradiction.expected_value)
    got = with_value(contradiction.got, contradiction.got_value)
    got += unseen_difference(contradiction.got_value, contradiction.expected_value)
    finding = fact(False, expected, got)
    return replace(part(PART, finding, on=contradiction.exchanges), is_tentative=contradiction.is_tentative)


def _judge_of(requirement: str) -> CheckFunction:
    def contradicts_nothing_seen_before(story: Story) -> Iterator[Part]:
        """Judge every ordinary call of the run by all that was answered before it."""
        comparisons = _comparisons(story)
        for contradiction in comparisons.contradictions:
            if contradiction.requirement == requirement:
                yield _part_of(contradiction)
        if requirement in comparisons.compared:
            exchange = comparisons.compared[requirement]
            yield part(PART, fact(True, "what earlier answers said", "the same"), on=exchange)

    return contradicts_nothing_seen_before


for _requirement in JUDGED:
    whole_run(checker(_requirement, PART)(_judge_of(_requirement)))
