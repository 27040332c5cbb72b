"""Which requirement a wrong answer of a queue breaks, by what was asked of the queue before it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import ListedReport

_FOR_REFUSED = {400: "BATCH-11", 413: "BATCH-11", 415: "BATCH-11", 401: "AUTH-12", 403: "AUTH-14"}
"""By status of a refused acknowledgement, the requirement that it breaks by acting all the same."""
LONG = 3600.0
"""Seconds of the server's clock after which an acknowledgement that was in force is forgotten, not ineffective."""


RequestKind = Literal["lists", "not listed", "acknowledges", "refused", "asks"]
"""What was asked: a listing, answered or not; an acknowledgement, done or refused; a look at an order."""


@dataclass(frozen=True, slots=True)
class QueueRequest:
    """Something that was asked of a queue or of its orders.

    `reports` are those listed or acknowledged. `names` says whether an acknowledgement had a body.
    """

    exchange: Exchange
    kind: RequestKind
    client: str | None = None
    reports: frozenset[str] = frozenset()
    order: str | None = None
    names: bool = False


@dataclass(frozen=True, slots=True)
class Marking:
    """An acknowledgement whose reports are listed again.

    `request` is None where the queue has no such request. `is_whole` says whether all that it marked is listed again.
    """

    exchange: Exchange
    request: QueueRequest | None
    is_whole: bool


def marking_of(requests: Sequence[QueueRequest], done: Exchange, listed: Collection[str]) -> Marking:
    """Look up the acknowledgement `done` among the requests, and compare what it marked with a listing."""
    request = next((request for request in requests if request.exchange is done), None)
    return Marking(done, request, request is not None and request.reports.issubset(listed))


def listed_again(marking: Marking, report: str, exchange: Exchange) -> str:
    """Blame a listing that holds an acknowledged report: the acknowledgement marked nothing, or was forgotten since."""
    done, request = marking.exchange, marking.request
    if done.date is not None and exchange.date is not None and exchange.date - done.date > LONG:
        return "BATCH-14"
    if request is not None and report not in request.reports:
        return "BATCH-11"
    if request is None or not marking.is_whole or (request.names and len(request.reports) == 1):
        return "BATCH-2"
    return "BATCH-11" if request.names else "BATCH-5"


def marked_too_much(
    requests: Sequence[QueueRequest], client: str, shown: Exchange | None, surplus: Sequence[str]
) -> str:
    """Blame an acknowledgement without a body that marked what its client's last listing did not hold."""
    since = [request for request in requests if shown is None or request.exchange.started >= shown.ended]
    if any(request.kind == "acknowledges" and request.client == client and not request.names for request in since):
        return "BATCH-8"
    lists = [request for request in requests if request.kind == "lists"]
    own = [request for request in lists if request.client == client]
    for report in surplus:
        if any(report in request.reports for request in own):
            return "BATCH-5"
        if any(report in request.reports for request in lists):
            return "BATCH-9"
        return "BATCH-6" if shown is not None else "BATCH-7"
    return "BATCH-5" if shown is not None else "BATCH-7"


def marked_too_little(requests: Sequence[QueueRequest], client: str, shown: Exchange) -> str:
    """Blame an acknowledgement without a body that left something of its client's last listing."""
    since = [request for request in requests if request.exchange.started >= shown.ended]
    if any(request.kind == "acknowledges" and request.names and request.client == client for request in since):
        return "BATCH-11"
    return "BATCH-9" if any(request.client not in (None, client) for request in since) else "BATCH-5"


def lacking(between: Sequence[QueueRequest], entry: ListedReport, last: Exchange) -> tuple[str, tuple[Exchange, ...]]:
    """Blame a listing that lacks a report which waits; returns the requirement, and what may have taken it away."""
    for request in reversed(between):
        if request.exchange.started < last.ended:
            continue
        if request.kind == "asks" and request.order == entry.order_id:
            return "RESULTS-6", (request.exchange,)
        if request.kind == "acknowledges":
            return ("BATCH-11" if request.names else "BATCH-5"), (request.exchange,)
        if request.kind == "refused" and request.exchange.status in _FOR_REFUSED:
            return _for_refused(request.exchange), (request.exchange,)
    return "BATCH-3", ()


def _for_refused(exchange: Exchange) -> str:
    if exchange.status == 403 and facts.problem(exchange).reason == "foreign-organization":
        return "SEC-2"
    if exchange.status == 401 and exchange.request.header("Authorization") is None:
        return "AUTH-9"
    return _FOR_REFUSED[exchange.status or 0]
