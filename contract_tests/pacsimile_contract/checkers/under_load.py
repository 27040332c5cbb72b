"""What must hold for each call while other clients' calls are in progress."""

from collections.abc import Iterator

from pacsimile_contract.checkers.common import describe_answer
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import checker
from pacsimile_contract.findings.story import Story


@checker("AUTH-17", "beside-other-clients")
def is_good_beside_others(story: Story) -> Iterator[Part]:
    """Judge calls of several clients at once (`at-once/<n>-<who>`): each is right, none refused for its token."""
    for _, asked in story.below("at-once"):
        good = fact(asked.status not in (401, 403), "a valid token accepted", describe_answer(asked))
        yield part("beside-other-clients", good, on=asked)


@checker("SEC-1", "at-once")
def stays_apart_under_load(story: Story) -> Iterator[Part]:
    """Judge calls for foreign orders (`beside/<n>-<what>`) amid the owner's calls: they show nothing."""
    for _, asked in story.below("beside"):
        yield part(
            "at-once",
            fact(not asked.succeeded, "a refusal, even amid the owner's calls", describe_answer(asked)),
            on=asked,
        )
