"""The journal's page is brought up to date a few times a second, and calls pay nothing for it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

import pytest

from mock.tests.journal.test_call_log import ENTRY
from pacsimile_mock.console import call_stream
from pacsimile_mock.console.call_stream import CallStream
from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.journal.query import JournalQuery
from pacsimile_mock.journal.store import MemoryJournalStore


def calls(update: bytes) -> list[dict[str, object]]:
    """The calls of an update."""
    return [json.loads(line.removeprefix(b"data: ")) for line in update.split(b"\n") if line.startswith(b"data: ")]


def store_of(count: int, bound: int = 10_000) -> MemoryJournalStore:
    store = MemoryJournalStore(bound=bound)
    for number in range(count):
        store.add(replace(ENTRY, status=404 if number % 2 else 200))
    return store


def test_it_goes_on_after_the_last_call_that_is_known() -> None:
    store = store_of(5)
    update = CallStream(store, JournalQuery(), after=3)._update()
    assert [call["number"] for call in calls(update)] == [4, 5]
    assert CallStream(store, JournalQuery())._update() == b""
    assert CallStream(store, JournalQuery(), after=99)._update() == b""


def test_of_many_calls_the_newest_are_sent_and_the_others_counted() -> None:
    stream = CallStream(store_of(350, bound=300), JournalQuery(), after=0)
    sent = calls(stream._update())
    assert [call["number"] for call in sent] == list(range(326, 351))
    assert [call["lost_before"] for call in sent] == [325] + [0] * 24


def test_only_calls_that_match_are_sent() -> None:
    sent = calls(CallStream(store_of(10), JournalQuery(status=range(400, 500)), after=0)._update())
    assert [call["status"] for call in sent] == [404] * 5


def test_it_begins_with_a_beat_and_ends_when_told_to(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(call_stream, "UPDATE_SECONDS", 0.001)
    store = store_of(0)

    async def scene() -> list[bytes]:
        end = asyncio.Event()
        events = CallStream(store, JournalQuery()).events(end.wait())
        received = [await anext(events)]
        store.add(replace(ENTRY))
        received.append(await anext(events))
        end.set()
        return received + [piece async for piece in events]

    beat, update = asyncio.run(scene())
    assert beat.startswith(b":") and [call["number"] for call in calls(update)] == [1]


def test_a_database_that_does_not_answer_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Meanwhile nothing is sent; nor is anything where calls were cleared before they were looked at."""
    store = store_of(3)
    stream = CallStream(store, JournalQuery(), after=1)

    def fail(*_: object) -> None:
        raise Unavailable("disk is full")

    with monkeypatch.context() as patched:
        patched.setattr(store, "after", fail)
        assert stream._update() == b""
    with monkeypatch.context() as patched:
        patched.setattr(store, "after", lambda *_: [])
        assert stream._update() == b""
    assert [call["number"] for call in calls(stream._update())] == [2, 3]
