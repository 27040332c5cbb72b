"""The model of the queue on histories written by hand: which rule an answer breaks, and what is right."""

import time
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import exchange
from pacsimile_contract.instants import Instant, instant
from pacsimile_contract.queue_model.acts import Act
from pacsimile_contract.queue_model.events import CallOutcome, PlayedAct, outcome_in_words, ready_at
from pacsimile_contract.queue_model.judge import judge_history
from pacsimile_contract.queue_model.narrative import narrate
from pacsimile_contract.queue_model.recorded_histories import answer as answer_of


def begins(*made: str) -> PlayedAct:
    return PlayedAct(Act("begins", made=made))


def readies(report: str) -> PlayedAct:
    return PlayedAct(Act("readies", made=(report,)))


def announces(report: str) -> PlayedAct:
    return PlayedAct(Act("announces", made=(report,)))


def finishes(report: str, status: str = "COMPLETED") -> PlayedAct:
    return PlayedAct(Act("finishes", about=(report,), status=status))


def amends(old: str, new: str) -> PlayedAct:
    return PlayedAct(Act("amends", about=(old,), made=(new,)))


def passes(seconds: float) -> PlayedAct:
    return PlayedAct(Act("passes", seconds=seconds))


def lists(who: int, *shown: str, limit: int | None = None, **more: Any) -> PlayedAct:
    return PlayedAct(Act("lists", who, limit=limit), CallOutcome(reports=shown, **more))


def posts(who: int, *done: str, status: int | None = 200) -> PlayedAct:
    return PlayedAct(Act("posts", who), CallOutcome(status, reports=done))


def names(who: int, about: str, *done: str, unknown: tuple[str, ...] = (), status: int | None = 200) -> PlayedAct:
    return PlayedAct(Act("names", who, about=tuple(about.split())), CallOutcome(status, done, unknown))


def asks(report: str, word: str, status: int = 200) -> PlayedAct:
    return PlayedAct(Act("asks", 1, about=(report,)), CallOutcome(status, order_status=word))


def fetches(report: str, *served: str, status: int = 200) -> PlayedAct:
    return PlayedAct(Act("fetches", 1, about=(report,)), CallOutcome(status, served))


def minute(number: int) -> Instant:
    found = instant(f"2025-01-01T10:{number:02}:00Z")
    assert found is not None
    return found


TIMES = {"r1": minute(1), "r2": minute(2), "r3": minute(3)}
LOST = posts(1, status=None)
TWO = (begins("r1", "r2"), lists(1, "r1", "r2"))

RIGHT = {
    "a walk in pages": (
        begins("r1", "r2", "r3"), lists(1, "r1", limit=1, completed=TIMES), posts(1, "r1"),
        lists(1, "r2", "r3", completed=TIMES), posts(1, "r2", "r3"), lists(2), posts(1), lists(1),
    ),
    "ready after the listing": (*TWO, readies("r3"), posts(1, "r1", "r2"), lists(1, "r3")),
    "two clients": (*TWO, lists(2, "r1", "r2"), posts(2, "r1", "r2"), posts(1), lists(1)),
    "before any listing": (begins("r1"), posts(1), lists(1, "r1")),
    "only the last listing": (*TWO, lists(1, "r1", limit=1), posts(1, "r1"), lists(1, "r2")),
    "by name leaves the memory": (*TWO, names(1, "r1", "r1"), posts(1, "r2"), lists(1)),
    "strange names": (*TWO, names(1, "r1 x", "r1", unknown=("x",)), lists(1, "r2")),
    "superseded by name": (*TWO, amends("r1", "r3"), names(2, "r1", "r1"), lists(1, "r2", "r3")),
    "superseded by listing": (*TWO, amends("r1", "r3"), posts(1, "r1", "r2"), lists(1, "r3")),
    "amended after acknowledging": (
        *TWO, posts(1, "r1", "r2"), amends("r1", "r3"), lists(1, "r3", supersedes={"r3": "r1"}),
    ),
    "an order on its way": (
        begins(), announces("r1"), lists(1), names(1, "r1", unknown=("r1",)), asks("r1", "RECEIVED"),
        fetches("r1", status=409), finishes("r1"), asks("r1", "COMPLETED"), lists(1, "r1"), fetches("r1", "r1"),
    ),
    "an order that fails": (begins(), announces("r1"), finishes("r1", "FAILED"), lists(1), asks("r1", "FAILED")),
    "an amendment is served": (begins("r1"), amends("r1", "r2"), fetches("r1", "r2"), asks("r1", "COMPLETED")),
    "one instant, in any order": (
        begins("r1", "r2"), lists(1, "r2", limit=1, completed={"r2": minute(1)}),
        lists(1, "r1", "r2", completed={"r1": minute(1), "r2": minute(1)}),
    ),
    "a POST without an answer was done": (*TWO, LOST, lists(1)),
    "a POST without an answer was not done": (*TWO, LOST, lists(1, "r1", "r2"), posts(1, "r1", "r2"), lists(1)),
    "a POST answered 503 and then told": (*TWO, posts(1, status=503), posts(1)),
    "a name without an answer": (*TWO, names(1, "r1", status=500), lists(2, "r2"), posts(1, "r2")),
    "a listing without an answer": (
        *TWO, readies("r3"), lists(1, status=None), posts(1, "r1", "r2", "r3"), lists(1),
    ),
    "remembered for an hour": (*TWO, passes(3000), posts(1, "r1", "r2"), lists(1)),
    "remembered for longer": (*TWO, passes(3600), posts(1, "r1", "r2"), lists(1)),
    "forgotten after an hour": (*TWO, passes(1800), passes(1800), posts(1), lists(1, "r1", "r2")),
    "an answer that cannot be read": (*TWO, lists(1, readable=False), posts(1, "r1")),
}  # fmt: skip


