"""Rules for an HL7 2.5.1 ORU^R01 in ER7 that hl7apy does not check: characters, tables, times, observation values.

The message is read here, without a library. docs/formats/hl7v2.md lists the rules.
"""

import re
from base64 import b64decode
from collections.abc import Callable, Iterator
from itertools import pairwise

Segment = list[str]
"""Fields by their number in the standard. Number 0 is the segment's name."""

TABLES: dict[tuple[str, int], tuple[str, frozenset[str]]] = {
    ("MSH", 11): ("0103", frozenset("T")),
    ("MSH", 12): ("0104", frozenset({"2.5.1"})),
    ("MSH", 15): ("0155", frozenset({"AL", "NE", "ER", "SU"})),
    ("MSH", 16): ("0155", frozenset({"AL", "NE", "ER", "SU"})),
    ("MSH", 18): ("0211", frozenset({"UNICODE UTF-8"})),
    ("PID", 8): ("0001", frozenset("FMOUAN")),
    ("PV1", 2): ("0004", frozenset("EIOPRBCNU")),
    ("ORC", 1): ("0119", frozenset({"RE"})),
    ("ORC", 5): ("0038", frozenset({"CM"})),
    ("OBR", 24): ("0074", frozenset({"RAD"})),
    ("OBR", 25): ("0123", frozenset("FC")),
    ("OBX", 2): ("0125", frozenset({"ST", "TX", "NM", "CE", "ED"})),
    ("OBX", 8): ("0078", frozenset({"", "AA"})),
    ("OBX", 11): ("0085", frozenset("FCO")),
}
"""The values of a table that a field of a radiology report may have, by the table's number."""

TIMES = (("MSH", 7), ("PID", 7), ("ORC", 9), ("OBR", 6), ("OBR", 7), ("OBR", 22), ("OBX", 14))
TIME = re.compile(r"\d{8}|\d{14}(\.\d{1,4})?[+-](0\d|1[0-4])[0-5]\d", re.ASCII)
CONCEPT = re.compile(r"[^^]+\^[^^]+\^(LN|SCT|DCM)(\^[^^]+\^[^^]+\^L)?")
ESCAPE = re.compile(r"\\(E|F|S|T|R)\\")
NUMBER = re.compile(r"-?\d+(\.\d+)?", re.ASCII)
SHAPES: dict[str, re.Pattern[str]] = {
    "ST": re.compile(r"[^&^~]{1,199}"),
    "TX": re.compile(r"[^&^~]+"),
    "NM": NUMBER,
    "CE": CONCEPT,
    "ED": re.compile(r"\^AP\^PDF\^Base64\^[A-Za-z0-9+/]+={0,2}"),
}
"""The patterns of OBX-5, by the type in OBX-2."""


def problems(message: bytes) -> list[str]:
    """Return the broken rules as lines of text, none for a message that follows all."""
    try:
        text = message.decode()
    except UnicodeDecodeError as error:
        return [f"not UTF-8, as MSH-18 says it is: {error}"]
    broken = list(_characters(text))
    if broken:
        return broken
    segments = [_fields(line) for line in text.split("\r")[:-1]]
    rules: tuple[Callable[[list[Segment]], Iterator[str]], ...] = (_tables, _times, _observations, _order, _document)
    return [problem for rule in rules for problem in rule(segments)]


def _characters(text: str) -> Iterator[str]:
    if not text.startswith("MSH|^~\\&|"):
        yield "does not begin with MSH and the separators that HL7 recommends"
    if not text.endswith("\r"):
        yield "the last segment does not end with a carriage return"
    for letter in sorted(set(re.findall("[\x00-\x0c\x0e-\x1f\x7f-\x9f]", text))):
        yield f"U+{ord(letter):04X} is a control character"
    for number, line in enumerate(text.split("\r")[:-1], start=1):
        if not re.match(r"[A-Z][A-Z0-9]{2}\|", line):
            yield f"segment {number} begins {line[:4]!r}, which is no segment's name"
        if "\\" in ESCAPE.sub("", line.removeprefix("MSH|^~\\&")):
            yield f"segment {number} has a backslash that is no escape sequence"


