"""What is known of each organization's queue: what was acknowledged for good, and what must still be listed."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from urllib.parse import parse_qs, urlsplit

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import ListedReport
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.queue_blame import Act, lacking, listed_again, marked_too_much

_LASTING = (
    ("order_id", "BATCH-3"), ("supersedes", "BATCH-12"), ("report_types", "BATCH-3")
)  # fmt: skip
"""What a listing says of a report for good, and the requirement that another listing breaks which has it otherwise."""


@dataclass
class Queue:
    """An organization's queue."""

    reports: dict[str, tuple[ListedReport, Exchange]] = field(default_factory=dict)
    """Each report that was listed, as it was first."""
    waiting: dict[str, Exchange] = field(default_factory=dict)
    """Each report that must be listed as long as nobody acknowledges it, with the last listing that held it."""
    acknowledged: dict[str, Exchange] = field(default_factory=dict)
    """What answers said to be acknowledged."""
    versions: dict[str | None, set[str]] = field(default_factory=dict)
    """By order, its reports that were ever listed."""
    superseded: set[str] = field(default_factory=set)
    """Each report of which an amendment was listed."""
    shown: dict[str, Call | None] = field(default_factory=dict)
    """By client, its most recent listing; None where that is not known."""
    acts: list[Act] = field(default_factory=list)
    """Everything that was asked of the queue, and of its orders."""
    is_unclear: bool = False
    """Whether an acknowledgement may have been done, or may still be done: then nothing has to be listed."""
    is_broken: bool = False
    """Whether an answer did not fit: what is true of the queue is not known any more."""


@dataclass
class Spans:
    """When a queue was listed and acknowledged in a run: what ends later may have taken effect before."""

    listings: list[tuple[float, float]] = field(default_factory=list)
    acknowledgements: list[tuple[float, float, frozenset[str]]] = field(default_factory=list)

    def may_be_shown_otherwise(self, post: Exchange) -> bool:
        """Tell whether the queue was listed while a call was under way."""
        return any(began < post.ended and ended > post.started for began, ended in self.listings)

    def marked(self, since: float, until: float) -> frozenset[str]:
        """Return what was acknowledged, wholly or in part, within a time."""
        return frozenset[str]().union(
            *(names for began, ended, names in self.acknowledgements if began < until and ended > since)
        )


def _named(exchange: Exchange) -> list[str]:
    """Return the organizations that a request names in its query."""
    return parse_qs(urlsplit(exchange.request.url).query).get("organizationId", [])


def spans_of(exchanges: Iterable[Exchange]) -> dict[str, Spans]:
    """Return when each organization's queue was listed and acknowledged."""
    spans: dict[str, Spans] = defaultdict(Spans)
    for exchange in exchanges:
        for organization in _named(exchange):
            if exchange.operation == "listReports":
                spans[organization].listings.append((exchange.started, exchange.ended))
            elif exchange.operation == "acknowledgeReports" and exchange.succeeded:
                names = frozenset(facts.acknowledgement(exchange).acknowledged or ())
                spans[organization].acknowledgements.append((exchange.started, exchange.ended, names))
    return spans


def _learn_versions(queue: Queue, listed: Mapping[str, ListedReport]) -> None:
    for name, entry in listed.items():
        queue.versions.setdefault(entry.order_id, set()).add(name)
        if entry.supersedes is not None:
            queue.superseded.add(entry.supersedes)


def _is_newest_known(queue: Queue, entry: ListedReport) -> bool:
    """Tell whether a report is the newest version of its order that was ever listed.

    Listings that overlap come in any order, and an amendment takes the place of what was listed before.
    """
    versions = queue.versions[entry.order_id]
    return entry.report_id not in queue.superseded and (len(versions) == 1 or entry.supersedes in versions)


