"""What an acknowledgement must mark, and must not, by all that was answered before it."""

from collections.abc import Mapping

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.facts import Acknowledgement
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.queue_blame import QueueRequest, marked_too_little, marked_too_much
from pacsimile_contract.service_model.queue_state import Queue, Spans
from pacsimile_spec.identifiers import REPORT_ID

MEMORY = 3000.0
"""Seconds for which a listing is surely remembered: a service may forget it after an hour."""


class Acknowledgements:
    """Compares acknowledgements of queues, `spans` by organization, with what is known of them."""

    def __init__(self, comparisons: Comparisons, spans: Mapping[str, Spans]) -> None:
        self._comparisons = comparisons
        self._spans = spans

    def take(self, call: Call, queue: Queue) -> None:
        """Compare an acknowledgement with a queue, and learn from it."""
        answer, exchange = facts.acknowledgement(call.exchange), call.exchange
        if answer.acknowledged is None:
            queue.is_unclear = True
            return
        self._finds_no_more(call, answer)
        marked = frozenset(answer.acknowledged)
        if answer.count is not None and answer.count != len(answer.acknowledged):
            self._comparisons.contradict(
                "PROTO-1", exchange, expected=f"count {len(answer.acknowledged)}, of as many reports",
                got="count", got_value=answer.count, is_tentative=True,
            )  # fmt: skip
        if not self._spans[call.parameters["organizationId"]].may_be_shown_otherwise(exchange):
            count = len(self._comparisons.contradictions)
            self._marks_what_it_may(call, queue, marked)
            if len(self._comparisons.contradictions) == count:
                self._marks_what_it_must(call, queue, answer, marked)
        queue.requests.append(
            QueueRequest(
                exchange, "acknowledges", client=call.client, reports=marked, names=call.report_ids is not None
            )
        )
        for report in marked | _acknowledged_before(call, answer):
            queue.acknowledged.setdefault(report, exchange)

    def _finds_no_more(self, call: Call, answer: Acknowledgement) -> None:
        """Judge that `not_found` has only ids that the call names. Without a body it is empty."""
        named = frozenset(call.report_ids or ())
        surplus = sorted(name for name in frozenset(answer.not_found or ()) - named if REPORT_ID.fullmatch(name))
        if surplus:
            self._comparisons.contradict(
                "BATCH-5" if call.report_ids is None else "BATCH-11", call.exchange, is_tentative=True,
                expected="nothing in not_found but what the call names", got="not_found:", got_value=surplus[0],
            )  # fmt: skip

    def _marks_what_it_may(self, call: Call, queue: Queue, marked: frozenset[str]) -> None:
        exchange = call.exchange
        proof: tuple[Exchange, ...] = ()
        if call.report_ids is not None:
            surplus, requirement = sorted(marked - set(call.report_ids)), "BATCH-11"
        elif not call.is_ours_alone or self._is_unknown(call, queue):
            return
        else:
            shown = queue.shown.get(call.client)
            listed = (
                frozenset[str]() if shown is None else frozenset(map(str, facts.listing(shown.exchange).report_ids))
            )
            last = None if shown is None else shown.exchange
            surplus, proof = sorted(marked - listed), () if last is None else (last,)
            requirement = marked_too_much(queue.requests, call.client, last, surplus)
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

    def _is_unknown(self, call: Call, queue: Queue) -> bool:
        """Tell whether what the client has listed is not known."""
        if call.client in queue.shown:
            return queue.shown[call.client] is None
        return queue.has_unknown_listings

    def _marks_what_it_must(self, call: Call, queue: Queue, answer: Acknowledgement, marked: frozenset[str]) -> None:
        """Judge that all is marked that is named, or was listed last, and that nobody had acknowledged."""
        exchange = call.exchange
        if queue.is_unclear or not call.is_ours_alone:
            return
        if call.report_ids is not None:
            self._finds_what_there_is(call, queue, answer)
            wanted, requirement = call.report_ids, "BATCH-11"
            proof = next((queue.reports[name][1] for name in wanted if name in queue.reports), exchange)
        else:
            shown = queue.shown.get(call.client)
            if shown is None or not self._is_remembered(call, queue, shown.exchange):
                return
            wanted = tuple(map(str, facts.listing(shown.exchange).report_ids))
            requirement, proof = marked_too_little(queue.requests, call.client, shown.exchange), shown.exchange
        gone = self._spans[call.parameters["organizationId"]].marked(0.0, exchange.ended)
        for name in wanted:
            known = queue.reports.get(name)
            if known is None or name in gone or not self._comparisons.came_before(known[1], exchange):
                continue
            if name in queue.superseded or not queue.is_newest_known(known[0]):
                requirement = "BATCH-12"
            self._comparisons.contradict(
                requirement, known[1] if call.report_ids is not None else proof, exchange, expected="acknowledged:",
                expected_value=name, got="it is not, and nobody had acknowledged it", is_tentative=True,
            )  # fmt: skip
            return

    def _is_remembered(self, call: Call, queue: Queue, shown: Exchange) -> bool:
        """Tell whether a listing is still its client's last: not used up, and not too long ago."""
        used = any(
            request.kind == "acknowledges" and request.client == call.client and not request.names
            for request in queue.requests
            if request.exchange.ended > shown.started
        )
        dates = shown.date, call.exchange.date
        if used or dates[0] is None or dates[1] is None or not self._comparisons.came_before(shown, call.exchange):
            return False
        return dates[1] - dates[0] < MEMORY and call.exchange.started - shown.ended < MEMORY

    def _finds_what_there_is(self, call: Call, queue: Queue, answer: Acknowledgement) -> None:
        """Judge that what was listed is no report that is unknown."""
        for name in answer.not_found or ():
            known = queue.reports.get(name)
            if known is not None and self._comparisons.came_before(known[1], call.exchange):
                self._comparisons.contradict(
                    "BATCH-11", known[1], call.exchange, expected="nothing in not_found that was listed before",
                    got="not_found:", got_value=name, is_tentative=True,
                )  # fmt: skip
                return


def _acknowledged_before(call: Call, answer: Acknowledgement) -> frozenset[str]:
    """Return what an acknowledgement names and has in neither list: it says that this was acknowledged before."""
    if call.report_ids is None or answer.acknowledged is None or answer.not_found is None:
        return frozenset()
    return frozenset(call.report_ids).difference(answer.acknowledged, answer.not_found)
