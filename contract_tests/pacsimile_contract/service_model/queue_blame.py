"""Which requirement a wrong answer of a queue breaks, by what was asked of the queue before it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import ListedReport


@dataclass(frozen=True, slots=True)
class Act:
    """Something that was asked of a queue or of its orders.

    `reports` are those listed or acknowledged. `names` says whether an acknowledgement had a body.
    """

    exchange: Exchange
    kind: Literal["lists", "acknowledges", "refused", "asks"]
    client: str | None = None
    reports: frozenset[str] = frozenset()
    order: str | None = None
    names: bool = False


def listed_again(acts: Sequence[Act], report: str, done: Exchange, listed: Collection[str]) -> str:
    """Blame a listing that holds a report that `done` acknowledged: it marked nothing, or one returned."""
    marking = next((act for act in acts if act.exchange is done), None)
    if marking is None or not marking.reports.issubset(listed) or (marking.names and len(marking.reports) == 1):
        return "BATCH-2"
    return "BATCH-11" if marking.names else "BATCH-5"


def marked_too_much(acts: Sequence[Act], client: str, shown: Exchange, surplus: Sequence[str]) -> str:
    """Blame an acknowledgement without a body that marked what its client's last listing did not hold."""
    since = [act for act in acts if act.exchange.started >= shown.ended]
    if any(act.kind == "acknowledges" and act.client == client and not act.names for act in since):
        return "BATCH-8"
    lists = [act for act in acts if act.kind == "lists"]
    own = [act for act in lists if act.client == client]
    for report in surplus:
        if any(report in act.reports for act in own):
            return "BATCH-5"
        if any(report in act.reports for act in lists):
            return "BATCH-9"
        return "BATCH-6"
    return "BATCH-5"


def lacking(between: Sequence[Act], entry: ListedReport, last: Exchange) -> tuple[str, tuple[Exchange, ...]]:
    """Blame a listing that lacks a report which waits; returns the requirement, and what may have taken it away."""
    for act in reversed(between):
        if act.exchange.started < last.ended:
            continue
        if act.kind == "asks" and act.order == entry.order_id:
            return "RESULTS-6", (act.exchange,)
        if act.kind == "acknowledges":
            return ("BATCH-11" if act.names else "BATCH-5"), (act.exchange,)
        if act.kind == "refused" and act.exchange.status in (400, 415):
            return "BATCH-11", (act.exchange,)
    return "BATCH-3", ()
