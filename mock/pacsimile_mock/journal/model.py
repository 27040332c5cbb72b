"""An entry of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pacsimile_mock.clock import Instant

BARE = 600
"""Bytes of an entry without the texts that come from outside."""
BARE_TEXT = 40
"""What a parameter costs beside its text, counted in characters of four bytes."""


@dataclass(slots=True)
class Entry:
    """One call: who asked for what, what was answered, and which clause a refusal comes from."""

    number: int
    at: Instant
    request_id: str
    method: str
    operation: str | None
    client_id: str | None
    parameters: Mapping[str, str]
    """As they came, with secrets and tokens masked; as salted hashes where the journal is redacted."""
    status: int
    requirement: str | None
    duration_us: int
    bytes_sent: int
    delivered: bool = True
    """False where the client did not get the answer that stands here: it was cut off, or had gone."""
    fault: str | None = None
    """The fault that the call triggered: its id, and what it does."""
    got: str | None = None
    """The detail of a refusal, under its name in the control API; what it quotes is shown as parameters are."""
    path: str = ""
    """The path below the world's own address."""
    claimed_client_id: str | None = None
    """The client that a call to the authorization server named without having been authenticated."""

    @property
    def weight(self) -> int:
        """The most bytes of memory that it takes, estimated at four a character."""
        length = len(self.path)
        if self.got is not None:
            length += len(self.got)
        if self.claimed_client_id is not None:
            length += len(self.claimed_client_id)
        for name, value in self.parameters.items():
            length += len(name) + len(value) + BARE_TEXT
        return BARE + 4 * length
