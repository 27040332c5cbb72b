"""Lines that say names of headers and media types."""

from collections.abc import Iterator, Sequence

from pacsimile_contract.dialects.wrong_lines.calls import Call
from pacsimile_contract.dialects.wrong_lines.lines import DialectFile, Note
from pacsimile_contract.provenance import from_wire
from pacsimile_spec.operation_ids import RETRIEVALS
from pacsimile_spec.report_types import REPORT_TYPES


def wrong_headers(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    """Yield the lines of `headers`, `media_types` and `errors.media_type` that no answer confirms."""
    for name, theirs in lines.dialect.headers.items():
        line = lines.line("headers", name)
        answers = [call for call in calls if _has(name, call)]
        if line is None or not answers:
            continue
        if theirs is None and all(call.exchange.header(f"{name} (not of {lines.dialect.name})") for call in answers):
            yield Note(line, f"headers.{name}", "null", "every such answer has it")
        elif theirs is not None and not any(call.exchange.header(name) for call in answers):
            yield Note(line, f"headers.{name}", theirs, "no answer has it")
    yield from _media_types(lines, calls)


def _has(name: str, call: Call) -> bool:
    """Whether each answer of this kind has a header, by its name in the contract."""
    served = call.operation in RETRIEVALS and call.exchange.succeeded
    if name in ("X-Order-Id", "X-Report-Id"):
        return served and call.operation == "getResult"
    if name in ("Content-Digest", "Content-Disposition"):
        return served
    if name == "WWW-Authenticate":
        return call.status == 401 and not call.is_for_token
    if name == "Retry-After":
        return call.status in (429, 503) or call.reason == "report-not-ready"
    return True


def _media_types(lines: DialectFile, calls: Sequence[Call]) -> Iterator[Note]:
    for name, theirs in lines.dialect.media_types.items():
        served = [call for call in calls if call.operation in RETRIEVALS and call.report_type == name]
        answers = [call for call in served if call.exchange.succeeded]
        line = lines.line("media_types", name)
        if line is not None and answers and not any(_is(call, REPORT_TYPES[name].media_type) for call in answers):
            yield Note(line, f"media_types.{name}", theirs, f"answers have {_received(answers[0])}")
    refusals = [call for call in calls if call.status >= 400 and not call.is_for_token and call.document is not None]
    line = lines.line("errors", "media_type")
    if line is not None and refusals and not any(_is(call, "application/problem+json") for call in refusals):
        why = f"refusals have {_received(refusals[0])}"
        yield Note(line, "errors.media_type", lines.dialect.error_media_type, why)


def _is(call: Call, media_type: str) -> bool:
    return call.exchange.media_type == media_type.partition(";")[0].strip().lower()


def _received(call: Call) -> str:
    return from_wire(call.exchange.media_type_received) or "none"
