"""Compare a run: show its calls to every judge of the model, in the order of their answers."""

from collections.abc import Sequence
from typing import Protocol

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.access import Access
from pacsimile_contract.service_model.answers import Answers
from pacsimile_contract.service_model.calls import Call, Callers, callers_of, ordinary_call
from pacsimile_contract.service_model.changes import Changes
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.documents import Documents
from pacsimile_contract.service_model.file_names import FileNames
from pacsimile_contract.service_model.group_documents import GroupDocuments
from pacsimile_contract.service_model.group_reports import GroupReports
from pacsimile_contract.service_model.groups import Groups
from pacsimile_contract.service_model.minimization import minimized
from pacsimile_contract.service_model.offers import Offers
from pacsimile_contract.service_model.orders import Orders
from pacsimile_contract.service_model.organizations import Organizations
from pacsimile_contract.service_model.queue_state import spans_of
from pacsimile_contract.service_model.queues import Queues
from pacsimile_contract.service_model.studies import Studies
from pacsimile_contract.service_model.versions import Versions

JUDGED = (
    "AUTH-6", "AUTH-9", "AUTH-11", "AUTH-12", "AUTH-14", "AUTH-16", "AUTH-17", "STATUS-1", "STATUS-2", "STATUS-5",
    "STATUS-6", "STATUS-7", "ORDERID-1", "ORDERID-2", "RESULTS-1", "RESULTS-2", "RESULTS-3", "RESULTS-4", "RESULTS-5",
    "RESULTS-6", "RESULTS-7", "RESULTS-11", "GROUP-1", "GROUP-2", "GROUP-3", "GROUP-5", "BATCH-1", "BATCH-2", "BATCH-3",
    "BATCH-5", "BATCH-6", "BATCH-7", "BATCH-8", "BATCH-9", "BATCH-11", "BATCH-12", "BATCH-13", "BATCH-14", "CONS-1",
    "CONS-2", "SEC-1", "SEC-2", "SEC-3", "SEC-8", "PROTO-1", "PROTO-5",
)  # fmt: skip
"""The requirements that the model may find broken."""


class Judge(Protocol):
    """Is shown the calls of a run, one after another."""

    def take(self, call: Call) -> None:
        """Compare a call with what is known, and learn from it."""


def compare(exchanges: Sequence[Exchange], settle: float = 0.0) -> Comparisons:
    """Compare every ordinary call of a run with all that was answered before it was sent.

    Args:
        exchanges: all exchanges of a run, in the order of their ends.
        settle: the seconds that a change may take to be visible, 0 or more.

    Returns:
        The contradictions, each with a minimal proof, and by requirement the last exchange that was compared.
    """
    callers = callers_of(exchanges)
    comparisons = _judge(exchanges, callers, settle)
    comparisons.contradictions = [
        minimized(contradiction, lambda proof: _judge(proof, callers, settle))
        for contradiction in comparisons.contradictions
    ]
    return comparisons


def _judge(exchanges: Sequence[Exchange], callers: Callers, settle: float) -> Comparisons:
    """Show exchanges to every judge; who asks is known from the whole run."""
    comparisons = Comparisons(settle)
    queues = Queues(comparisons, spans_of(exchanges))
    orders, versions = Orders(comparisons), Versions(comparisons)
    documents, offers = Documents(comparisons, orders, versions), Offers(comparisons)
    group_documents, file_names = GroupDocuments(), FileNames(comparisons, versions)
    groups = Groups(comparisons, orders, versions, group_documents)
    judges: tuple[Judge, ...] = (
        orders, Studies(comparisons, orders), Changes(comparisons), Access(comparisons, exchanges),
        Organizations(comparisons, callers), queues, versions, documents, offers, groups, Answers(comparisons),
        GroupReports(comparisons, versions, group_documents), file_names,
    )  # fmt: skip
    for exchange in exchanges:
        call = ordinary_call(exchange, callers)
        if call is None:
            queues.take_unusual(exchange)
            continue
        for judge in judges:
            judge.take(call)
    for judged_at_the_end in (documents, offers, groups, file_names):
        judged_at_the_end.finish()
    return comparisons
