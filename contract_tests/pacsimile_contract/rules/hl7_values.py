"""Rules of `hl7v2` about values: HL7-8, HL7-9, HL7-10."""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from pacsimile_contract.documents.er7 import ESCAPE, Segment
from pacsimile_contract.rules.hl7_message import RawMessage, component
from pacsimile_contract.rules.model import Breach

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_CLOCK = r"(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:[0-5][0-9](?:\.[0-9]{1,4})?)?)?"
_OFFSET = r"(?:[+-](?:0[0-9]|1[0-4])[0-5][0-9])?"
_TIME = re.compile(_CLOCK + _OFFSET)
_STAMP = re.compile(rf"([0-9]{{4}})(?:([0-9]{{2}})(?:([0-9]{{2}})(?:{_CLOCK})?)?)?{_OFFSET}")
_HEXADECIMAL = re.compile(r"(?:[0-9A-Fa-f]{2})+")
_TIMES: Mapping[str, tuple[int, ...]] = {
    "MSH": (7,), "PID": (7,), "ORC": (9,), "OBR": (6, 7, 8, 14, 22), "OBX": (14, 19),
}  # fmt: skip


def values(message: RawMessage) -> Iterator[Breach]:
    """Yield the breaches of HL7-8, HL7-9 and HL7-10."""
    for segment in message.segments:
        for number in _TIMES.get(segment.name, ()):
            value = component(segment, number)
            if value and not is_stamp(value):
                yield Breach("HL7-9", segment.where(number), "no time as 2.5.1 writes it", value)
        if segment.name == "OBX" and segment.field(5):
            yield from _observed(segment)
        for number in range(3 if segment.name == "MSH" else 1, len(segment.fields)):
            if "\\" in ESCAPE.sub("", segment.field(number)):
                yield Breach("HL7-10", segment.where(number), "a backslash that is no escape sequence")


def is_stamp(text: str) -> bool:
    """Tell whether a text is a TS: digits from the year on, a fraction of at most four, an offset."""
    match = _STAMP.fullmatch(text)
    try:
        return match is not None and bool(date(int(match[1]), int(match[2] or 1), int(match[3] or 1)))
    except ValueError:
        return False


def _is_day(text: str) -> bool:
    return is_stamp(text) and len(text) in (4, 6, 8)


_SHAPES: Mapping[str, tuple[Callable[[str], object], str]] = {
    "NM": (_NUMBER.fullmatch, "no number"),
    "DT": (_is_day, "no date"),
    "TM": (_TIME.fullmatch, "no time of day"),
    "TS": (is_stamp, "no time"),
}


def _observed(segment: Segment) -> Iterator[Breach]:
    kind = segment.field(2)
    if kind == "ED":
        yield from _encapsulated(segment)
    elif kind in _SHAPES:
        is_right, what = _SHAPES[kind]
        for value in segment.field(5).split("~"):
            if not is_right(value.split("^")[0]):
                yield Breach("HL7-8", segment.where(5), f"{what}, which OBX-2 says it is", value)


def _encapsulated(segment: Segment) -> Iterator[Breach]:
    components = segment.field(5).split("^")
    if len(components) != 5:
        yield Breach("HL7-8", segment.where(5), f"{len(components)} components, of which an ED has five")
        return
    encoding, data = components[3:]
    if encoding not in ("A", "Hex", "Base64"):
        yield Breach("HL7-8", segment.where(5), "an encoding that is not of table 0299", encoding)
    elif encoding == "Hex" and not _HEXADECIMAL.fullmatch(data):
        yield Breach("HL7-8", segment.where(5), "data that is not hexadecimal")
    elif encoding == "Base64" and not _is_base64(data):
        yield Breach("HL7-8", segment.where(5), "data that is no base64")


def _is_base64(text: str) -> bool:
    try:
        return bool(b64decode(ESCAPE.sub("", text), validate=True))
    except ValueError:
        return False
