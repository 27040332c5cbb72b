"""What is known of each organization's queue: what was acknowledged for good, and what must still be listed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from pacsimile_contract import facts
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import ListedReport
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.queue_blame import QueueRequest
from pacsimile_spec.statuses import COMPLETED


@dataclass
class Queue:
    """An organization's queue."""

    reports: dict[str, tuple[ListedReport, Exchange]] = field(default_factory=dict)
    """Each report that was listed, as it was first."""
    waiting: dict[str, Exchange] = field(default_factory=dict)
    """Each report that must be listed as long as nobody acknowledges it, with the last listing that held it."""
    passed_over: dict[str, tuple[Exchange, Exchange]] = field(default_factory=dict)
    """Each report that was older than one on a full page without it: the listing before, and the page."""
    ready: dict[str, Exchange] = field(default_factory=dict)
    """Each order that was COMPLETED and of which nothing was listed, with the first answer that showed it."""
    served: dict[str, str] = field(default_factory=dict)
    """By report that was served, its order."""
    acknowledged: dict[str, Exchange] = field(default_factory=dict)
    """What answers said to be acknowledged."""
    versions: dict[str | None, set[str]] = field(default_factory=dict)
    """By order, its reports that were ever listed."""
    unlisted: dict[str | None, set[str]] = field(default_factory=dict)
    """By order, the reports that a listed version of it supersedes and that were never listed themselves."""
    superseded: dict[str, Exchange] = field(default_factory=dict)
    """Each report of which an amendment was listed, with the first such listing."""
    places: tuple[dict[str | None, int], Exchange | None] = field(default_factory=lambda: ({}, None))
    """The place of each report in the last listing of more than one, and that listing."""
    shown: dict[str, Call | None] = field(default_factory=dict)
    """By client, its most recent listing; None where that is not known."""
    requests: list[QueueRequest] = field(default_factory=list)
    """Everything that was asked of the queue, and of its orders."""
    is_unclear: bool = False
    """Whether an acknowledgement may have been done, or may still be done: then nothing has to be listed."""
    has_unknown_listings: bool = False
    """Whether somebody may have listed it who is not known."""
    is_broken: bool = False
    """Whether an answer did not fit: what is true of the queue is not known any more."""

    def learn_versions(self, listed: Mapping[str, ListedReport], exchange: Exchange) -> None:
        """Note which reports are versions of one order, and which of them were superseded."""
        for name, entry in listed.items():
            versions = self.versions.setdefault(entry.order_id, set())
            unlisted = self.unlisted.setdefault(entry.order_id, set())
            versions.add(name)
            unlisted.discard(name)
            predecessor = self.reports[name][0].supersedes
            if predecessor is not None and predecessor not in versions:
                unlisted.add(predecessor)
            if entry.supersedes is not None:
                self.superseded.setdefault(entry.supersedes, exchange)

    def is_newest_known(self, entry: ListedReport) -> bool:
        """Tell whether a report is the newest version of its order that was ever listed.

        Listings that overlap come in any order, and an amendment takes the place of what was listed before. One that
        supersedes what was never listed may have taken the place of any.
        """
        if entry.report_id in self.superseded:
            return False
        versions = self.versions[entry.order_id]
        return len(versions) == 1 or (entry.supersedes in versions and not self.unlisted[entry.order_id])


@dataclass
class Spans:
    """When a queue was listed and acknowledged in a run: what ends later may have taken effect before."""

    listings: list[tuple[float, float]] = field(default_factory=list)
    acknowledgements: list[tuple[float, float, frozenset[str], Exchange]] = field(default_factory=list)
    unclear: list[float] = field(default_factory=list)
    """When each acknowledgement began of which no answer says what it marked."""

    def may_be_marked(self, until: float) -> bool:
        """Tell whether something may be acknowledged by then, and nothing says what."""
        return any(began < until for began in self.unclear)

    def may_be_shown_otherwise(self, post: Exchange) -> bool:
        """Tell whether the queue was listed while a call was under way."""
        return any(began < post.ended and ended > post.started for began, ended in self.listings)

    def marked(self, since: float, until: float) -> frozenset[str]:
        """Return what was acknowledged, wholly or in part, within a time."""
        return frozenset[str]().union(
            *(names for began, ended, names, _ in self.acknowledgements if began < until and ended > since)
        )


def named_in(exchange: Exchange) -> list[str]:
    """Return the organizations that a request names in its query."""
    return parse_qs(urlsplit(exchange.request.url).query).get("organizationId", [])


def spans_of(exchanges: Iterable[Exchange]) -> dict[str, Spans]:
    """Return when each organization's queue was listed and acknowledged."""
    spans: dict[str, Spans] = defaultdict(Spans)
    for exchange in exchanges:
        if exchange.operation not in ("listReports", "acknowledgeReports"):
            continue
        for organization in named_in(exchange):
            if exchange.operation == "listReports":
                spans[organization].listings.append((exchange.started, exchange.ended))
            elif exchange.succeeded:
                marked = facts.acknowledgement(exchange).acknowledged
                if marked is None:
                    spans[organization].unclear.append(exchange.started)
                names = frozenset(marked or ())
                spans[organization].acknowledgements.append((exchange.started, exchange.ended, names, exchange))
            elif exchange.status is None or exchange.status >= 500:
                spans[organization].unclear.append(exchange.started)
    return spans


def learn_ready(queue: Queue, call: Call) -> None:
    """Note an order whose report is ready, by its status or by its report."""
    exchange = call.exchange
    if exchange.status != 200:
        return
    if call.operation == "getStatus":
        status = facts.order_status(exchange)
        order = status.order_id if status.status == COMPLETED else None
    else:
        headers = report_headers(exchange)
        order = headers.order_id
        if headers.report_id is not None and order is not None:
            queue.served[headers.report_id] = order
    if order is not None and order not in queue.versions:
        queue.ready.setdefault(order, exchange)


def learn_unusual(queues: Mapping[str, Queue], exchange: Exchange) -> None:
    """Note a call that is no ordinary one: it may have listed or acknowledged, for whomever its token names."""
    if exchange.operation not in ("listReports", "acknowledgeReports", None):
        return
    named = named_in(exchange)
    refused = exchange.status is not None and 400 <= exchange.status < 500 and exchange.request.cut is None
    for organization, queue in queues.items():
        if named and organization not in named:
            continue
        if refused:
            posts = exchange.operation == "acknowledgeReports"
            queue.requests.append(
                QueueRequest(exchange, "refused" if posts else "not listed", client=exchange.request.client)
            )
        else:
            queue.shown = dict.fromkeys(queue.shown)
            queue.has_unknown_listings = True
            queue.is_unclear |= exchange.operation != "listReports"
