"""Lines that say which status codes the service has."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

from pacsimile_contract.dialects.wrong_lines.calls import Call
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_spec.dialects.model import CODES
from pacsimile_spec.operation_ids import RETRIEVALS

_REASONS = {
    "not_ready": ("report-not-ready",), "bad_request": ("invalid-parameter", "invalid-body"),
    "foreign_organization": ("organization-not-allowed",),
    "unknown": ("order-not-found", "study-not-found"),
}  # fmt: skip
_OF_ONE_MEANING = {"not_ready": (202, 409, 425), "bad_request": (400, 422)}
"""Statuses that can only mean this, where a refusal has no reason that is known."""


def wrong_codes(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines of `codes` where each answer of that meaning has another status."""
    for name in CODES:
        line, code = lines.line("codes", name), getattr(lines.dialect.codes, name)
        if line is None:
            continue
        statuses = _statuses(name, [call for call in calls if not call.is_for_token])
        if statuses and code not in statuses:
            others = ", ".join(f"{status} {HTTPStatus(status).phrase}" if status in _KNOWN else str(status)
                               for status in sorted(statuses, key=str))  # fmt: skip
            yield Note(line, f"codes.{name}", str(code), f"each such answer is {others}")


_KNOWN = frozenset(int(status) for status in HTTPStatus)


def _statuses(name: str, calls: Sequence[Call]) -> set[int | str]:
    """Return the statuses of the answers that have the meaning of a code."""
    if name == "acknowledged":
        return {call.status for call in calls if call.operation == "acknowledgeReports" and call.succeeded}
    by_reason: set[int | str] = {call.status for call in calls if call.reason in _REASONS[name] and call.status >= 300}
    if name == "unknown":
        asked = [call for call in calls if call.operation in ("getStatus", "getOrderIds")]
        refused: set[int | str] = {
            call.status for call in asked if call.reason in _REASONS[name] and call.status != 200
        }
        return refused | {"200-empty" for call in asked if call.status == 200 and not call.exchange.succeeded}
    if name == "not_ready":
        by_reason |= {call.status for call in calls if call.operation in RETRIEVALS and call.status == 202}
    if by_reason or name not in _OF_ONE_MEANING:
        return by_reason
    meant = [call for call in calls if name != "not_ready" or call.operation in RETRIEVALS]
    return {call.status for call in meant if call.status in _OF_ONE_MEANING[name] and call.reason is None}
