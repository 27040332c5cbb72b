"""Each mistake is named by the shortest record that shows it, and by nothing that a good client does."""

import pytest

from advice.tests.helpers.bad_clients import BAD, Story, amended_ignored, broken_body, ignored_401, storm_of_401, unread
from advice.tests.helpers.good_clients import GOOD
from advice.tests.helpers.record import Record
from pacsimile_advice.judge import judge
from pacsimile_advice.mistakes import MISTAKES
from pacsimile_advice.presentation import as_text, of_record


def ids(record: Record) -> list[str]:
    return [advice.mistake.id for advice in judge(record.calls)]


def test_each_mistake_has_a_story() -> None:
    assert sorted(BAD) == sorted(mistake.id for mistake in MISTAKES)


@pytest.mark.parametrize(
    ("name", "story"), [pytest.param(name, story, id=story.__name__) for name, these in BAD.items() for story in these]
)
def test_a_mistake_is_named_and_no_other(name: str, story: Story) -> None:
    record = Record()
    story(record)
    assert ids(record) == [name]


@pytest.mark.parametrize(
    "story", [story for these in BAD.values() for story in these], ids=lambda story: story.__name__
)
def test_the_evidence_is_in_the_record(story: Story) -> None:
    record = Record()
    story(record)
    for advice in judge(record.calls):
        for occurrence in advice.occurrences:
            assert occurrence.calls and set(occurrence.calls) <= {call.number for call in record.calls}


@pytest.mark.parametrize("story", GOOD, ids=lambda story: story.__name__)
def test_what_a_good_client_does_gets_no_advice(story: Story) -> None:
    record = Record()
    story(record)
    assert ids(record) == []


def test_a_client_without_a_name_is_known_by_its_token() -> None:
    record = Record()
    storm_of_401(record)
    assert [advice.client for advice in judge(record.calls)] == ["lab"]


def test_clients_are_judged_apart() -> None:
    record = Record()
    for number in range(6):
        record.status(after=1, client=f"client-{number}", token=None)
    assert ids(record) == []


def test_nothing_gets_no_advice() -> None:
    assert judge([]) == []


@pytest.mark.parametrize("story", [unread, amended_ignored, broken_body, ignored_401], ids=lambda story: story.__name__)
def test_what_an_earlier_call_could_excuse_is_not_judged_without_it(story: Story) -> None:
    record = Record()
    story(record)
    assert judge(record.calls, complete=False) == []


def test_what_is_seen_is_judged_without_the_past() -> None:
    """A report is acknowledged whose fetch was dropped, and another one is fetched twice."""
    record = Record()
    record.result("r1")
    for _ in range(2):
        record.result("r2")
    record.acknowledgement("r1")
    judged = of_record(record.calls[1:])
    assert (judged["calls"], judged["complete"]) == (3, False)
    assert [advice["id"] for advice in judged["advice"]] == ["ADVICE-FETCHED-TWICE"]


def test_calls_before_a_missing_number_are_not_judged() -> None:
    record = Record()
    record.listing("r1")
    record.result("r1")
    record.result("r2")
    record.acknowledgement("r1")
    del record.calls[1]
    judged = of_record(record.calls)
    assert judged == {"calls": 2, "complete": False, "advice": []}


@pytest.mark.parametrize(("noted", "expected"), [(0, (1, True)), (None, (1, False))])
def test_calls_of_which_nobody_noted_the_resets_may_be_of_after_the_last(
    noted: int | None, expected: tuple[int, bool]
) -> None:
    record = Record()
    record.result("r1", resets=noted)
    record.acknowledgement("r1", resets=1)
    judged = of_record(record.calls)
    assert (judged["calls"], judged["complete"]) == expected
    assert [advice["id"] for advice in judged["advice"]] == ["ADVICE-ACK-UNREAD"] * expected[1]
    assert of_record(record.calls, resets=1) == judged


def test_the_keeper_knows_of_dropped_calls_too() -> None:
    record = Record()
    unread(record)
    assert of_record(record.calls, complete=False)["advice"] == []


@pytest.mark.parametrize(
    ("fields", "judged"),
    [
        ({"method": "HEAD", "status": 405}, False),
        ({"method": "OPTIONS", "status": 405}, False),
        ({"method": "HEAD", "status": 404}, False),
        ({"method": "GET", "status": 404}, False),
        ({"method": "GET", "status": 404, "token": "t1"}, True),
        ({"method": "POST", "status": 404}, True),
        ({"method": "DELETE", "status": 405}, True),
    ],
)
def test_only_a_clients_own_wrong_path_or_method_is_a_mistake(fields: dict[str, object], judged: bool) -> None:
    """Browsers ask for /favicon.ico and health checks send HEAD, and no client is meant by it."""
    record = Record()
    record.call(None, requirement="PROTO-2", **{"client": None, "token": None, **fields})
    assert ids(record) == (["ADVICE-NOT-DESCRIBED"] if judged else [])


def test_a_call_is_named_once_as_evidence() -> None:
    record = Record()
    for _ in range(3):
        record.result()
    (advice,) = judge(record.calls)
    assert advice.occurrences[0].calls == (1, 2, 3)
    assert advice.occurrences[0].words == "1 report was fetched again after arriving whole"


@pytest.mark.parametrize(
    ("calls", "words"),
    [
        (1, "seen: 1 call was refused for wrong parameters; call 1"),
        (2, "2 calls were refused for wrong parameters; calls 1, 2"),
    ],
)
def test_words_agree_in_number(calls: int, words: str) -> None:
    record = Record()
    for _ in range(calls):
        record.call("getStatus", 400, requirement="STATUS-3")
    assert words in "\n".join(as_text(of_record(record.calls)["advice"], calls))


def test_a_terminal_obeys_no_client_id() -> None:
    record = Record()
    record.call("getStatus", 400, requirement="STATUS-3", client="\x1b[31mred\n::error::")
    text = "\n".join(as_text(of_record(record.calls)["advice"], 1))
    assert "(\\x1b[31mred ::error::)" in text and "\x1b" not in text


def test_each_line_of_text_is_a_line_of_its_own() -> None:
    """What writes the lines to a terminal escapes all control characters, a line feed too."""
    record = Record()
    record.call("getStatus", 400, requirement="STATUS-3")
    lines = list(as_text(of_record(record.calls)["advice"], 1))
    assert any(line.startswith("    ") for line in lines)
    assert not any("\n" in line for line in lines)
