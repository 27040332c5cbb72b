"""The score of a client in one world, over records made by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from advice.tests.helpers.record import Record
from pacsimile_advice.score import CLEAN, FAILED, UNTRIED, WARNED, Ending, Score, as_words, score

Story = Callable[[Record], object]


def scored(story: Story, *ready: str, ending: Ending | None = None, complete: bool = True) -> Score:
    """Return the score of what a story records."""
    record = Record()
    story(record)
    return score(record.calls, ready, ending or Ending(), complete=complete)


def good(record: Record) -> None:
    record.token()
    record.listing("r1", "r2")
    record.result("r1")
    record.result("r2")
    record.acknowledgement("r1", "r2")


def test_a_good_client() -> None:
    told = scored(good, "r1", "r2")
    assert (told.verdict, told.calls, told.ready, told.delivered) == (CLEAN, 5, 2, ("r1", "r2"))
    assert (told.lost, told.doubled, told.waiting, told.hammered, told.hung) == ((), (), (), 0, False)
    assert as_words(told) == []


def unread(record: Record) -> None:
    record.listing("r1", "r2")
    record.result("r1")
    record.acknowledgement("r1", "r2")


def broken(record: Record) -> None:
    record.listing("r1", "r2")
    record.result("r1")
    record.result("r2", whole=False)
    record.acknowledgement("r1", "r2")


def former_version(record: Record) -> None:
    record.result("r1")
    record.result("r0")
    record.listing("r1")
    record.acknowledgement("r1", "r2")


@pytest.mark.parametrize("story", [unread, broken, former_version])
def test_what_was_acknowledged_and_never_came_whole_is_lost(story: Story) -> None:
    """It is not left behind too."""
    told = scored(story, "r1", "r2")
    assert (told.verdict, told.lost, told.delivered) == (FAILED, ("r2",), ("r1",))
    assert as_words(told) == ["lost 1 report"]


def test_an_acknowledgement_whose_answer_was_lost_counts() -> None:
    def story(record: Record) -> None:
        record.listing("r1")
        record.acknowledgement("r1", whole=False)

    assert scored(story, "r1").lost == ("r1",)


def test_the_version_that_supersedes_it_is_as_good() -> None:
    def story(record: Record) -> None:
        record.result("r2", supersedes="r1")
        record.acknowledgement("r1", "r2")

    assert scored(story, "r2").verdict == CLEAN


def test_what_a_record_lacks_is_not_lost() -> None:
    told = scored(lambda record: record.acknowledgement("r1"), complete=False)
    assert told.lost == ()


def test_what_came_whole_twice_is_doubled() -> None:
    """In one type, also after a failure; what came broken first is not."""

    def story(record: Record) -> None:
        good(record)
        record.result("r1", whole=False)
        record.result("r1")
        record.result("r2", report_type="pdf")

    told = scored(story, "r1", "r2")
    assert (told.verdict, told.doubled) == (WARNED, ("r1",))
    assert as_words(told) == ["fetched 1 report more than once"]


def test_who_calls_too_often_hammers() -> None:
    def story(record: Record) -> None:
        good(record)
        record.result("r3", 409, retry_after=30.0)
        record.result("r3")

    told = scored(story, "r1", "r2")
    assert (told.verdict, told.hammered) == (WARNED, 1)
    assert as_words(told) == ["called too often"]


@pytest.mark.parametrize(
    ("ending", "words"),
    [
        (Ending(), ["left 1 report behind"]),
        (Ending(time_up=True), ["hung before it had fetched 1 report"]),
        (Ending(crashed="exit status 3"), ["ended with exit status 3", "left 1 report behind"]),
    ],
)
def test_what_was_not_delivered_fails(ending: Ending, words: list[str]) -> None:
    told = scored(good, "r1", "r2", "r3", ending=ending)
    assert (told.verdict, told.hung, told.waiting) == (FAILED, ending.time_up, ("r3",))
    assert as_words(told) == words


def test_a_program_that_never_ends_is_no_failure_if_it_delivered_all() -> None:
    assert scored(good, "r1", "r2", ending=Ending(time_up=True)).verdict == CLEAN


def test_a_crash_fails_although_all_was_delivered() -> None:
    told = scored(good, "r1", "r2", ending=Ending(crashed="signal SIGSEGV"))
    assert (told.verdict, as_words(told)) == (FAILED, ["ended with signal SIGSEGV"])


def test_no_call_fails_even_if_nothing_was_ready() -> None:
    told = scored(lambda record: None, ending=Ending(crashed="exit status 1"))
    assert (told.verdict, as_words(told)) == (FAILED, ["your program made no call", "it ended with exit status 1"])


def test_a_condition_that_was_not_met_is_not_tried() -> None:
    assert scored(good, "r1", "r2", ending=Ending(tried=False)).verdict == UNTRIED


@pytest.mark.parametrize(("runs", "verdict"), [(3, CLEAN), (1, WARNED)])
def test_each_run_of_a_program_may_get_a_token(runs: int, verdict: str) -> None:
    def story(record: Record) -> None:
        for number in range(3):
            record.token(f"t{number}")
            record.listing(token=f"t{number}")
            record.result(f"r{number}", token=f"t{number}")

    assert scored(story, ending=Ending(runs=runs)).verdict == verdict
