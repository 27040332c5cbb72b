"""Whether an answer is marked as synthetic: only then may the reports show its body."""

from pacsimile_contract.documents import is_synthetic_report
from pacsimile_contract.documents.marks import BANNER, is_marked
from pacsimile_contract.evidence.exchange import Exchange


def is_synthetic(exchange: Exchange) -> bool:
    """Tell whether the answer carries a synthetic mark of its own.

    A report has the mark of its type. Any other answer has the member `synthetic`, or synthetic study UIDs that neither
    the request nor the run before it named: an answer that only repeats these says nothing of the rest.
    """
    document, operation = exchange.json, exchange.operation
    if operation in ("getResult", "getGroupReport") and exchange.succeeded:
        kind = exchange.given.get("report_type", "")
        return is_synthetic_report(kind, exchange.body, of_group=operation == "getGroupReport")
    if isinstance(document, dict):
        return is_marked(document, frozenset(exchange.given.values()), *exchange.known_before)
    return BANNER.encode() in exchange.body
