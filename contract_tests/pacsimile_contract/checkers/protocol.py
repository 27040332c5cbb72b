"""HTTP as described, judged over every answer of a run."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pacsimile_contract.checkers.common import describe_answer, quote_value
from pacsimile_contract.checkers.description_match import differences
from pacsimile_contract.checkers.gateways import may_be_from_gateway
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, form, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story
from pacsimile_spec import operations
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


METHOD_NOT_ALLOWED = 405


@checker("PROTO-1", "method-not-allowed")
def refuses_methods_as_described(story: Story) -> Iterator[Part]:
    """Judge the 405s to methods that any server knows (`method/…`): media type, headers and schema are as described."""
    for name, asked in story.below("method"):
        path = name[len(asked.request.method) :]
        known = next((one for one in operations().values() if one.path == path), None)
        if known and asked.status == METHOD_NOT_ALLOWED and asked.request.method in USUAL_METHODS:
            as_asked = replace(asked, request=replace(asked.request, operation=known.operation_id))
            different = [form(False, expected, got) for expected, got in differences(as_asked)]
            yield part("method-not-allowed", different or form(True, "as described", "as described"), on=asked)


WITH_ALLOW, NOT_IMPLEMENTED, BAD_REQUEST = (200, 204, 405), 501, 400
"""Statuses of OPTIONS that come with `Allow`; and others."""
USUAL_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")
"""Methods that every parser of HTTP knows; another one may be refused as what is not HTTP."""


@checker("PROTO-2", "unknown-path", "undocumented-method", "allow", "without-a-token", "head", "options")
def knows_paths_and_methods(story: Story) -> Iterator[Part]:
    """Judge unknown paths (`unknown-path/…`) and undocumented methods (`method/…`), and both without a token.

    `Allow` names what is documented of the path, and not what was refused. HEAD for what does not exist (`head/...`)
    is answered as GET is, or refused as a method. OPTIONS (`options/...`) is answered with `Allow`, or refused as one;
    without a token (`options-without-a-token/...`) it may be refused for that.
    """
    for label, asked in story.below("options"):
        answered = form(
            asked.status in (*WITH_ALLOW, NOT_IMPLEMENTED), "200 or 204 with Allow, or 405", describe_answer(asked)
        )
        yield part("options", answered, on=asked)
        if asked.status in WITH_ALLOW:
            yield part("options", _names_documented(asked, story.given(label)["methods"]), on=asked)
    for label, asked in story.below("options-without-a-token"):
        statuses = (*WITH_ALLOW, NOT_IMPLEMENTED, 401, 403, 404)
        yield part("options", form(asked.status in statuses, "no other answer", describe_answer(asked)), on=asked)
        if asked.succeeded:
            yield part("options", _names_documented(asked, story.given(label)["methods"]), on=asked)
    for _, asked in story.below("unknown-path"):
        unknown = form(asked.status == 404 or may_be_from_gateway(asked), "404", describe_answer(asked))
        yield part("unknown-path", fact(not asked.succeeded, "a refusal", describe_answer(asked)), unknown, on=asked)
    for _, asked in story.below("head"):
        alike = form(asked.status in (404, 405, 501), "404, as to GET, or 405", describe_answer(asked))
        yield part("head", fact(not asked.succeeded, "a refusal", describe_answer(asked)), alike, on=asked)
    for name, asked in story.below("method"):
        by_parser = asked.status == BAD_REQUEST and asked.request.method not in USUAL_METHODS
        refused_ = form(asked.status in (405, 501) or by_parser, "405 (or 501)", describe_answer(asked))
        yield part(
            "undocumented-method", fact(not asked.succeeded, "a refusal", describe_answer(asked)), refused_, on=asked
        )
        if asked.status == 405:
            yield part("allow", _allow_of_refusal(asked, story.given(name)["methods"]), on=asked)
    for _, asked in story.below("without-a-token"):
        either = form(asked.status in (401, 403, 404, 405, 501), "401, 403, 404 or 405", describe_answer(asked))
        yield part("without-a-token", fact(not asked.succeeded, "a refusal", describe_answer(asked)), either, on=asked)


def _allow_of_refusal(asked: Exchange, documented: Sequence[str]) -> list[Finding]:
    refused_ = asked.request.method
    others = form(refused_ not in _allowed_methods(asked), f"an Allow without {refused_}", _allow_text(asked))
    return [_names_documented(asked, documented), others]


def _names_documented(asked: Exchange, documented: Sequence[str]) -> Finding:
    """Compare: `Allow` names the documented methods of the path."""
    return form(set(documented) <= _allowed_methods(asked), f"Allow: {', '.join(documented)}", _allow_text(asked))


def _allowed_methods(asked: Exchange) -> set[str]:
    return {method.strip().upper() for value in asked.headers("Allow") for method in value.split(",")} - {""}


def _allow_text(asked: Exchange) -> str:
    value = ", ".join(asked.headers("Allow"))
    return quote_value(value) if value else "no Allow"
