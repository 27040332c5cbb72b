"""An entry of the journal."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pacsimile_mock.clock import Instant

BARE = 600
"""Bytes of an entry without the texts that come from outside."""
MENTION = 60
"""What a mention of a report costs, counted in characters of four bytes."""
BARE_TEXT = 40
"""What a parameter costs beside its text, counted in characters of four bytes."""


@dataclass(slots=True)
class Observed:
    """What the journal keeps of a call for advice to its client. It has no token, no secret and no patient data."""

    real_at: int
    """When it was answered, in microseconds since 1970 by the system's clock."""
    operation: str | None
    values: Mapping[str, str]
    """The parameters of a call that was well-formed, by the contract's names."""
    token: str | None
    """A hash of the end of the token that it carries, or was given: the same token has the same one."""
    lifetime: int | None
    retry_after: str | None
    connection: str | None
    secret_in_url: bool
    with_body: bool
    reports: list[tuple[str, str, str, str | None]]
    """Report id, order id, study UID, superseded report of each report that the answer mentions."""
    order_ids: list[str]
    order_status: str | None
    has_more: bool
    damaged: bool
    resets: int | None = None
    """How often the world had been reset before; None in entries that an older version kept."""


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

    observed: Observed | None = None
    """What advice judges the client by, beside the rest; None in entries that an older version kept.

    While an entry is in a store it may be what `observation.note` noted: stores complete it for whoever reads it."""

    @property
    def weight(self) -> int:
        """The most bytes of memory that it takes, estimated at four a character."""
        length = len(self.path)
        if self.observed is not None and self.observed.reports:
            length += MENTION * len(self.observed.reports)
        if self.got is not None:
            length += len(self.got)
        if self.claimed_client_id is not None:
            length += len(self.claimed_client_id)
        for name, value in self.parameters.items():
            length += len(name) + len(value) + BARE_TEXT
        return BARE + 4 * length
