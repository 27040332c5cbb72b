"""Keeps what was seen of a call for advice to its client, and makes of entries the calls that advice judges."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from hashlib import blake2b
from time import time_ns
from typing import Any
from urllib.parse import parse_qsl

from pacsimile_advice.calls import BUSY, ClientCall, ReportMention
from pacsimile_advice.journal_lines import EntryReader
from pacsimile_mock.exchange import Answer, Call, Seen
from pacsimile_mock.journal.model import Entry, Observed
from pacsimile_mock.journal.secrets import SECRET_NAME, names_secret
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS

ASKS_TO_WAIT = frozenset({409, *BUSY})

SIGNATURE = slice(-12, None)
"""The end of a token, of its signature, by which tokens are told apart. Nobody can use it."""

Show = Callable[[str], str]
"""Returns an identifier as the journal shows it."""


def note(call: Call) -> Any:
    """Return what was seen of a call that succeeded and has no value to hide, to be completed when it is read.

    All calls pay for this, and few are ever read.
    """
    seen = call.seen
    seen.real_at_ns = time_ns()
    seen.connection = call.connection
    token = seen.access_token
    if token is not None:
        seen.access_token = token[SIGNATURE]
    return seen


def settle(entry: Entry) -> Entry:
    """Complete what an entry has of a call that `note` noted, and return the entry."""
    seen: Any = entry.observed
    if isinstance(seen, Seen):
        entry.observed = _observed(seen, seen.operation or entry.operation)
    return entry


def observe(call: Call, answer: Answer, show_sent: Show, show: Show) -> Observed:
    """Return what the journal keeps of a call for advice.

    Args:
        call: the call.
        answer: its answer.
        show_sent: shows the values of the call's parameters.
        show: shows the answer's identifiers, of which some are the user's own.
    """
    seen = note(call)
    observed = _observed(seen, seen.operation or call.operation, show_sent, show)
    observed.retry_after = _retry_after(answer) if answer.status in ASKS_TO_WAIT else None
    observed.secret_in_url = bool(call.query) and has_secret(call)
    return observed


def _observed(seen: Seen, operation: str | None, show_sent: Show = str, show: Show = str) -> Observed:
    token = seen.access_token
    return Observed(
        real_at=seen.real_at_ns // 1_000,
        operation=operation,
        values={name: show_sent(value) for name, value in seen.values.items()},
        token=None if token is None else blake2b(token.encode(errors="replace"), digest_size=6).hexdigest(),
        lifetime=seen.lifetime,
        retry_after=None,
        connection=seen.connection,
        secret_in_url=False,
        with_body=seen.with_body,
        reports=[_shown(mention, show) for mention in seen.reports],
        order_ids=[show(order_id) for order_id in seen.order_ids],
        order_status=seen.order_status,
        has_more=seen.has_more,
        damaged=seen.damaged,
        resets=seen.resets,
    )


def has_secret(call: Call) -> bool:
    """Tell whether the URL of a call has a secret or a token that its dialect does not want there."""
    if SECRET_NAME.search(call.query) is None or (call.respelled and call.operation in CREDENTIAL_OPERATIONS):
        return False
    return any(names_secret(name) for name, _ in parse_qsl(call.query, keep_blank_values=True))


def _retry_after(answer: Answer) -> str | None:
    return next((value for name, value in answer.headers if name.lower() == "retry-after"), None)


def _shown(mention: ReportMention, show: Show) -> tuple[str, str, str, str | None]:
    supersedes = None if mention.supersedes is None else show(mention.supersedes)
    return show(mention.report_id), show(mention.order_id), show(mention.study_uid), supersedes


def client_calls(entries: Iterable[Entry]) -> list[ClientCall]:
    """Return the calls of entries as advice judges them; without those that an older version kept."""
    reader = EntryReader()
    return [reader.call(asdict(entry)) for entry in entries if entry.observed is not None]
