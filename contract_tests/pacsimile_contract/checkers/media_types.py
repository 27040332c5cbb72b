"""Every report that a run was served, whatever for: it is of the type that was asked for."""

from collections.abc import Collection, Iterator

from pacsimile_contract.checkers.results import is_of_type
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES

EVERY_ANSWER = "every-answer"
"""The part of all reports of a run."""
SERVED = 200


def _served(story: Story, operation: str, types: Collection[str]) -> Iterator[tuple[str, Exchange]]:
    """Yield (type, answer) of each report that an ordinary call of an operation was answered with."""
    for asked in story.exchanges:
        request, kind = asked.request, asked.given.get("report_type")
        usual = request.method == "GET" and not (request.cut or request.hostile or request.raw)
        known = asked.body_was_stored and asked.exceeded_bound is None
        if usual and known and asked.operation == operation and asked.status == SERVED and kind in types:
            yield str(kind), asked


@whole_run
@checker("RESULTS-1", EVERY_ANSWER)
def is_of_the_type_asked_for(story: Story) -> Iterator[Part]:
    """Judge each report of an order, by order or by study, of any version: its bytes and its media type."""
    for kind, asked in _served(story, "getResult", ORDER_TYPES):
        yield part(EVERY_ANSWER, is_of_type(asked, kind), on=asked)


@whole_run
@checker("GROUP-1", EVERY_ANSWER)
def is_of_the_group_type_asked_for(story: Story) -> Iterator[Part]:
    """Judge each report of a study group likewise."""
    for kind, asked in _served(story, "getGroupReport", GROUP_TYPES):
        yield part(EVERY_ANSWER, is_of_type(asked, kind), on=asked)
