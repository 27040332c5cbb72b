"""HTTP as described, judged over every answer of a run."""

from collections.abc import Iterator, Sequence

from pacsimile_contract.checkers.common import describe_answer, quote_value
from pacsimile_contract.checkers.description_match import differences
from pacsimile_contract.checkers.gateways import may_be_from_gateway
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_spec.operation_ids import API_OPERATIONS, TOKEN_OPERATIONS

_METHODS = {"getToken": "GET", "postToken": "POST", "acknowledgeReports": "POST"}


@whole_run
@checker("PROTO-1", *TOKEN_OPERATIONS, *API_OPERATIONS)
def answers_as_described(story: Story) -> Iterator[Part]:
    """Judge status, media type, headers and schema of every answer of a documented operation."""
    for answered in story.exchanges:
        operation = answered.operation
        if operation is None or answered.answer is None or answered.request.method != _METHODS.get(operation, "GET"):
            continue
        if may_be_from_gateway(answered):
            continue  # of any form
        different = [form(False, expected, got) for expected, got in differences(answered)]
        yield part(operation, different or form(True, "as described", "as described"), on=answered)


@checker("PROTO-2", "unknown-path", "undocumented-method", "allow", "without-a-token", "head")
def knows_paths_and_methods(story: Story) -> Iterator[Part]:
    """Judge unknown paths (`unknown-path/…`) and undocumented methods (`method/…`), and both without a token.

    `Allow` names what is documented of the path, and not what was refused. HEAD for what does not exist (`head/...`)
    is answered as GET is, or refused as a method.
    """
    for _, asked in story.below("unknown-path"):
        unknown = form(asked.status == 404, "404", describe_answer(asked))
        yield part("unknown-path", fact(not asked.succeeded, "a refusal", describe_answer(asked)), unknown, on=asked)
    for _, asked in story.below("head"):
        alike = form(asked.status in (404, 405, 501), "404, as to GET, or 405", describe_answer(asked))
        yield part("head", fact(not asked.succeeded, "a refusal", describe_answer(asked)), alike, on=asked)
    for name, asked in story.below("method"):
        refused_ = form(asked.status in (405, 501), "405 (or 501)", describe_answer(asked))
        yield part(
            "undocumented-method", fact(not asked.succeeded, "a refusal", describe_answer(asked)), refused_, on=asked
        )
        if asked.status == 405:
            yield part("allow", _allows(asked, story.given(name)["methods"]), on=asked)
    for _, asked in story.below("without-a-token"):
        either = form(asked.status in (401, 403, 404, 405, 501), "401, 403, 404 or 405", describe_answer(asked))
        yield part("without-a-token", fact(not asked.succeeded, "a refusal", describe_answer(asked)), either, on=asked)


def _allows(asked: Exchange, documented: Sequence[str]) -> list[Finding]:
    value = ", ".join(asked.headers("Allow"))
    allowed = {method.strip().upper() for method in value.split(",")} - {""}
    refused_ = asked.request.method
    return [
        form(
            set(documented) <= allowed, f"Allow: {', '.join(documented)}", quote_value(value) if value else "no Allow"
        ),
        form(refused_ not in allowed, f"an Allow without {refused_}", quote_value(value)),
    ]
