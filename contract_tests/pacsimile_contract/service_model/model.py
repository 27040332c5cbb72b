"""Shows a run to the model, in the order of its answers."""

from collections.abc import Sequence

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.access import Access, Organizations
from pacsimile_contract.service_model.calls import callers_of, ordinary_call
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.documents import Documents
from pacsimile_contract.service_model.orders import Orders
from pacsimile_contract.service_model.queue import Queues, spans_of

JUDGED = (
    "AUTH-11", "AUTH-14", "AUTH-16", "AUTH-17", "STATUS-1", "STATUS-2", "STATUS-5", "STATUS-7", "ORDERID-1",
    "ORDERID-2", "RESULTS-1", "RESULTS-2", "RESULTS-3", "RESULTS-4", "RESULTS-6", "RESULTS-7", "RESULTS-11", "BATCH-2",
    "BATCH-3", "BATCH-5", "BATCH-6", "BATCH-8", "BATCH-9", "BATCH-11", "BATCH-12", "BATCH-13", "CONS-1", "CONS-2",
    "SEC-1", "SEC-2", "SEC-3",
)  # fmt: skip
"""The requirements that the model may find broken."""


def compare(exchanges: Sequence[Exchange], settle: float = 0.0) -> Comparisons:
    """Compare every ordinary call of a run with all that was answered before it was sent.

    Args:
        exchanges: those of a run, in the order of their ends.
        settle: how many seconds a change may take to be visible.
    """
    comparisons, callers = Comparisons(settle), callers_of(exchanges)
    queues = Queues(comparisons, spans_of(exchanges))
    judges = (
        Orders(comparisons), Access(comparisons), Organizations(comparisons, callers), queues, Documents(comparisons)
    )  # fmt: skip
    for exchange in exchanges:
        call = ordinary_call(exchange, callers)
        if call is None:
            queues.take_unusual(exchange)
            continue
        for judge in judges:
            judge.take(call)
    return comparisons