@pytest.mark.parametrize("history", RIGHT.values(), ids=RIGHT)
def test_what_a_correct_service_may_say(history: tuple[PlayedAct, ...]) -> None:
    """A history that the contract allows breaks nothing."""
    judgement = judge_history(history)
    assert judgement.broken is None
    assert judgement.exercised


WRONG = {
    "refused": ("BATCH-1", (begins("r1"), lists(1, status=404))),
    "an empty one refused": ("BATCH-4", (begins(), lists(1, status=404))),
    "twice": ("BATCH-1", (begins("r1"), lists(1, "r1", "r1"))),
    "never listed": ("BATCH-1", (begins("r1"), lists(1))),
    "a report of nobody's": ("BATCH-2", (begins("r1"), lists(1, "r1", "r9"))),
    "an unfinished one": ("BATCH-2", (begins("r1"), announces("r2"), lists(1, "r1", "r2"))),
    "a failed one": ("BATCH-2", (begins(), announces("r1"), finishes("r1", "FAILED"), lists(1, "r1"))),
    "gone and back": ("BATCH-2", (*TWO, posts(1, "r1", "r2"), lists(1), lists(1, "r1"))),
    "listing takes": ("BATCH-3", (*TWO, lists(1, "r1"))),
    "not done": ("BATCH-5", (*TWO, posts(1, "r1", "r2"), lists(1, "r2"))),
    "not all": ("BATCH-5", (*TWO, posts(1, "r1"))),
    "an older listing": ("BATCH-5", (*TWO, lists(1, "r1", limit=1), posts(1, "r1", "r2"))),
    "no report of this organization": ("BATCH-5", (*TWO, posts(1, "r1", "r2", "r9"))),
    "a name refused": ("BATCH-11", (*TWO, names(1, "r1", status=404))),
    "shown to the other alone": (
        "BATCH-9", (begins("r1", "r2"), lists(1, "r1", limit=1), lists(2, "r1", "r2"), posts(1, "r1", "r2")),
    ),
    "refused POST": ("BATCH-5", (*TWO, posts(1, status=404))),
    "forgotten too early": ("BATCH-5", (*TWO, passes(3000), posts(1))),
    "forgotten in part": ("BATCH-5", (*TWO, passes(7200), posts(1, "r1"))),
    "forgotten takes all": ("BATCH-6", (*TWO, passes(7200), readies("r3"), posts(1, "r1", "r2", "r3"))),
    "a new listing is not forgotten": ("BATCH-5", (*TWO, passes(7200), lists(1, "r1", "r2"), posts(1))),
    "ready since": ("BATCH-6", (*TWO, readies("r3"), posts(1, "r1", "r2", "r3"))),
    "ready since, in silence": ("BATCH-6", (*TWO, readies("r3"), posts(1, "r1", "r2"), lists(1))),
    "never listed before": ("BATCH-7", (begins("r1"), posts(1, "r1"))),
    "never listed before, in silence": ("BATCH-7", (begins("r1"), posts(1), lists(1))),
    "repeated": ("BATCH-8", (*TWO, posts(1, "r1", "r2"), posts(1, "r1"))),
    "repeated takes another": (
        "BATCH-8", (begins("r1", "r2"), lists(1, "r1", limit=1), posts(1, "r1"), posts(1, "r2")),
    ),
    "only the other was shown": ("BATCH-9", (begins("r1"), lists(1, "r1"), readies("r2"), lists(2, "r1", "r2"),
                                             lists(1, "r1", limit=1), posts(1, "r1", "r2"))),
    "the other's listing replaces": ("BATCH-9", (*TWO, lists(2, "r1", limit=1), posts(1, "r1"))),
    "acknowledged is unknown": ("BATCH-10", (*TWO, posts(1, "r1", "r2"), asks("r1", "", 404))),
    "acknowledged is not served": ("BATCH-10", (*TWO, posts(1, "r1", "r2"), fetches("r1", status=409))),
    "a name too much": ("BATCH-11", (*TWO, names(1, "r1", "r1", "r2"))),
    "a name too much, in silence": ("BATCH-11", (*TWO, names(1, "r1", "r1"), lists(1))),
    "a name forgotten": ("BATCH-11", (*TWO, names(1, "r1 r2", "r1"))),
    "a name not done": ("BATCH-11", (*TWO, names(1, "r1", "r1"), lists(1, "r1", "r2"))),
    "a name marked twice": ("BATCH-11", (*TWO, names(1, "r1", "r1"), names(1, "r1", "r1"))),
    "unknown in silence": ("BATCH-11", (*TWO, names(1, "r1 f", "r1"))),
    "known is not found": ("BATCH-11", (*TWO, names(1, "r1 r2", "r1", "r2", unknown=("r2",)))),
    "a name forgets the listing": ("BATCH-11", (*TWO, names(1, "r1", "r1"), posts(1))),
    "superseded listed": ("BATCH-12", (begins("r1"), amends("r1", "r2"), lists(1, "r1", "r2"))),
    "successor lost": ("BATCH-12", (*TWO, names(1, "r1", "r1"), amends("r1", "r3"), lists(1, "r2"))),
    "successor lost by name": ("BATCH-12", (*TWO, amends("r1", "r3"), names(1, "r1", "r1"), lists(1, "r2"))),
    "superseded not by listing": ("BATCH-12", (*TWO, amends("r1", "r3"), posts(1, "r2"))),
    "superseded not by name": ("BATCH-12", (*TWO, amends("r1", "r3"), names(1, "r1"))),
    "supersedes nothing": ("BATCH-12", (begins("r1"), amends("r1", "r2"), lists(1, "r2", supersedes={"r2": None}))),
    "more than the limit": ("BATCH-13", (begins("r1", "r2"), lists(1, "r1", "r2", limit=1))),
    "fewer than the limit": ("BATCH-13", (begins("r1", "r2", "r3"), lists(1, "r1", limit=2))),
    "not the oldest": (
        "BATCH-13",
        (begins("r1", "r2"), lists(1, "r2", limit=1, completed=TIMES), lists(1, "r1", "r2", completed=TIMES)),
    ),
    "not in order": ("BATCH-13", (begins("r1", "r2"), lists(1, "r2", "r1", completed=TIMES))),
    "fetching takes": ("RESULTS-6", (*TWO, fetches("r1", "r1"), lists(1, "r2"))),
    "the former version": ("RESULTS-11", (begins("r1"), amends("r1", "r2"), fetches("r1", "r1"))),
    "the other client sees it still": ("CONS-1", (*TWO, posts(1, "r1", "r2"), lists(2, "r1", "r2"))),
    "told late": ("CONS-1", (begins(), announces("r1"), finishes("r1"), asks("r1", "PROCESSING"))),
    "served before": ("CONS-2", (begins(), announces("r1"), fetches("r1", "r1"))),
    "not served after": ("CONS-2", (begins("r1"), fetches("r1", status=409))),
    "another report": ("CONS-2", (begins("r1", "r2"), fetches("r1", "r2"))),
    "neither done nor left": ("BATCH-14", (*TWO, LOST, lists(1, "r2"))),
}  # fmt: skip


