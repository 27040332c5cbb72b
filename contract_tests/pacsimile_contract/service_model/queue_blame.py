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


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was asked of a queue or of its orders.

    `reports` are those listed or acknowledged. `names` says whether an acknowledgement had a body.
    """

    exchange: Exchange
    kind: Literal["lists", "not listed", "acknowledges", "refused", "asks"]
    client: str | None = None
    reports: frozenset[str] = frozenset()
    order: str | None = None
    names: bool = False


@dataclass(frozen=True, slots=True)
class Marking:
    """An acknowledgement whose reports are listed again.

    `act` is None where the queue has no such act. `is_whole` says whether all that it marked is listed again.
    """

    exchange: Exchange
    act: Act | None
    is_whole: bool


def marking_of(acts: Sequence[Act], done: Exchange, listed: Collection[str]) -> Marking:
    """Look up the acknowledgement `done` among the acts, and compare what it marked with a listing."""
    act = next((act for act in acts if act.exchange is done), None)
    return Marking(done, act, act is not None and act.reports.issubset(listed))


def listed_again(marking: Marking, report: str, exchange: Exchange) -> str:
    """Blame a listing that holds an acknowledged report: the acknowledgement marked nothing, or was forgotten since."""
    done, act = marking.exchange, marking.act
    if done.date is not None and exchange.date is not None and exchange.date - done.date > LONG:
        return "BATCH-14"
    if act is not None and report not in act.reports:
        return "BATCH-11"
    if act is None or not marking.is_whole or (act.names and len(act.reports) == 1):
        return "BATCH-2"
    return "BATCH-11" if act.names else "BATCH-5"


def marked_too_much(acts: Sequence[Act], client: str, shown: Exchange | None, surplus: Sequence[str]) -> str:
    """Blame an acknowledgement without a body that marked what its client's last listing did not hold."""
    since = [act for act in acts if shown is None or act.exchange.started >= shown.ended]
    if any(act.kind == "acknowledges" and act.client == client and not act.names for act in since):
        return "BATCH-8"
    lists = [act for act in acts if act.kind == "lists"]
    own = [act for act in lists if act.client == client]
    for report in surplus:
        if any(report in act.reports for act in own):
            return "BATCH-5"
        if any(report in act.reports for act in lists):
            return "BATCH-9"
        return "BATCH-6" if shown is not None else "BATCH-7"
    return "BATCH-5" if shown is not None else "BATCH-7"


def marked_too_little(acts: Sequence[Act], client: str, shown: Exchange) -> str:
    """Blame an acknowledgement without a body that left something of its client's last listing."""
    since = [act for act in acts if act.exchange.started >= shown.ended]
    if any(act.kind == "acknowledges" and act.names and act.client == client for act in since):
        return "BATCH-11"
    return "BATCH-9" if any(act.client not in (None, client) for act in since) else "BATCH-5"


def lacking(between: Sequence[Act], entry: ListedReport, last: Exchange) -> tuple[str, tuple[Exchange, ...]]:
    """Blame a listing that lacks a report which waits; returns the requirement, and what may have taken it away."""
    for act in reversed(between):
        if act.exchange.started < last.ended:
            continue
        if act.kind == "asks" and act.order == entry.order_id:
            return "RESULTS-6", (act.exchange,)
        if act.kind == "acknowledges":
            return ("BATCH-11" if act.names else "BATCH-5"), (act.exchange,)
        if act.kind == "refused" and act.exchange.status in _FOR_REFUSED:
            return _for_refused(act.exchange), (act.exchange,)
    return "BATCH-3", ()


def _for_refused(exchange: Exchange) -> str:
    if exchange.status == 403 and facts.problem(exchange).reason == "foreign-organization":
        return "SEC-2"
    if exchange.status == 401 and exchange.request.header("Authorization") is None:
        return "AUTH-9"
    return _FOR_REFUSED[exchange.status or 0]
