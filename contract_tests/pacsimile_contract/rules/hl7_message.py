"""An HL7 message as its bytes have it: segments and fields, escapes left as they are."""

from dataclasses import dataclass

from pacsimile_contract.documents.er7 import Segment, decoded, segments
from pacsimile_contract.rules.model import Breach


def component(segment: Segment, number: int, place: int = 1) -> str:
    """Return a component of a field's first repetition, its place counted from 1."""
    components = segment.field(number).split("~")[0].split("^")
    return components[place - 1] if place <= len(components) else ""


@dataclass(frozen=True, slots=True)
class RawMessage:
    """A message whose separators are the usual ones, or have been put in the place of its own."""

    segments: tuple[Segment, ...]

    def all(self, name: str) -> list[Segment]:
        """Return the segments of a name."""
        return [one for one in self.segments if one.name == name]


_USUAL = "|^~\\&"


def parsed(body: bytes) -> RawMessage | list[Breach]:
    """Read a message; its breaches of HL7-1 to HL7-3 where these leave nothing to read."""
    text = decoded(body)
    if not body.startswith(b"MSH"):
        return [Breach("HL7-2", "the beginning", "something else than MSH")]
    if text is None:
        return [Breach("HL7-1", "the message", "is not written in the character set of MSH-18")]
    separators = text[3:8]
    right = (
        separators[:1] and len(set(separators)) == 5 and not any(one.isalnum() or one in "\r\n" for one in separators)
    )
    if not right:
        return [Breach("HL7-2", "MSH-1 and MSH-2", "no separator and four different encoding characters")]
    if "\r" not in text:
        return [Breach("HL7-3", "the message", "no carriage return: nothing ends a segment")]
    if separators != _USUAL:
        text = _with_usual(text, separators)
    return RawMessage(tuple(segments(text)))


def _with_usual(text: str, separators: str) -> str:
    """Put the usual separators in the place of a message's own; its literal ones become letters of no meaning."""
    table = {ord(one): "\ufffd" for one in _USUAL if one not in separators}
    return text.translate(table | dict(zip(map(ord, separators), _USUAL, strict=True)))
