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
_OF_ONE_MEANING = {"not_ready": (202, 425), "bad_request": (400, 422)}
"""Statuses that can only mean this, where the service gives no reasons."""


def wrong_codes(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines of `codes` where each answer of that meaning has another status."""
    for name in CODES:
        line, code = lines.line("codes", name), getattr(lines.dialect.codes, name)
        if line is None:
            continue
        statuses = _statuses(lines, name, [call for call in calls if not call.is_for_token])
        if statuses and code not in statuses:
            others = ", ".join(f"{status} {HTTPStatus(status).phrase}" if status in _KNOWN else str(status)
                               for status in sorted(statuses, key=str))  # fmt: skip
            yield Note(line, f"codes.{name}", str(code), f"each such answer is {others}")


_KNOWN = frozenset(int(status) for status in HTTPStatus)


def _statuses(lines: DialectFile, name: str, calls: Sequence[Call]) -> set[int | str]:
    """Return the statuses of the answers that have the meaning of a code."""
    if name == "acknowledged":
        return {call.status for call in calls if call.operation == "acknowledgeReports" and call.succeeded}
    by_reason: set[int | str] = {call.status for call in calls if call.reason in _REASONS[name] and call.status >= 300}
    if name == "unknown":
        asked = [call for call in calls if call.operation in ("getStatus", "getOrderIds")]
        refused: set[int | str] = {
            call.status for call in asked if call.reason in _REASONS[name] and call.status != 200
        }
        return refused | {"200-empty" for call in asked if call.status == 200 and _is_empty(call)}
    if name == "not_ready":
        by_reason |= {call.status for call in calls if call.operation in RETRIEVALS and call.status == 202}
    if by_reason or name not in _OF_ONE_MEANING or lines.dialect.says("Problem", "type"):
        return by_reason
    meant = [call for call in calls if name != "not_ready" or call.operation in RETRIEVALS]
    return {call.status for call in meant if call.status in _OF_ONE_MEANING[name]}


def _is_empty(call: Call) -> bool:
    """Whether a 200 says that something is unknown: it was read so, or has nothing in it."""
    return not call.exchange.succeeded or call.document == {} or (call.document or {}).get("order_ids") == []
