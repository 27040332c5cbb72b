"""ER7, HL7 v2's "vertical bar" encoding: segments, character sets, escapes (HL7 2.5.1, chapter 2, sections 2.5 to 2.7).

It is read without a library: rules about bytes need them unchanged, and libraries repair them.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

CHARACTER_SETS: Mapping[str, str] = {
    "": "ascii", "ASCII": "ascii", "8859/1": "iso8859-1", "8859/2": "iso8859-2", "8859/3": "iso8859-3",
    "8859/4": "iso8859-4", "8859/5": "iso8859-5", "8859/6": "iso8859-6", "8859/7": "iso8859-7", "8859/8": "iso8859-8",
    "8859/9": "iso8859-9", "8859/15": "iso8859-15", "ISO IR14": "shift_jis", "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_1", "GB 18030-2000": "gb18030", "KS X 1001": "euc_kr", "CNS 11643-1992": "big5",
    "BIG-5": "big5", "UNICODE": "utf-8", "UNICODE UTF-8": "utf-8", "UNICODE UTF-16": "utf-16",
    "UNICODE UTF-32": "utf-32",
}  # fmt: skip
"""Table 0211, by the name that Python has for each."""

ESCAPE = re.compile(
    r"\\(?:[EFSTRHN]|X(?:[0-9A-Fa-f]{2})+|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4}(?:[0-9A-Fa-f]{2})?|Z[^\\\r|]*"
    r"|\.(?:br|fi|nf|ce|sp(?:[+-]?[0-9]+)?|in[+-]?[0-9]+|ti[+-]?[0-9]+|sk(?:[+-]?[0-9]+)?))\\"
)
"""Every escape sequence of section 2.7, with the default escape character."""

_BREAKS = ("br", "sp", "ce")


@dataclass(frozen=True, slots=True)
class Segment:
    """A segment, its place counted from 1, and its fields by their number in the standard; number 0 is its name.

    Escapes are left as they are, and so is what separates components.
    """

    place: int
    fields: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its three characters."""
        return self.fields[0]

    def field(self, number: int) -> str:
        """Return a field, empty where the segment ends before it."""
        return self.fields[number] if number < len(self.fields) else ""

    def where(self, number: int) -> str:
        """Name a field: `OBX-5 of segment 9`."""
        return f"{self.name}-{number} of segment {self.place}"


def segments(text: str, separator: str = "|") -> Iterator[Segment]:
    """Yield the segments of a message, which carriage returns end; MSH-1 is the separator itself."""
    lines = text.split("\r")
    for place, line in enumerate(lines[:-1] if not lines[-1] else lines, 1):
        name, *fields = line.split(separator)
        yield Segment(place, (name, separator, *fields) if name == "MSH" else (name, *fields))


def character_set(message: bytes) -> str | None:
    """Return Python's name of the character set in MSH-18: `ascii` where it is empty, None where it is unknown.

    MSH is read as ASCII, which all these sets share in their first segment.
    """
    fields = message.split(b"\r", 1)[0].split(message[3:4] or b"|")
    named = fields[17] if len(fields) > 17 else b""
    first = re.split(rb"[~^\n]", named)[0].decode("ascii", "replace").strip()
    return CHARACTER_SETS.get(first)


def decode(message: bytes) -> str | None:
    """Decode a message by the character set that it names; None where it cannot be decoded."""
    try:
        return message.decode(character_set(message) or "")
    except (UnicodeDecodeError, LookupError):
        return None


def unescaped(text: str, separators: Mapping[str, str], encoding: str = "utf-8") -> str:
    """Return a text with its escapes undone, in one pass from left to right; formatting becomes white space.

    `separators` maps F, S, T, R, E to what they stand for. What is no escape sequence stays as it is.
    """
    return ESCAPE.sub(lambda match: _meant(match.group()[1:-1], separators, encoding), text)


def _meant(sequence: str, separators: Mapping[str, str], encoding: str) -> str:
    if sequence in separators:
        return separators[sequence]
    if sequence.startswith("X"):
        return bytes.fromhex(sequence[1:]).decode(encoding, "replace")
    if sequence.startswith("."):
        return "\n" if sequence[1:3] in _BREAKS else " "
    return ""
