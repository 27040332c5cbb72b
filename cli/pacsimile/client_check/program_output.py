"""What a program writes: its beginning and its end are kept, without secrets."""

from __future__ import annotations

import base64
import re
from collections import deque
from collections.abc import Iterable
from threading import Lock
from urllib.parse import quote, quote_plus

from pacsimile_spec.plain import printable

KEPT = 128 * 1024
"""Bytes that are kept of the beginning, and of the end."""
TORN = 2048
"""Signs that are dropped at most on both sides of what is left out: half of a secret is not recognised there."""
HIDDEN = "[hidden]"
_TOKEN = re.compile(r"eyJ[\w-]{8,}(?:\.[\w-]*){0,2}|(?i:bearer\s+)[\w.~+/=-]{8,}|(?i:basic\s+)[\w+/=-]{8,}")
"""JSON Web Tokens, also cut short ones, and what stands in an Authorization header."""


class ProgramOutput:
    """Collects what a program writes, within bounds."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept, self._lock = kept, Lock()
        self._head, self._tail, self._tail_size, self.size = bytearray(), deque[bytes](), 0, 0

    def add(self, piece: bytes) -> None:
        """Keep a piece, or drop one that is older."""
        with self._lock:
            self.size += len(piece)
            room = max(self._kept - len(self._head), 0)
            self._head += piece[:room]
            if rest := piece[room:]:
                self._tail.append(rest)
                self._tail_size += len(rest)
            while self._tail and self._tail_size - len(self._tail[0]) >= self._kept:
                self._tail_size -= len(self._tail.popleft())

    def text(self, secrets: Iterable[str]) -> str:
        """Return what was kept, without these secrets and without tokens."""
        with self._lock:
            head, tail, size = bytes(self._head), b"".join(self._tail)[-self._kept :], self.size
        if size <= len(head) + len(tail):
            return hidden((head + tail).decode(errors="replace"), secrets)
        left_out = f"\n[{size - len(head) - len(tail):,} bytes are left out]\n"
        before, after = (hidden(part.decode(errors="replace"), secrets) for part in (head, tail))
        line = before.rfind("\n", -TORN)
        before = before[:-TORN] if line < 0 else before[:line]
        line = after.find("\n", 0, TORN)
        return before + left_out + after[TORN if line < 0 else line + 1 :]


def hidden(text: str, secrets: Iterable[str]) -> str:
    """Return a text without these secrets, in whatever form they are sent, and without tokens; it is printable."""
    for secret in sorted(set(secrets), key=len, reverse=True):
        for form in (secret, quote(secret, safe=""), quote_plus(secret)):
            text = text.replace(form, HIDDEN)
    return printable(_TOKEN.sub(HIDDEN, text))


def forms(client_id: str, secret: str) -> list[str]:
    """Return a secret, and what HTTP Basic makes of it."""
    return [secret, base64.b64encode(f"{client_id}:{secret}".encode()).decode()]
