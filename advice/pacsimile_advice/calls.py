"""What is known of one call of a client, whoever recorded it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pacsimile_spec.operation_ids import API_OPERATIONS, TOKEN_OPERATIONS

BUSY = (429, 503)
"""Statuses by which a service asks a client to come again later (PROTO-4)."""


class ReportMention(NamedTuple):
    """A report as an answer mentions it.

    `order_id` and `study_uid` are empty where the answer does not name them. `supersedes` is the report that it amends.
    """

    report_id: str
    order_id: str = ""
    study_uid: str = ""
    supersedes: str | None = None


@dataclass(slots=True)
class ClientCall:
    """A call with its answer. It is never changed; `frozen` would treble the time that a long record takes to read.

    Attributes:
        number: Its number in the record. Evidence names it.
        at: When it was answered, in seconds, by the service's clock.
        real_at: The same by a clock that nobody moves; `at` where there is no other.
        client: The client id; None where nobody knows it.
        operation: The operationId; None for a path that is none.
        method: The HTTP method.
        parameters: Its parameters by name.
        status: The status; None where no answer came.
        whole: Whether the client got the answer whole and as the service meant it.
        requirement: The requirement that a refusal names.
        retry_after: The seconds of `Retry-After`; None without the header.
        token: A name for the token that it carries, or that it was given; never the token itself.
        lifetime: The seconds that a token given lives.
        connection: A name for the connection; None where it is not known.
        secret_in_url: Whether its URL has a secret or a token.
        unverified_tls: Whether the client accepted a certificate that it had to refuse.
        with_body: Whether an acknowledgement has a body.
        reports: Reports that the answer lists, holds or acknowledges.
        order_ids: Orders that the answer names beside those of `reports`. Of an acknowledgement, those that it names in
            place of reports.
        order_status: The order's status, in the answer to a status call.
        has_more: Whether a listing ended at its limit.
        resets: How often the service's data had been made anew before; None where nobody noted it.
    """

    number: int
    at: float
    real_at: float
    client: str | None
    operation: str | None
    method: str = "GET"
    parameters: Mapping[str, str] = field(default_factory=dict)
    status: int | None = 200
    whole: bool = True
    requirement: str | None = None
    retry_after: float | None = None
    token: str | None = None
    lifetime: float | None = None
    connection: str | None = None
    secret_in_url: bool = False
    unverified_tls: bool = False
    with_body: bool = False
    reports: tuple[ReportMention, ...] = ()
    order_ids: tuple[str, ...] = ()
    order_status: str | None = None
    has_more: bool = False
    resets: int | None = 0

    @property
    def succeeded(self) -> bool:
        """Whether the client got a whole 2xx."""
        return self.whole and self.accepted

    @property
    def accepted(self) -> bool:
        """Whether the service answered 2xx, whether or not the client got it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def failed_for_now(self) -> bool:
        """Whether nothing is decided: no answer, a broken one, 429, 503 or another 5xx."""
        return not self.whole or self.status is None or self.status in BUSY or self.status >= 500

    @property
    def asks_for_token(self) -> bool:
        """Whether it is a token request."""
        return self.operation in TOKEN_OPERATIONS

    @property
    def is_api_call(self) -> bool:
        """Whether it is a call of an operation that takes a token."""
        return self.operation in API_OPERATIONS

    @property
    def subject(self) -> tuple[str | None, str, str]:
        """What it is about: the operation, what it selects, and the report type."""
        selected = next((f"{name}={self.parameters[name]}" for name in SELECTORS if name in self.parameters), "")
        return self.operation, selected, self.parameters.get("report_type", "")

    def elapsed(self, later: ClientCall) -> float:
        """Return the seconds from this call to a later one; where a clock was moved, by the clock that moved more."""
        return max(later.at - self.at, later.real_at - self.real_at)


SELECTORS = ("order_id", "study_uid", "study_group", "organizationId")
