"""What a listing must hold, and must not, by all that was answered before it."""

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import pairwise

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import ListedReport
from pacsimile_contract.service_model.calls import MOST_ENTRIES, Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.queue_blame import Marking, QueueRequest, lacking, listed_again, marking_of
from pacsimile_contract.service_model.queue_state import Queue, Spans

_LASTING = (
    ("order_id", "BATCH-3"), ("supersedes", "BATCH-12"), ("report_status", "BATCH-12"), ("report_types", "BATCH-3"),
)  # fmt: skip
"""What each listing says of a report in the same way, and the requirement that a listing breaks which differs."""
_LASTING_OF_AMENDED = (*_LASTING, ("completed_at", "BATCH-3"))
"""The same for an amended report. A first version was completed with its order, which `orders` compares."""


class Listings:
    """Compares listings of queues, `spans` by organization, with what is known of them."""

    def __init__(self, comparisons: Comparisons, spans: Mapping[str, Spans]) -> None:
        self._comparisons = comparisons
        self._spans = spans

    def take(self, call: Call, queue: Queue) -> None:
        """Compare a listing with a queue, and learn from it."""
        listing, exchange = facts.listing(call.exchange), call.exchange
        entries = listing.reports
        if entries is None or any(entry.report_id is None for entry in entries):
            queue.shown[call.client] = None
            queue.has_unknown_listings = True
            return
        listed = {str(entry.report_id): entry for entry in entries}
        self._counts(exchange, listing.count, entries, listed)
        replaced = {entry.supersedes for entry in entries}
        markings: dict[int, Marking] = {}
        for name, entry in listed.items():
            self._not_acknowledged(queue, name, exchange, listed, markings)
            self._not_superseded(queue, name, exchange, name in replaced)
            self._repeats_facts(queue, entry, name, exchange)
        if not any(name in queue.acknowledged for name in listed):
            self._order_and_limit(call, entries)
        self._keeps_the_order_of_ties(queue, entries, exchange)
        queue.learn_versions(listed, exchange)
        if call.is_ours_alone:
            self._lacks_nothing(call, queue, listed)
        for name, entry in listed.items():
            self._passed_over(queue, name, exchange)
            queue.ready.pop(entry.order_id or "", None)
            known = queue.waiting.get(name)
            if known is None or known.ended <= exchange.ended:
                queue.waiting[name] = exchange
        queue.shown[call.client] = call
        queue.requests.append(QueueRequest(exchange, "lists", client=call.client, reports=frozenset(listed)))

    # What it says of itself

    def _counts(
        self, exchange: Exchange, count: int | None, entries: Sequence[ListedReport], listed: Collection[str]
    ) -> None:
        if count is not None and count != len(entries):
            self._comparisons.contradict(
                "PROTO-1", exchange, expected=f"count {len(entries)}, of as many reports", got="count", got_value=count,
                is_tentative=True,
            )  # fmt: skip
        if len(listed) < len(entries):
            self._comparisons.contradict(
                "BATCH-1", exchange, expected="each report once", is_tentative=True,
                got=f"{len(entries)} entries of {len(listed)} reports",
            )  # fmt: skip

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

    def _keeps_the_order_of_ties(self, queue: Queue, entries: Sequence[ListedReport], exchange: Exchange) -> None:
        """Judge that reports with one `completed_at` come in the same order as in the listing before."""
        places, before = queue.places
        known = [entry for entry in entries if entry.report_id in places and entry.completed_at is not None]
        for first, second in pairwise(known):
            is_tie = first.completed_at == second.completed_at
            if before is not None and is_tie and places[first.report_id] > places[second.report_id]:
                self._comparisons.contradict(
                    "BATCH-3", before, exchange, expected="reports of one instant in the same order as before, first",
                    expected_value=second.report_id, got="first", got_value=first.report_id, is_tentative=True,
                )  # fmt: skip
                return
        if len(entries) > 1:
            queue.places = {entry.report_id: place for place, entry in enumerate(entries)}, exchange

    # What it must not hold

    def _not_acknowledged(
        self, queue: Queue, report: str, exchange: Exchange, listed: Collection[str], markings: dict[int, Marking]
    ) -> None:
        """Judge that a listed report was not acknowledged before; `markings` keeps each acknowledgement looked up."""
        done = queue.acknowledged.get(report)
        if done is not None and self._comparisons.came_before(done, exchange):
            if done.number not in markings:
                markings[done.number] = marking_of(queue.requests, done, listed)
            self._comparisons.contradict(
                listed_again(markings[done.number], report, exchange), done, exchange,
                expected="a listing without the report that was acknowledged:", expected_value=report,
                got="it is listed", is_tentative=True,
            )  # fmt: skip

    def _not_superseded(self, queue: Queue, report: str, exchange: Exchange, is_beside: bool) -> None:
        successor = queue.superseded.get(report)
        came_before = successor is not None and self._comparisons.came_before(successor, exchange)
        if came_before or is_beside:
            proof = successor if successor is not None and came_before else exchange
            self._comparisons.contradict(
                "BATCH-12", proof, exchange, expected="a listing without the report that was superseded:",
                expected_value=report, got="it is listed", is_tentative=True,
            )  # fmt: skip

    def _repeats_facts(self, queue: Queue, entry: ListedReport, name: str, exchange: Exchange) -> None:
        known, first = queue.reports.setdefault(name, (entry, exchange))
        if known is entry:
            return
        self._comparisons.note("BATCH-3", exchange)
        for member, requirement in _LASTING if known.supersedes is None else _LASTING_OF_AMENDED:
            before, now = getattr(known, member), getattr(entry, member)
            if before is not None and now is not None and before != now:
                self._comparisons.contradict(
                    requirement, first, exchange, expected=f"{member} of the report as listed before:",
                    expected_value=str(before), got=member, got_value=str(now),
                )  # fmt: skip
                return

    # What it must hold

    def _lacks_nothing(self, call: Call, queue: Queue, listed: Mapping[str, ListedReport]) -> None:
        """Compare a listing with what must be in it. A full page may lack what an unseen amendment replaced."""
        exchange = call.exchange
        spans = self._spans[call.parameters["organizationId"]]
        is_full = len(listed) >= int(call.parameters.get("limit", len(listed) + 1))
        if (is_full and len(queue.waiting) > MOST_ENTRIES) or spans.may_be_marked(exchange.ended):
            return
        newest = max((entry.completed_at for entry in listed.values() if entry.completed_at is not None), default=None)

        @cache
        def marked_since(began: float) -> frozenset[str] | None:
            """Return what may have been acknowledged since; None if some of it was never listed, an amendment maybe."""
            marked = spans.marked(began, exchange.ended)
            return marked if marked <= queue.reports.keys() else None

        for name, last in list(queue.waiting.items()):
            entry = queue.reports[name][0]
            if name in queue.acknowledged or not queue.is_newest_known(entry):
                del queue.waiting[name]
                continue
            if name in listed or not self._comparisons.came_before(last, exchange):
                continue
            if is_full:
                if newest is not None and entry.completed_at is not None and entry.completed_at < newest:
                    queue.passed_over.setdefault(name, (last, exchange))
                continue
            marked = None if queue.is_unclear else marked_since(last.started)
            if marked is None or name in marked:
                continue
            self._contradict_lacking(call, queue, name, last)
            return
        if "limit" not in call.parameters:
            self._lists_completed_orders(call, queue, listed)

    def _passed_over(self, queue: Queue, name: str, exchange: Exchange) -> None:
        """Judge a full page without an older report that is listed again: no amendment had taken its place."""
        before, page = queue.passed_over.pop(name, (exchange, exchange))
        if self._comparisons.came_before(page, exchange):
            self._comparisons.contradict(
                "BATCH-13", before, page, exchange, expected="a page of the oldest reports, with", expected_value=name,
                got="it is not on it, and listed before and after", is_tentative=True,
            )  # fmt: skip

    def _contradict_lacking(self, call: Call, queue: Queue, name: str, last: Exchange) -> None:
        """Blame a listing without a report that waits."""
        foreign = next(
            (
                post
                for organization, spans in self._spans.items()
                if organization != call.organization
                for began, ended, names, post in spans.acknowledgements
                if name in names and ended > last.started and began < call.exchange.ended
            ),
            None,
        )
        between = [request for request in queue.requests if request.exchange.ended > last.started]
        requirement, culprit = lacking(between, queue.reports[name][0], last)
        if foreign is not None:
            requirement, culprit = "BATCH-11", (foreign,)
        self._comparisons.contradict(
            requirement, last, *culprit, call.exchange, expected="a listing with the report that nobody acknowledged:",
            expected_value=name, got="it is not listed", is_tentative=bool(culprit),
        )  # fmt: skip

    def _lists_completed_orders(self, call: Call, queue: Queue, listed: Mapping[str, ListedReport]) -> None:
        """Judge that each order that was COMPLETED is listed, unless a report of it was acknowledged."""
        exchange, here = call.exchange, {entry.order_id for entry in listed.values()}
        ready = [
            (order, seen)
            for order, seen in queue.ready.items()
            if order not in here and self._comparisons.came_before(seen, exchange)
        ]
        if not ready or queue.is_unclear:
            return
        marked = self._spans[call.parameters["organizationId"]].marked(0.0, exchange.ended)
        orders = {
            queue.reports[name][0].order_id if name in queue.reports else queue.served.get(name) for name in marked
        }
        for order, seen in ready if None not in orders else ():
            if order not in orders:
                self._comparisons.contradict(
                    "BATCH-1", seen, exchange, expected="a listing with the report of the order that is COMPLETED:",
                    expected_value=order, got="it is not listed, and nobody acknowledged it", is_tentative=True,
                )  # fmt: skip
                return
