"""Lines that say what the service does: how it takes credentials, carries reports and takes acknowledgements."""

import json
from collections.abc import Iterator, Sequence

from pacsimile_contract.dialects.carried_reports import carries_report
from pacsimile_contract.dialects.wrong_lines.calls import Call
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_contract.evidence.bounds import read_json
from pacsimile_spec.dialects.identity import parameter_names
from pacsimile_spec.dialects.pointers import spell
from pacsimile_spec.operation_ids import RETRIEVALS

_REDIRECTS = (301, 302, 303, 307, 308)


def wrong_conduct(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines about credentials, carried reports, acknowledgements and unknown parameters that answers contradict."""
    yield from _credentials(lines, calls)
    yield from _carried(lines, calls)
    yield from _acknowledgements(lines, [call for call in calls if call.operation == "acknowledgeReports"])
    yield from _unknown_parameters(lines, calls)


def _credentials(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    line, asked = lines.line("token", "credentials"), [call for call in calls if call.is_for_token]
    refused = [call for call in asked if call.status in (400, 401)]
    if line is not None and refused and not any(call.succeeded for call in asked):
        why = f"no token request is granted ({refused[0].status}): is it this line, or the client's id and secret?"
        yield Note(line, "token.credentials", lines.dialect.credentials, why)


def _carried(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    line, carried = lines.line("reports_carried"), lines.dialect.carried
    answers = [
        call for call in calls if call.operation in RETRIEVALS and (call.status == 200 or call.status in _REDIRECTS)
    ]
    if line is None or not answers or any(carries_report(lines.dialect, call.received) for call in answers):
        return
    value = f"{carried.by}: {spell(carried.pointer)}" if carried.pointer else carried.by
    yield Note(line, "reports_carried", value, f"no answer of {answers[0].operation} carries a report so")


def _acknowledgements(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    pointer = lines.dialect.fields["AcknowledgementRequest"]["report_ids"]
    with_body = [call for call in calls if _names_reports(call)]
    line = lines.line("acknowledgement", "body", "report_ids")
    if line is not None and pointer is not None and _all_refused(with_body):
        why = f"each body with it is refused ({with_body[0].status})"
        yield Note(line, "acknowledgement.body.report_ids", spell(pointer), why)
    line, without = (
        lines.line("acknowledgement", "without_body"),
        [call for call in calls if not call.exchange.request.body],
    )
    if line is not None and lines.dialect.acknowledgements.without_body and _all_refused(without):
        why = f"each call without a body is refused ({without[0].status})"
        yield Note(line, "acknowledgement.without_body", "true", why)
    line, done = lines.line("acknowledgement", "answer"), [call for call in calls if call.succeeded]
    if line is not None and done and all(_has_json(call) for call in done):
        yield Note(line, "acknowledgement.answer", "null", "each answer has a JSON body")


def _names_reports(call: Call) -> bool:
    try:
        body = json.loads(call.exchange.request.body or b"")
    except (ValueError, RecursionError):
        return False
    names = body.get("report_ids") if isinstance(body, dict) and len(body) == 1 else None
    return bool(names) and isinstance(names, list) and all(isinstance(name, str) for name in names)


def _all_refused(calls: Sequence[Call]) -> bool:
    """Whether calls were refused for what they are, and no other answer came but for what is checked before."""
    judged = [call for call in calls if call.status not in (401, 403, 429) and call.status < 500]
    return bool(judged) and all(call.status in (400, 411, 415, 422) for call in judged)


def _has_json(call: Call) -> bool:
    try:
        return isinstance(read_json(call.received.body), dict) and bool(call.received.body)
    except ValueError:
        return False


def _unknown_parameters(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    line, known = lines.line("unknown_parameters"), frozenset(parameter_names())
    with_unknown = [call for call in calls if not call.is_for_token and not known.issuperset(dict(call.asked))]
    if line is None or not with_unknown:
        return
    if lines.dialect.unknown_parameters == "refused" and all(call.succeeded for call in with_unknown):
        yield Note(line, "unknown_parameters", "refused", "each call with one is answered 2xx")
