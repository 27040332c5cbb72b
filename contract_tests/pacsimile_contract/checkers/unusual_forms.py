"""Unusual forms of calls: what is refused stays refused, and what is answered stays the same."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer
from pacsimile_contract.checkers.gateways import may_be_from_gateway
from pacsimile_contract.crossing.unusual_forms import ELSEWHERE, NEGOTIATION, NOBODY, RIGHT, TOO_FEW
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.documents.json_report import comparable_content
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, form, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

IN_ANY_FORM = "in-any-form"
"""The part of calls in unusual forms."""
OF_ORGANIZATIONS = ("listReports", "acknowledgeReports")
NOT_MODIFIED, OK = 304, 200
MAY_ANSWER = {
    "range": (206, 416), "conditions": (304, 412), "accept": (406,), NEGOTIATION: (206, 304, 406, 412, 416),
}  # fmt: skip
"""By form of a right call, the statuses that HTTP allows beside the usual answer (RFC 9110)."""


def _is_refused(story: Story, access: str, *, of_organizations: bool | None = None) -> Iterator[Part]:
    """Judge that calls with one kind of access (steps `<access>/<operation>/<form>`) open nothing in any form."""
    for label, asked in story.below(access):
        operation = label.partition("/")[0]
        if of_organizations is not None and (operation in OF_ORGANIZATIONS) != of_organizations:
            continue
        if asked.answer is None and asked.request.hostile:
            continue  # closing the connection is a refusal
        status = asked.status or 0
        closed = fact(not asked.succeeded and status != NOT_MODIFIED, "a refusal", describe_answer(asked))
        led_elsewhere = label.endswith("/path") and status >= 300  # a gateway may redirect to the usual path
        refused = form(status >= 400 or led_elsewhere, "a refusal", describe_answer(asked))
        yield part(IN_ANY_FORM, closed, refused, on=asked)


@checker("AUTH-9", IN_ANY_FORM)
def needs_a_token_in_any_form(story: Story) -> Iterator[Part]:
    """Judge calls without a token: HEAD, paths that end with a slash, headers that other services trust."""
    yield from _is_refused(story, NOBODY)


@checker("AUTH-14", IN_ANY_FORM)
def needs_the_scope_in_any_form(story: Story) -> Iterator[Part]:
    """Judge such calls with a token that lacks the scope."""
    yield from _is_refused(story, TOO_FEW)


@checker("SEC-1", IN_ANY_FORM)
def is_closed_to_others_in_any_form(story: Story) -> Iterator[Part]:
    """Judge such calls for another organization's orders, studies and groups."""
    yield from _is_refused(story, ELSEWHERE, of_organizations=False)


@checker("SEC-2", IN_ANY_FORM)
def is_not_listed_for_others_in_any_form(story: Story) -> Iterator[Part]:
    """Judge such calls for another organization's queue."""
    yield from _is_refused(story, ELSEWHERE, of_organizations=True)


@checker("PROTO-5", IN_ANY_FORM)
def answers_alike_in_any_form(story: Story) -> Iterator[Part]:
    """Judge right calls in such forms by ordinary ones just before (`plain/<operation>`), as far as HTTP leaves it."""
    plain = dict(story.below("plain"))
    for label, asked in story.below(RIGHT):
        operation, _, name = label.partition("/")
        before = plain.get(operation)
        if before is None or asked.answer is None or asked.status in MAY_ANSWER.get(name, ()):
            continue
        if may_be_from_gateway(asked):
            continue
        alike = says_the_same(operation, asked, before)
        words = f"{describe_answer(before)}, as without {name}"
        got = "another answer" if asked.status == before.status else describe_answer(asked)
        yield part(IN_ANY_FORM, fact(alike, words, got), on=(before, asked))


@checker("RESULTS-1", IN_ANY_FORM)
def gives_the_type_asked_for_in_any_form(story: Story) -> Iterator[Part]:
    """Judge reports that were asked for rightly in such forms: each is of the type that the query names."""
    plain = dict(story.below("plain"))
    for label, asked in story.below(RIGHT):
        operation, _, name = label.partition("/")
        if operation in ("getResult", "getGroupReport") and operation in plain and asked.status == OK:
            before = plain[operation].media_type
            typed = form(asked.media_type == before, f"{before}, as without {name}", describe_answer(asked))
            yield part(IN_ANY_FORM, typed, on=(plain[operation], asked), binding=True)


def says_the_same(operation: str, asked: Exchange, before: Exchange) -> bool:
    """Tell whether two answers to one call say the same."""
    alike = asked.status != OK or _content(operation, asked) == _content(operation, before)
    return asked.status == before.status and alike


def _content(operation: str, asked: Exchange) -> object:
    """Return what an answer says that does not change with time, and by which two can be compared."""
    if operation == "getStatus":
        status = facts.order_status(asked)
        return status.order_id, status.study_uid, status.created_at, status.status, status.report_types
    if operation == "getOrderIds":
        return facts.order_ids(asked).order_ids
    if operation == "listReports":
        return facts.listing(asked).report_ids
    if operation == "acknowledgeReports":
        return facts.acknowledgement(asked).acknowledged
    return asked.media_type, report_headers(asked).order_id, _impression(asked)


def _impression(asked: Exchange) -> object:
    """Return what a json report concludes, or those of a group, by the members of its schema; None of other types."""
    if not isinstance(asked.json, dict):
        return None
    report = comparable_content(asked.body, "GroupJsonReport" if "orders" in asked.json else "JsonReport")
    return report.get("impression"), report.get("findings"), report.get("orders")
