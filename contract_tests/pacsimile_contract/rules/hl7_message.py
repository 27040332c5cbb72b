"""An HL7 message as written: segments and fields, with their escapes."""

from dataclasses import dataclass

from pacsimile_contract.documents.er7 import Segment, decode, segments
from pacsimile_contract.rules.model import Breach


def component(segment: Segment, number: int, place: int = 1) -> str:
    """Return a component of a field's first repetition, its place counted from 1."""
    components = segment.field(number).split("~")[0].split("^")
    return components[place - 1] if place <= len(components) else ""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message with the usual separators, which replace its own ones if these differ."""

    segments: tuple[Segment, ...]

    def all(self, name: str) -> list[Segment]:
        """Return the segments of a name."""
        return [segment for segment in self.segments if segment.name == name]


_USUAL = "|^~\\&"


def parse_message(body: bytes) -> RawMessage | list[Breach]:
    """Read a message. Return its breaches of HL7-1 to HL7-3 instead where these make it unreadable."""
    text = decode(body)
    if not body.startswith(b"MSH"):
        return [Breach("HL7-2", "the beginning", "something else than MSH")]
    if text is None:
        return [Breach("HL7-1", "the message", "is not written in the character set of MSH-18")]
    separators = text[3:8]
    right = (
        separators[:1]
        and len(set(separators)) == 5
        and not any(separator.isalnum() or separator in "\r\n" for separator in separators)
    )
    if not right:
        return [Breach("HL7-2", "MSH-1 and MSH-2", "no separator and four different encoding characters")]
    if "\r" not in text:
        return [Breach("HL7-3", "the message", "no carriage return: nothing ends a segment")]
    if separators != _USUAL:
        text = _with_usual(text, separators)
    return RawMessage(tuple(segments(text)))


def _with_usual(text: str, separators: str) -> str:
    """Replace a message's separators by the usual ones. Usual separators that are plain text become U+FFFD."""
    table = {ord(separator): "\ufffd" for separator in _USUAL if separator not in separators}
    return text.translate(table | dict(zip(map(ord, separators), _USUAL, strict=True)))
