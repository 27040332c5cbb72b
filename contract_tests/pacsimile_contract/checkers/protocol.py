"""HTTP as the description has it, judged over every answer of a run."""

from collections.abc import Iterator, Sequence

from pacsimile_contract.checkers.common import shown, told
from pacsimile_contract.checkers.described import differences
from pacsimile_contract.checkers.gateways import is_a_gateways
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, part
from pacsimile_contract.findings.registry import checker, over_the_run
from pacsimile_contract.findings.story import Story
from pacsimile_contract.target.operations import API_OPERATIONS, TOKEN_OPERATIONS

_METHODS = {"getToken": "GET", "postToken": "POST", "acknowledgeReports": "POST"}


@over_the_run
@checker("PROTO-1", *TOKEN_OPERATIONS, *API_OPERATIONS)
def answers_as_described(story: Story) -> Iterator[Part]:
    """Judge status, media type, headers and schema of every answer of a documented operation."""
    for answered in story.exchanges:
        operation = answered.operation
        if operation is None or answered.answer is None or answered.request.method != _METHODS.get(operation, "GET"):
            continue
        if is_a_gateways(answered):
            continue  # of any form
        different = [form(False, expected, got) for expected, got in differences(answered)]
        yield part(operation, different or form(True, "as described", "as described"), on=answered)


@checker("PROTO-2", "unknown-path", "undocumented-method", "allow", "without-a-token")
def knows_paths_and_methods(story: Story) -> Iterator[Part]:
    """Judge unknown paths (`unknown-path/…`) and undocumented methods (`method/…`), and both without a token.

    `Allow` names what is documented of the path, and not what was refused.
    """
    for _, asked in story.below("unknown-path"):
        unknown = form(asked.status == 404, "404", told(asked))
        yield part("unknown-path", fact(not asked.succeeded, "a refusal", told(asked)), unknown, on=asked)
    for name, asked in story.below("method"):
        refused_ = form(asked.status in (405, 501), "405 (or 501)", told(asked))
        yield part("undocumented-method", fact(not asked.succeeded, "a refusal", told(asked)), refused_, on=asked)
        if asked.status == 405:
            yield part("allow", _allows(asked, story.given(name)["methods"]), on=asked)
    for _, asked in story.below("without-a-token"):
        either = form(asked.status in (401, 403, 404, 405, 501), "401, 403, 404 or 405", told(asked))
        yield part("without-a-token", fact(not asked.succeeded, "a refusal", told(asked)), either, on=asked)


def _allows(asked: Exchange, documented: Sequence[str]) -> list[Finding]:
    value = ", ".join(asked.headers("Allow"))
    allowed = {one.strip().upper() for one in value.split(",")} - {""}
    refused_ = asked.request.method
    return [
        form(set(documented) <= allowed, f"Allow: {', '.join(documented)}", shown(value) if value else "no Allow"),
        form(refused_ not in allowed, f"an Allow without {refused_}", shown(value)),
    ]
