"""HTTP as the description has it, judged over every answer of a run."""

from collections.abc import Iterator

from pacsimile_contract.checkers.described import differences
from pacsimile_contract.history import Story
from pacsimile_contract.registry import checker, over_the_run
from pacsimile_contract.requests import API_OPERATIONS, TOKEN_OPERATIONS
from pacsimile_contract.verdict import Part, form, part

_METHODS = {"getToken": "GET", "postToken": "POST", "acknowledgeReports": "POST"}


@over_the_run
@checker("PROTO-1", *TOKEN_OPERATIONS, *API_OPERATIONS)
def answers_as_described(story: Story) -> Iterator[Part]:
    """Judge status, media type, headers and schema of every answer of a documented operation."""
    for answered in story.exchanges:
        operation = answered.operation
        if operation is None or answered.answer is None or answered.request.method != _METHODS.get(operation, "GET"):
            continue
        different = [form(False, expected, got) for expected, got in differences(answered)]
        yield part(operation, different or form(True, "as described", "as described"), on=answered)
