"""The copy of a call: bounded by itself, and together with all others."""

from __future__ import annotations

import pytest

from pacsimile_contract.proxy import copied_call as module
from pacsimile_contract.proxy.copied_call import CopiedCall, Room
from pacsimile_contract.proxy.framing import Head

HEAD = Head(b"GET / HTTP/1.1\r\n\r\n", (b"GET", b"/", b"1"), ())


def call(room: Room) -> CopiedCall:
    return CopiedCall(HEAD, "http://api.example", "c1", room)


def test_a_copy_that_finds_no_room_is_not_complete() -> None:
    """It gives back what it took, and takes no more."""
    room = Room(most=10)
    first, second = call(room), call(room)
    first.add_sent(b"12345")
    second.add_answered(b"1234")
    second.add_answered(b"567")
    second.add_answered(b"8")
    assert (first.is_complete, second.is_complete, bytes(second.answer)) == (True, False, b"1234")
    first.add_sent(b"67")
    first.add_sent(b"8")
    assert (first.is_complete, bytes(first.body)) == (False, b"12345")
    for each in (first, second, first):
        each.release()
    assert room.taken == 0


def test_a_long_answer_is_told_from_a_lack_of_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service is at fault for the one, nobody for the other."""
    monkeypatch.setattr(module, "MOST_ANSWERED", 4)
    one = call(Room())
    for piece in (b"123", b"45", b"6"):
        one.add_answered(piece)
    assert (one.is_overlong, one.is_complete, bytes(one.answer)) == (True, True, b"123")


def test_a_long_body_is_not_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its room is not taken."""
    monkeypatch.setattr(module, "MOST_SENT", 4)
    room = Room()
    one = call(room)
    one.add_sent(b"12345")
    assert (one.is_complete, room.taken) == (False, 0)
