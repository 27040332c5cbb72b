"""Facts read from answers: the only place that knows field names, status words and problem reasons.

Nothing here raises. A member that is missing or of another type reads as None, and a checker judges that.
"""

from pacsimile_contract.facts.identifier_members import IDENTIFIER_MEMBERS, identifiers
from pacsimile_contract.facts.orders import OrderIds, OrderStatus, order_ids, order_status
from pacsimile_contract.facts.queue import Acknowledgement, ListedReport, ReportList, acknowledgement, listing
from pacsimile_contract.facts.refusals import Problem, challenges, problem, retry_after
from pacsimile_contract.facts.synthetic_marks import is_synthetic
from pacsimile_contract.facts.tokens import TokenAnswer, gives_token, is_sendable, token, token_error

__all__ = [
    "IDENTIFIER_MEMBERS", "Acknowledgement", "ListedReport", "OrderIds", "OrderStatus", "Problem", "ReportList",
    "TokenAnswer", "acknowledgement", "challenges", "gives_token", "identifiers", "is_sendable", "is_synthetic",
    "listing", "order_ids", "order_status", "problem", "retry_after", "token", "token_error",
]  # fmt: skip
