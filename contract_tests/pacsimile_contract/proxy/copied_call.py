"""A copy of one call as it passed by: the bytes of both directions, bounded, and how it ended."""

import itertools
import time
from dataclasses import dataclass, field

from pacsimile_contract.evidence.bounds import LONGEST_BODY, LONGEST_HEAD, MOST_AT_ONCE
from pacsimile_contract.evidence.exchange import Cut
from pacsimile_contract.proxy.framing import Head

MOST_SENT = 16 * 1024 * 1024
"""Bytes of a request's body that are copied."""
MOST_ANSWERED = LONGEST_BODY + LONGEST_HEAD
"""Bytes of an answer that are copied: a longer one passes a bound, as in every run."""


@dataclass
class Room:
    """The bytes that all copies may have together: those of calls under way, and those that wait to be judged."""

    most: int = 2 * MOST_AT_ONCE
    taken: int = 0

    def take(self, count: int) -> bool:
        """Take so many bytes; False where there are no more."""
        if self.taken + count > self.most:
            return False
        self.taken += count
        return True


@dataclass
class CopiedCall:
    """A call under way. Times are those of one monotonic clock, `at` is our clock's in seconds since the epoch.

    `authority` is the address that it went to: scheme and authority of a URL. `connection` names the client's
    connection. `failure` is why no whole answer came, None where it came. `is_complete` is false where a copy passed
    the bounds: of an answer that is too long by itself `is_overlong` is set too. `cut` is how the client ended its side
    before the answer came, None where it waited. `head` is as it went to the
    service.
    """

    head: Head
    authority: str
    connection: str
    room: Room
    began: float = field(default_factory=time.monotonic)
    at: float = field(default_factory=time.time)
    ended: float = 0.0
    body: bytearray = field(default_factory=bytearray)
    answer: bytearray = field(default_factory=bytearray)
    failure: str | None = None
    is_complete: bool = True
    is_overlong: bool = False
    cut: Cut | None = None
    _taken: int = 0

    @property
    def method(self) -> bytes:
        """The method."""
        return self.head.line[0]

    def add_sent(self, content: bytes) -> None:
        """Copy a piece of the request's body."""
        if self.is_complete and (len(self.body) + len(content) > MOST_SENT or not self._take(len(content))):
            self.is_complete = False
        if self.is_complete:
            self.body += content

    def add_answered(self, raw: bytes) -> None:
        """Copy a piece of the answer, its head and what frames it included."""
        if self.is_overlong or not self.is_complete:
            return
        if len(self.answer) + len(raw) > MOST_ANSWERED:
            self.is_overlong = True
        elif self._take(len(raw)):
            self.answer += raw
        else:
            self.is_complete = False

    def end(self, failure: str | None = None) -> None:
        """Note the end."""
        self.ended, self.failure = time.monotonic(), failure

    def release(self) -> None:
        """Give back the room that the copies take."""
        self.room.taken -= self._taken
        self._taken = 0

    def _take(self, count: int) -> bool:
        if not self.room.take(count):
            return False
        self._taken += count
        return True


_NUMBERS = itertools.count(1)


def connection_name() -> str:
    """Return a name for a client's connection."""
    return f"c{next(_NUMBERS)}"
