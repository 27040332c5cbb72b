"""Each mistake is named by the shortest record that shows it, and by nothing that a good client does."""

import pytest

from advice.tests.helpers.bad_clients import BAD, Story, storm_of_401
from advice.tests.helpers.good_clients import GOOD
from advice.tests.helpers.record import Record
from pacsimile_advice.judge import judge
from pacsimile_advice.mistakes import MISTAKES


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
