"""Lines that say what the service does: how it carries reports, answers acknowledgements, takes unknown parameters."""

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
    """Yield the lines of `reports_carried`, `acknowledgement` and `unknown_parameters` that answers contradict."""
    yield from _carried(lines, calls)
    yield from _acknowledgements(lines, [call for call in calls if call.operation == "acknowledgeReports"])
    yield from _unknown_parameters(lines, calls)


def _carried(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    line, carried = lines.line("reports_carried"), lines.dialect.carried
    answers = [
        call
        for call in calls
        if call.operation in RETRIEVALS
        and (call.status == 200 or call.status in _REDIRECTS)
        and call.exchange.body_was_stored
    ]
    if line is None or not answers or any(carries_report(lines.dialect, call.received) for call in answers):
        return
    value = f"{carried.by}: {spell(carried.pointer)}" if carried.pointer else carried.by
    yield Note(line, "reports_carried", value, f"no answer of {answers[0].operation} carries a report so")


def _acknowledgements(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    line, done = lines.line("acknowledgement", "answer"), [call for call in calls if call.succeeded]
    if line is not None and done and all(_has_json(call) for call in done):
        yield Note(line, "acknowledgement.answer", "null", "each answer has a JSON body")


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