def _fields(line: str) -> Segment:
    name, *rest = line.split("|")
    return [name, "|", *rest] if name == "MSH" else [name, *rest]


def _tables(segments: list[Segment]) -> Iterator[str]:
    for segment in segments:
        for (name, number), (table, values) in TABLES.items():
            if segment[0] == name and at(segment, number) not in values:
                yield f"{name}-{number} is {at(segment, number)!r}, which has no place there (table {table})"


def _times(segments: list[Segment]) -> Iterator[str]:
    for segment in segments:
        for name, number in TIMES:
            if segment[0] == name and not TIME.fullmatch(at(segment, number)):
                yield f"{name}-{number} is {at(segment, number)!r}: neither a date nor a time with an offset"


def _observations(segments: list[Segment]) -> Iterator[str]:
    named = [segment for segment in segments if segment[0] == "OBX"]
    for number, segment in enumerate(named, start=1):
        if at(segment, 1) != str(number):
            yield f"OBX-1 is {at(segment, 1)!r}, expected {number}"
        if not CONCEPT.fullmatch(at(segment, 3)):
            yield f"OBX-3 is {at(segment, 3)!r}: no code, meaning and coding system"
        shape = SHAPES.get(at(segment, 2))
        if shape and not shape.fullmatch(at(segment, 5)):
            yield f"OBX-5 of OBX {number} is no {at(segment, 2)}: {at(segment, 5)[:60]!r}"
        if (at(segment, 2) == "NM") != bool(re.fullmatch(r"[^^]+\^\^UCUM", at(segment, 6))):
            yield f"OBX-6 of OBX {number} is {at(segment, 6)!r}: numbers have a unit of UCUM, nothing else has one"
    keys = sorted((at(segment, 3), at(segment, 4)) for segment in named)
    yield from (f"OBX-3 and OBX-4 are {key} twice" for key, following in pairwise(keys) if key == following)


def _order(segments: list[Segment]) -> Iterator[str]:
    """Check that the numbers of ORC and OBR agree, and that the status exists."""
    orc, obr = (next((each for each in segments if each[0] == name), [name]) for name in ("ORC", "OBR"))
    for number, what in ((2, "placer"), (3, "filler")):
        if not at(orc, number) or at(orc, number) != at(obr, number):
            yield f"the {what} order number is {at(orc, number)!r} in ORC and {at(obr, number)!r} in OBR"
    stated = {at(segment, 11) for segment in segments if segment[0] == "OBX"} - {"O"}
    if stated != {at(obr, 25)}:
        yield f"OBR-25 is {at(obr, 25)!r}, OBX-11 {sorted(stated)}"
    if (at(obr, 25) == "C") != bool(at(obr, 21)):
        yield f"OBR-25 is {at(obr, 25)!r}, and OBR-21 names {at(obr, 21)!r} as the report it replaces"


def _document(segments: list[Segment]) -> Iterator[str]:
    documents = [at(segment, 5) for segment in segments if segment[0] == "OBX" and at(segment, 2) == "ED"]
    if len(documents) != 1:
        yield f"{len(documents)} encapsulated documents, expected one"
    for each in documents:
        if not _decoded(each.rpartition("^")[2]).startswith(b"%PDF-1."):
            yield "the encapsulated document is no PDF in base64"


def _decoded(text: str) -> bytes:
    """Return the decoded base64, or nothing if it is invalid."""
    try:
        return b64decode(text, validate=True)
    except ValueError:
        return b""


def at(segment: Segment, number: int) -> str:
    """Return a field by its number. It is empty if the segment ends before it."""
    return segment[number] if number < len(segment) else ""
