"""Studies whose older orders change after newer ones: the most recent one is still the newest."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, same, served
from pacsimile_contract.checkers.studies import order_of
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story

LATER = "after-later-events"
"""The part of each requirement: the newest order of a study, when older ones have changed after it."""


def _newest(story: Story, label: str) -> str:
    return str(story.given(label.partition("/")[0])["order_ids"][-1])


@checker("STATUS-2", LATER)
def tells_the_newest(story: Story) -> Iterator[Part]:
    """Judge `/status?study_uid=` (steps `status/<study>/...`): the newest order, whatever has happened to others."""
    for label, asked in story.below("status"):
        named = facts.order_status(asked).order_id
        newest = same(named, _newest(story, label), "order_id of the most recent order")
        yield part(LATER, served(asked), newest, on=asked)


@checker("ORDERID-2", LATER)
def lists_as_created(story: Story) -> Iterator[Part]:
    """Judge `/orderId` (steps `ids/<study>`): by creation, whatever has happened to the orders since."""
    for label, asked in story.below("ids"):
        known = list(reversed(story.given(label)["order_ids"]))
        got = [order_id for order_id in facts.order_ids(asked).order_ids or () if order_id in known]
        yield part(LATER, served(asked), same(got, known, "newest first,"), on=asked)


@checker("RESULTS-2", LATER)
def serves_the_newest(story: Story) -> Iterator[Part]:
    """Judge `/results?study_uid=` of studies whose newest order is COMPLETED (steps `report/<study>/...`)."""
    for label, asked in story.below("report"):
        yield part(LATER, _is_of(asked, _newest(story, label)), on=asked)


def _is_of(asked: Exchange, newest: str) -> Iterator[Finding]:
    named = order_of(asked)
    yield served(asked)
    yield fact(named in (newest, None), f"the report of {newest}, the most recent order", named)


@checker("RESULTS-3", LATER)
def serves_no_older_one(story: Story) -> Iterator[Part]:
    """Judge `/results?study_uid=` of studies whose newest order ended without a report (steps `ended/<study>/...`)."""
    for label, asked in story.below("ended"):
        expected = f"no report: {_newest(story, label)}, the most recent order, has none"
        yield part(LATER, fact(not asked.succeeded, expected, describe_answer(asked)), on=asked)
