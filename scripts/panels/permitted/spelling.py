"""Conducts in the spelling of JSON and of times."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any, ClassVar

import orjson

from pacsimile_fixtures.reports import json_report
from pacsimile_mock.calls import serialization
from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.exchange import Answer, Call
from scripts.panels.permitted.conduct import SMALL, Ambient, conduct
from scripts.panels.permitted.writing import JsonWriter, is_json, replace_body

TIMES = "openapi.yaml, info: “Times are RFC 3339 with an offset. Compare them as instants, never as text: one answer may mix offsets.”"


def rewrite(answer: Answer, writer: JsonWriter) -> None:
    """Write an answer's JSON anew."""
    if is_json(answer):
        replace_body(answer, writer.write(orjson.loads(answer.body)).encode())


class Escaped(JsonWriter):
    """Everything that may be escaped is."""

    def text(self, value: str) -> str:
        """Escape names and values alike."""
        units = value.encode("utf-16-be", "surrogatepass")
        numbers = [int.from_bytes(units[place : place + 2], "big") for place in range(0, len(units), 2)]
        return '"' + "".join(r"\/" if number == 0x2F else f"\\u{number:04X}" for number in numbers) + '"'


@conduct("all-characters-escaped", "RFC 8259 section 7: “Any character may be escaped.”")
class AllEscaped(Pipeline):
    """Every character of every name and text in JSON is escaped."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Write anew."""
        super().add_common_headers(answer, call)
        rewrite(answer, Escaped())


class Spacious(JsonWriter):
    """White space wherever it is allowed."""

    before, after, comma, colon = "\r\n\t ", " \n", " ,\r\n\t", "\t: "

    def write(self, value: Any) -> str:
        """Surround each value."""
        return f" {super().write(value)}\t"


@conduct(
    "white-space-everywhere",
    "RFC 8259 section 2: “Insignificant white space is allowed before or after any of the six structural characters.”",
)
class WhiteSpace(Pipeline):
    """JSON begins and ends with empty lines and has tabs and CRLF within."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Write anew."""
        super().add_common_headers(answer, call)
        if is_json(answer):
            replace_body(answer, f"\r\n\n{Spacious().write(orjson.loads(answer.body))}\n\n".encode())


class OtherNumbers(JsonWriter):
    """Whole numbers with a fraction or an exponent."""

    def integer(self, value: int) -> str:
        """Write one of three forms."""
        return (f"{value}.0", f"{value}e0", f"{value}0E-1")[value % 3]

    def fraction(self, value: float) -> str:
        """Write more digits."""
        return f"{value!r}00" if "e" not in repr(value) else repr(value)


@conduct(
    "numbers-in-other-forms",
    "openapi.yaml is OpenAPI 3.1, whose schemas are JSON Schema 2020-12: `integer` is any number without a fractional part (section 4.2.1 "
    "of the core has 1.0 and 1 alike)",
)
class NumbersInOtherForms(Pipeline):
    """Whole numbers are written 200.0, 1e0, 4040E-1."""

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Write anew."""
        super().add_common_headers(answer, call)
        if answer.media_type != "application/fhir+json":
            rewrite(answer, OtherNumbers())


def respell_times(respell: Callable[[str], str]) -> None:
    """Spell the times of answers and of json reports in another way."""
    rfc3339 = serialization.rfc3339
    serialization.rfc3339 = lambda at, offset=0: respell(rfc3339(at, offset))
    json_report._instant = lambda instant: respell(instant.isoformat())


@conduct("times-with-nine-digits", TIMES + ' RFC 3339 section 5.6: time-secfrac = "." 1*DIGIT')
class NineDigits(Ambient):
    """Times have nine digits after the second, or as few as they need."""

    def prepare(self) -> None:
        """Respell."""

        def respell(text: str) -> str:
            moment = datetime.fromisoformat(text)
            fraction = f"{moment.microsecond:06d}"
            shown = fraction.rstrip("0") or "0" if moment.second % 2 else f"{fraction}000"
            return f"{moment:%Y-%m-%dT%H:%M:%S}.{shown}{text[-6:]}"

        respell_times(respell)


@conduct(
    "times-in-lower-case",
    TIMES + ' RFC 3339 section 5.6: “the "T" and "Z" characters … may alternatively be lower case”',
)
class LowerCaseTimes(Ambient):
    """Times are in UTC, with a small t and z."""

    def prepare(self) -> None:
        """Respell."""

        def respell(text: str) -> str:
            return text.replace("T", "t").replace("+00:00", "z")

        respell_times(respell)


@conduct("offsets-mixed", TIMES)
class MixedOffsets(Pipeline):
    """`updated_at` has another offset than the other times, -00:00 and +14:00 among them."""

    offsets: ClassVar = (timedelta(hours=14), timedelta(hours=-12), timedelta(hours=5, minutes=45), timedelta(0))

    def add_common_headers(self, answer: Answer, call: Call) -> None:
        """Write `updated_at` anew."""
        super().add_common_headers(answer, call)
        if call.operation != "getStatus" or answer.status != 200:
            return
        content = orjson.loads(answer.body)
        moment = datetime.fromisoformat(content["updated_at"])
        offset = self.offsets[moment.microsecond % 4]
        content["updated_at"] = moment.astimezone(timezone(offset)).isoformat().replace("+00:00", "-00:00")
        replace_body(answer, orjson.dumps(content))


@conduct(
    "times-in-whole-seconds",
    "requirements.yaml, STATUS-7: “by at least one unit of its resolution (the tests wait 1.1 s between changes if it has whole seconds)”",
    server=SMALL,
)
class WholeSeconds(Ambient):
    """The clock has whole seconds, and so have all times."""

    def prepare(self) -> None:
        """Round the clock down, and write no fraction."""
        from small_server import clock

        now, written = clock.Clock.now, clock.rfc3339
        clock.Clock.now = lambda itself: now(itself) // 1000 * 1000

        def rfc3339(instant: int, offset: str = "Z") -> str:
            text: str = written(instant, offset)
            return text[:19] + text[23:]

        clock.rfc3339 = rfc3339


@conduct(
    "clock-of-its-own",
    "openapi.yaml, info, Times: an instant is the service's; AUTH-3 counts from the same answer's `Date`",
)
class ClockOfItsOwn(Ambient):
    """The service's clock is 47 minutes ahead."""

    def prepare(self) -> None:
        """Move the clock that all worlds share."""
        from pacsimile_mock.storage import registry

        system_time = registry.system_time
        registry.system_time = lambda: system_time() + 47 * 60_000_000