@pytest.mark.parametrize(("requirement", "history"), WRONG.values(), ids=WRONG)
def test_a_rule_that_is_broken_is_the_requirements(requirement: str, history: tuple[PlayedAct, ...]) -> None:
    """What breaks a rule is found at the event that shows it, and is the requirement's that the rule belongs to."""
    judgement = judge_history(history)
    assert judgement.broken is not None
    assert judgement.broken.requirement == requirement
    assert requirement in judgement.exercised
    assert judge_history(history[: judgement.broken.place]).broken is None


def test_a_story_says_who_did_what_and_which_rule_that_breaks() -> None:
    """Numbered lines; the one that breaks a rule names it."""
    history = (*TWO, readies("r3"), posts(1, "r1", "r2", "r3"))
    broken = judge_history(history).broken
    assert broken is not None
    assert narrate(history, broken) == (
        "1. a new organization: r1, r2 are ready",
        "2. client 1 lists -> r1, r2",
        "3. r3 becomes ready",
        "4. client 1 posts without a body -> acknowledged r1, r2, r3   <- BATCH-6: r3 became ready after the listing",
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (CallOutcome(None), "no answer"),
        (CallOutcome(503), "503"),
        (CallOutcome(200, readable=False), "200, but nothing that can be read"),
        (CallOutcome(200, says_what_was_done=False), "acknowledged, without saying what"),
        (CallOutcome(200, ("r1",), ("r2",)), "acknowledged r1, r2 not found"),
    ],
)
def test_a_story_says_what_came_back(answer: CallOutcome, words: str) -> None:
    """Also where that is nothing, or nothing that can be read."""
    assert outcome_in_words(PlayedAct(Act("posts", 1), answer)) == words


