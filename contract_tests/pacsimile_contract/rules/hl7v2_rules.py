"""The rules of `hl7v2`. docs/formats/hl7v2.md words them."""

from collections.abc import Iterator

from pacsimile_contract.rules.hl7_message import RawMessage, parse_message
from pacsimile_contract.rules.hl7_structure import structure
from pacsimile_contract.rules.hl7_values import values
from pacsimile_contract.rules.model import Breach, Rules


def _breaches(body: bytes) -> Iterator[Breach]:
    message = parse_message(body)
    if not isinstance(message, RawMessage):
        yield from message
        return
    if b"\n" in body:
        yield Breach("HL7-3", "the message", "a line feed, which neither ends a segment nor belongs into one")
    if not body.endswith(b"\r"):
        yield Breach("HL7-3", "the last segment", "no carriage return at its end")
    yield from structure(message)
    yield from values(message)


WORDS = {
    "HL7-1": "can be decoded as MSH-18 says",
    "HL7-2": "begins with MSH, a separator and four different encoding characters",
    "HL7-3": "is of segments that end with a carriage return, and of the structure of ORU_R01",
    "HL7-4": "has MSH-7, MSH-9 ORU^R01, MSH-10, MSH-11 of table 0103, MSH-12 2.5.1",
    "HL7-5": "has PID-3, PID-5, OBR-4, and in each OBX an OBX-3",
    "HL7-6": "has OBR-25 of table 0123, OBX-11 of 0085, PID-8 of 0001, OBX-2 of 0125",
    "HL7-7": "numbers the OBX below an OBR from 1; no two of them agree in OBX-3 and OBX-4",
    "HL7-8": "has in OBX-5 what OBX-2 says",
    "HL7-9": "writes times as 2.5.1 does",
    "HL7-10": "has no backslash but in an escape sequence",
    "HL7-11": "has the same order numbers in ORC and OBR",
}

RULES = (Rules("hl7v2", WORDS, _breaches),)
