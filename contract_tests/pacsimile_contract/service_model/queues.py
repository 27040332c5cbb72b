"""The queues of a run."""

from collections import defaultdict
from collections.abc import Mapping

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.acknowledgements import Acknowledgements
from pacsimile_contract.service_model.calls import Call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.listings import Listings
from pacsimile_contract.service_model.queue_blame import QueueRequest
from pacsimile_contract.service_model.queue_state import Queue, Spans, learn_ready, learn_unusual


class Queues:
    """The queues of a run, by organization. Each is judged up to the first answer that does not fit.

    Of a queue that others use too, only what lasts is judged: what was acknowledged or superseded never returns.
    """

    def __init__(self, comparisons: Comparisons, spans: Mapping[str, Spans]) -> None:
        self._comparisons = comparisons
        self._queues: dict[str, Queue] = defaultdict(Queue)
        self._listings = Listings(comparisons, spans)
        self._acknowledgements = Acknowledgements(comparisons, spans)

    def take_unusual(self, exchange: Exchange) -> None:
        """Note a call that is no ordinary one."""
        learn_unusual(self._queues, exchange)

    def take(self, call: Call) -> None:
        """Compare a call with what is known, and learn from it."""
        exchange = call.exchange
        if call.operation in ("getStatus", "getResult"):
            queue = self._queues[call.organization]
            queue.requests.append(QueueRequest(exchange, "asks", order=call.parameters.get("order_id")))
            learn_ready(queue, call)
        if "organizationId" not in call.parameters:
            return
        queue = self._queues[call.parameters["organizationId"]]
        if queue.is_broken:
            return
        count = len(self._comparisons.contradictions)
        self._take_call(call, queue)
        queue.is_broken = len(self._comparisons.contradictions) > count

    def _take_call(self, call: Call, queue: Queue) -> None:
        exchange = call.exchange
        if call.operation == "acknowledgeReports" and exchange.status == 200:
            self._acknowledgements.take(call, queue)
        elif call.operation == "acknowledgeReports":
            queue.requests.append(QueueRequest(exchange, "refused", client=call.client))
        elif exchange.status != 200:
            queue.requests.append(QueueRequest(exchange, "not listed", client=call.client))
        elif call.parameters["organizationId"] == call.organization:
            self._listings.take(call, queue)