def test_a_report_is_ready_from_the_act_that_finished_its_order() -> None:
    """Not from the one that announced it; one that failed never is."""
    past = (begins(), announces("r1"), lists(1), finishes("r1"))
    assert ready_at(past, "r1") == 3
    assert ready_at((*past[:3], finishes("r1", "FAILED")), "r1") is None


def test_identifiers_that_nobody_named_are_told_in_short() -> None:
    """As they are, or by length and digest: an answer may hold any."""
    listed = exchange(
        "listReports", 200, {"reports": [{"report_id": "R"}, {"report_id": "S"}, {"report_id": "T" * 9000}]}
    )
    told = answer_of(listed, {"R": "r1"}).reports
    assert told[:2] == ("r1", "S")
    assert told[2].startswith("<text of 9000 characters, ")


@pytest.mark.parametrize(
    ("operation", "document"),
    [("listReports", {"reports": [{"order_id": "A"}]}), ("listReports", []), ("acknowledgeReports", {"count": 1})],
)
def test_an_answer_without_what_it_is_about_cannot_be_read(operation: str, document: object) -> None:
    """Other requirements judge that; here nothing is concluded from it."""
    assert not answer_of(exchange(operation, 200, document), {}).readable


def test_a_long_listing_is_judged_in_time_and_told_in_few_words() -> None:
    """Only the last of many reports is listed twice, so that all before it are looked at."""
    many = tuple(f"r{number}" for number in range(30_000))
    began = time.process_time()
    broken = judge_history((begins("r0"), lists(1, *many, many[-1]))).broken
    assert time.process_time() - began < 4
    assert broken is not None
    assert (broken.requirement, broken.why) == ("BATCH-1", "r29999 is listed twice")
    assert broken.got.endswith("r48, r49, and 29951 more")


def test_a_status_that_is_no_status_is_not_told() -> None:
    """It may be as long as an answer may be."""
    broken = judge_history((begins("r1"), asks("r1", "DONE" * 1000))).broken
    assert broken is not None
    assert broken.got == "another word"