class Queues:
    """The queues of a run, by organization. Each is judged up to the first answer that does not fit."""

    def __init__(self, comparisons: Comparisons, spans: Mapping[str, Spans]) -> None:
        self._comparisons = comparisons
        self._queues: dict[str, Queue] = defaultdict(Queue)
        self._spans = spans

    def take_unusual(self, exchange: Exchange) -> None:
        """Note a call that is no ordinary one: it may have listed or acknowledged, for whomever its token names."""
        if exchange.operation not in ("listReports", "acknowledgeReports", None):
            return
        named = _named(exchange)
        refused = exchange.status is not None and 400 <= exchange.status < 500 and exchange.request.cut is None
        for organization, queue in self._queues.items():
            if named and organization not in named:
                continue
            if refused and exchange.operation == "acknowledgeReports":
                queue.acts.append(Act(exchange, "refused"))
            elif not refused:
                queue.shown = dict.fromkeys(queue.shown)
                queue.is_unclear |= exchange.operation != "listReports"

    def take(self, call: Call) -> None:
        """Compare a call with what is known, and learn from it."""
        exchange = call.exchange
        if call.operation in ("getStatus", "getResult"):
            asked = Act(exchange, "asks", order=call.parameters.get("order_id"))
            self._queues[call.organization].acts.append(asked)
        if "organizationId" not in call.parameters or not call.is_ours_alone:
            return
        queue = self._queues[call.parameters["organizationId"]]
        if queue.is_broken:
            return
        found = len(self._comparisons.contradictions)
        self._take_call(call, queue)
        queue.is_broken = len(self._comparisons.contradictions) > found

    def _take_call(self, call: Call, queue: Queue) -> None:
        exchange = call.exchange
        if call.operation == "acknowledgeReports" and exchange.status == 200:
            self._take_acknowledgement(call, queue)
        elif call.operation == "acknowledgeReports":
            queue.acts.append(Act(exchange, "refused"))
        elif exchange.status == 200 and call.parameters["organizationId"] == call.organization:
            self._take_listing(call, queue)

    # Listings

    def _take_listing(self, call: Call, queue: Queue) -> None:
        entries, exchange = facts.listing(call.exchange).reports, call.exchange
        if entries is None or any(entry.report_id is None for entry in entries):
            queue.shown[call.client] = None
            return
        listed = {str(entry.report_id): entry for entry in entries}
        for name, entry in listed.items():
            self._not_acknowledged(queue, name, exchange, listed)
            self._as_before(queue, entry, name, exchange)
        if not any(name in queue.acknowledged for name in listed):
            self._order_and_limit(call, entries)
        _learn_versions(queue, listed)
        if "limit" not in call.parameters:
            self._nothing_lacks(queue, listed, exchange)
        for name in listed:
            known = queue.waiting.get(name)
            if known is None or known.ended <= exchange.ended:
                queue.waiting[name] = exchange
        queue.shown[call.client] = call
        queue.acts.append(Act(exchange, "lists", client=call.client, reports=frozenset(listed)))

    def _order_and_limit(self, call: Call, entries: Sequence[ListedReport]) -> None:
        exchange, limit = call.exchange, call.parameters.get("limit")
        if limit is not None and len(entries) > int(limit):
            self._comparisons.contradict(
                "BATCH-13", exchange, expected=f"{limit} reports at most", got=str(len(entries))
            )  # fmt: skip
        for first, second in pairwise(entries):
            if first.completed_at and second.completed_at and second.completed_at < first.completed_at:
                self._comparisons.contradict(
                    "BATCH-13", exchange, expected="the oldest first", got="before an older one:",
                    got_value=first.report_id, is_tentative=True,
                )  # fmt: skip
                return
        if limit is not None:
            self._comparisons.note("BATCH-13", exchange)

    def _not_acknowledged(self, queue: Queue, report: str, exchange: Exchange, listed: Collection[str]) -> None:
        done = queue.acknowledged.get(report)
        if done is not None and self._comparisons.came_before(done, exchange):
            self._comparisons.contradict(
                listed_again(queue.acts, report, done, listed), done, exchange,
                expected="a listing without the report that was acknowledged:", expected_value=report,
                got="it is listed", is_tentative=True,
            )  # fmt: skip

    def _as_before(self, queue: Queue, entry: ListedReport, name: str, exchange: Exchange) -> None:
        known, first = queue.reports.setdefault(name, (entry, exchange))
        if known is entry:
            return
        self._comparisons.note("BATCH-3", exchange)
        for member, requirement in _LASTING:
            before, now = getattr(known, member), getattr(entry, member)
            if before is not None and now is not None and before != now:
                self._comparisons.contradict(
                    requirement, first, exchange, expected=f"{member} of the report as listed before:",
                    expected_value=str(before), got=member, got_value=str(now),
                )  # fmt: skip
                return

    def _nothing_lacks(self, queue: Queue, listed: dict[str, ListedReport], exchange: Exchange) -> None:
        """Compare a whole listing with what must be in it."""
        spans = self._spans[exchange.given["organizationId"]]
        for name, last in list(queue.waiting.items()):
            entry = queue.reports[name][0]
            if name in queue.acknowledged or not _is_newest_known(queue, entry):
                del queue.waiting[name]
                continue
            if name in listed or not self._comparisons.came_before(last, exchange):
                continue
            marked = spans.marked(last.started, exchange.ended)
            if queue.is_unclear or name in marked or not marked <= queue.reports.keys():
                continue  # what was never listed may be an amendment of it
            between = [act for act in queue.acts if act.exchange.ended > last.started]
            requirement, culprit = lacking(between, entry, last)
            self._comparisons.contradict(
                requirement, last, *culprit, exchange, expected="a listing with the report that nobody acknowledged:",
                expected_value=name, got="it is not listed", is_tentative=bool(culprit),
            )  # fmt: skip
            return

    # Acknowledgements

    def _take_acknowledgement(self, call: Call, queue: Queue) -> None:
        answer, exchange = facts.acknowledgement(call.exchange), call.exchange
        if answer.acknowledged is None:
            queue.is_unclear = True
            return
        marked = frozenset(answer.acknowledged)
        if not self._spans[call.parameters["organizationId"]].may_be_shown_otherwise(exchange):
            self._marks_what_it_may(call, queue, marked)
        queue.acts.append(
            Act(exchange, "acknowledges", client=call.client, reports=marked, names=call.report_ids is not None)
        )
        for report in marked:
            queue.acknowledged.setdefault(report, exchange)

    def _marks_what_it_may(self, call: Call, queue: Queue, marked: frozenset[str]) -> None:
        exchange = call.exchange
        if call.report_ids is not None:
            surplus, requirement = sorted(marked - set(call.report_ids)), "BATCH-11"
            proof: tuple[Exchange, ...] = ()
        else:
            if call.client not in queue.shown:
                return
            shown = queue.shown[call.client]
            if shown is None:
                return
            listed = frozenset(str(name) for name in facts.listing(shown.exchange).report_ids)
            surplus, proof = sorted(marked - listed), (shown.exchange,)
            requirement = marked_too_much(queue.acts, call.client, shown.exchange, surplus)
        if surplus:
            self._comparisons.contradict(
                requirement, *proof, exchange, expected="nothing acknowledged but what it names or was listed last",
                got="acknowledged:", got_value=surplus[0], is_tentative=True,
            )  # fmt: skip
        else:
            self._comparisons.note(requirement, exchange)
        for report in sorted(marked & set(queue.acknowledged)):
            if self._comparisons.came_before(queue.acknowledged[report], exchange):
                again = "BATCH-11" if call.report_ids is not None else "BATCH-8"
                self._comparisons.contradict(
                    again, queue.acknowledged[report], exchange, expected="nothing acknowledged a second time",
                    got="newly acknowledged:", got_value=report,
                    is_tentative=True,
                )  # fmt: skip
