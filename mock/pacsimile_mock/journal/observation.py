"""Keeps what was seen of a call for advice to its client, and makes of entries the calls that advice judges."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from urllib.parse import parse_qsl
from zlib import crc32

from pacsimile_advice.calls import BUSY, ClientCall, ReportMention
from pacsimile_advice.journal_lines import call_of_entry
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.model import Entry, Observed
from pacsimile_mock.journal.secrets import SECRET_NAME, names_secret
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS

ASKS_TO_WAIT = frozenset({409, *BUSY})

Show = Callable[[str], str]
"""Returns an identifier as the journal shows it."""


def observe(call: Call, answer: Answer, show: Show, salt: int) -> Observed:
    """Return what the journal keeps of a call for advice.

    Args:
        call: the call.
        answer: its answer.
        show: shows identifiers, of which some are the user's own.
        salt: starts the checksums of tokens.
    """
    seen = call.seen
    return Observed(
        real_at=time.time_ns() // 1_000,
        operation=seen.operation or call.operation,
        values={name: show(value) for name, value in seen.values.items()},
        token=None if seen.access_token is None else f"{crc32(seen.access_token.encode(errors='replace'), salt):08x}",
        lifetime=seen.lifetime,
        retry_after=_retry_after(answer) if answer.status in ASKS_TO_WAIT else None,
        connection=call.connection,
        secret_in_url=bool(call.query) and has_secret(call),
        with_body=seen.with_body,
        reports=[_shown(mention, show) for mention in seen.reports],
        order_ids=[show(order_id) for order_id in seen.order_ids],
        order_status=seen.order_status,
        has_more=seen.has_more,
        damaged=seen.damaged,
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
    return [call_of_entry(asdict(entry)) for entry in entries if entry.observed is not None]
