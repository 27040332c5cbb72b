"""Reads the status codes of answers in a dialect: by the reason of the refusal, else by the code's only meaning."""

from __future__ import annotations

from pacsimile_spec.dialects import Dialect
from pacsimile_spec.operation_ids import RETRIEVALS, TOKEN_OPERATIONS
from pacsimile_spec.problems import PROBLEMS

_QUEUE = ("listReports", "acknowledgeReports")
_OTHER_400 = ("invalid-parameter", "invalid-body")


class MisspelledStatus(int):
    """A status of the contract for which the dialect has another. It is read as 299 or 499, which no rule expects.

    As text it is the status on the wire, with the one that was expected.
    """

    text: str

    def __new__(cls, status: int, expected: int, dialect: str) -> MisspelledStatus:
        """Return the status in the place of `status`, where the dialect of that name has `expected`."""
        made = super().__new__(cls, status // 100 * 100 + 99)
        made.text = f"{status}, where {dialect} has {expected},"
        return made

    def __str__(self) -> str:
        return self.text


def read_status(dialect: Dialect, operation: str | None, status: int, reason: str | None) -> int:
    """Return the contract's status of an answer.

    Args:
        dialect: the dialect by which it is read.
        operation: the operationId of the request, None for what the description does not have.
        status: the status on the wire.
        reason: the contract's reason of the refusal, None where the answer says none that is known.
    """
    if operation in TOKEN_OPERATIONS or operation is None:
        return status
    if operation == "acknowledgeReports" and 200 <= status < 300:
        return _swapped(dialect, status, 200, int(dialect.codes.acknowledged))
    if reason is not None:
        return _swapped(dialect, status, PROBLEMS[reason].status, status_of(dialect, reason))
    return _by_only_meaning(dialect, operation, status)


def status_of(dialect: Dialect, reason: str) -> int:
    """Return the status that the dialect has for a reason."""
    codes = dialect.codes
    if reason in _OTHER_400:
        return int(codes.bad_request)
    if reason == "report-not-ready":
        return int(codes.not_ready)
    return int(codes.foreign_organization) if reason == "organization-not-allowed" else PROBLEMS[reason].status


def _swapped(dialect: Dialect, status: int, ours: int, theirs: int) -> int:
    if status == theirs:
        return ours
    return MisspelledStatus(status, theirs, dialect.name) if status == ours else status


def _by_only_meaning(dialect: Dialect, operation: str, status: int) -> int:
    codes = dialect.codes
    if codes.bad_request != 400 and status in (400, codes.bad_request):
        return _swapped(dialect, status, 400, int(codes.bad_request))
    if operation in _QUEUE and codes.foreign_organization == 404 == status:
        return 403
    if operation in RETRIEVALS and codes.not_ready in (202, 425) and status == codes.not_ready:
        return 409
    return status
