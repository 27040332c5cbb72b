"""429 and 503, and their `Retry-After`."""

from collections.abc import Iterator

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import describe_answer, quote_value
from pacsimile_contract.evidence.exchange import BUSY, Exchange
from pacsimile_contract.findings.part import Finding, Part, cannot_tell, fact, form, not_exercised, part
from pacsimile_contract.findings.registry import checker, whole_run
from pacsimile_contract.findings.story import Story

SOONEST, LATEST = 1.0, 3600.0
"""The range of every `Retry-After`, in seconds."""


@checker("PROTO-4", "429", "503")
def says_when_to_come_back(story: Story) -> Iterator[Part]:
    """Judge calls that the state made fail with 429 or 503 (steps `throttled/<status>`)."""
    for status, asked in story.below("throttled"):
        if asked.status in BUSY and str(asked.status) != status:
            yield not_exercised(status, f"the service was busy by itself: {describe_answer(asked)}")
            continue
        if str(asked.status) != status:
            yield cannot_tell(
                status, f"the state throttled was to bring about {status}; got {describe_answer(asked)}", (asked,)
            )
            continue
        yield part(status, _carries(asked), on=asked)


@whole_run
@checker("PROTO-4", "every-retry-after", "every-429-and-503")
def never_too_soon_nor_too_late(story: Story) -> Iterator[Part]:
    """Judge every `Retry-After` of a run, and every 429 and 503."""
    for answered in story.exchanges:
        value = answered.header("Retry-After")
        if answered.status in (429, 503):
            yield part("every-429-and-503", _carries(answered), on=answered)
        if value is not None:
            seconds = facts.retry_after(answered)
            within = seconds is not None and SOONEST <= seconds <= LATEST
            expected = f"Retry-After of {SOONEST:g} to {LATEST:g} s"
            yield part("every-retry-after", fact(within, expected, quote_value(value)), on=answered)


def _carries(asked: Exchange) -> Finding:
    return form(asked.header("Retry-After") is not None, "a header Retry-After", describe_answer(asked))
