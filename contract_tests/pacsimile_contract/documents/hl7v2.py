"""The `hl7v2` type: an ORU^R01 in ER7, read leniently for what it states. Its form is judged by the rules."""

import re
from base64 import b64decode
from collections.abc import Iterator

from pacsimile_contract.documents.codes import FINDING, IMPRESSION, LATERALITY, SIDES, STUDY
from pacsimile_contract.documents.er7 import Segment, character_set, decode, segments, unescaped
from pacsimile_contract.documents.marks import is_test_patient
from pacsimile_contract.documents.model import Document, Reader
from pacsimile_contract.documents.statement import Measurement, Person, ReportStatement, amount

_TEXTS = ("ST", "TX", "FT")
_SEXES = {"F": "F", "M": "M", "O": "O", "U": "U", "A": "O", "N": "O"}
_BIRTH_DATE = re.compile(r"([0-9]{4})(?:([0-9]{2})(?:([0-9]{2})[0-9.+-]*)?)?")


def _recognises(body: bytes) -> bool:
    return body.lstrip(b"\x0b\r\n \t\xef\xbb\xbf").startswith(b"MSH")


class Message:
    """A message, read by segment name and field number. What is absent reads as an empty text."""

    def __init__(self, text: str, encoding: str) -> None:
        """Take a message apart by the separators that MSH-1 and MSH-2 give; ValueError where these are too few."""
        self._segments, self._encoding = tuple(segments(text, text[3:4])), encoding
        component, repetition, escape, subcomponent, *_ = list(self._segments[0].field(2))
        self._meant = {"F": text[3], "R": repetition, "S": component, "T": subcomponent, "E": escape}

    def segments(self, name: str) -> list[Segment]:
        """Return the segments of a name, in their order."""
        return [segment for segment in self._segments if segment.name == name]

    def first(self, name: str, field: int, component: int = 1) -> str:
        """Return a component of the first segment of a name."""
        return next((self.value(segment, field, component) for segment in self.segments(name)), "")

    def value(self, segment: Segment, field: int, component: int = 1) -> str:
        """Return a component of a field's first repetition: the first subcomponent, its escapes undone."""
        return next(iter(self.repetitions(segment, field, component)), "")

    def repetitions(self, segment: Segment, field: int, component: int = 1) -> list[str]:
        """Return a component of each repetition of a field."""
        return [self._component(repetition, component) for repetition in self._raw(segment, field)]

    def text(self, segment: Segment, field: int) -> str:
        """Return a field as a text: each repetition is a line, and separators within it belong to it."""
        return "\n".join(self._unescaped(repetition) for repetition in self._raw(segment, field))

    def _raw(self, segment: Segment, field: int) -> list[str]:
        return segment.field(field).split(self._meant["R"]) if field < len(segment.fields) else []

    def _component(self, repetition: str, number: int) -> str:
        components = repetition.split(self._meant["S"])
        value = components[number - 1] if number <= len(components) else ""
        return self._unescaped(value.split(self._meant["T"])[0])

    def _unescaped(self, text: str) -> str:
        return unescaped(text, self._meant, self._encoding)


def _message(body: bytes) -> Message | None:
    text = decode(body.lstrip(b"\x0b"))
    try:  # what ends its segments wrongly is read all the same: RESULTS-8 has its say on that
        unified = "" if text is None else re.sub(r"\r?\n", "\r", text.strip())
        return Message(unified, character_set(body) or "utf-8") if unified.startswith("MSH") else None
    except ValueError:  # no separators
        return None


def _report(body: bytes) -> Document | None:
    message = _message(body)
    if message is None or not message.segments("OBR"):
        return None
    patient = _person(message)
    marked = message.first("MSH", 11) == "T" and is_test_patient(patient.family_names, patient.identifiers)
    return Document(_statement(message, patient), tuple(_texts(message)), is_synthetic=marked)


def _statement(message: Message, patient: Person) -> ReportStatement:
    findings, impression = list(_texts_of(message, FINDING)), list(_texts_of(message, IMPRESSION))
    order, accession = _either(message, 2), message.first("OBR", 18) or _either(message, 3)
    uids = list(dict.fromkeys(uid for uid in _study_uids(message) if uid))
    return ReportStatement(
        order_id=order or None,
        accession_number=accession or None,
        study_uid=uids[0] if uids else None,
        further_study_uids=tuple(uids[1:]),
        report_status=message.first("OBR", 25) or None,
        findings=tuple(findings) or None,
        impression=" ".join(impression) if impression else None,
        patient=patient,
        laterality=SIDES.get(message.first("OBR", 45)),
        measurements=tuple(_measurements(message)),
        attachments=tuple(_attachments(message)),
    )


def _either(message: Message, field: int) -> str:
    return message.first("ORC", field) or message.first("OBR", field)


def _person(message: Message) -> Person:
    numbers, names = (
        tuple(value for pid in message.segments("PID")[:1] for value in message.repetitions(pid, field) if value)
        for field in (3, 5)
    )
    sex = _SEXES.get(message.first("PID", 8))
    return Person(numbers, names, _date(message.first("PID", 7)), sex)


def _date(text: str) -> str | None:
    match = _BIRTH_DATE.fullmatch(text)
    return "-".join(part for part in match.groups() if part) if match else None


def _of_code(message: Message, codes: frozenset[str]) -> list[Segment]:
    """Return the OBX whose OBX-3 has one of the codes, as its identifier or its alternate identifier."""
    return [
        obx for obx in message.segments("OBX") if {message.value(obx, 3), message.value(obx, 3, 4)}.intersection(codes)
    ]


def _texts_of(message: Message, codes: frozenset[str]) -> Iterator[str]:
    yield from (message.text(obx, 5) for obx in _of_code(message, codes) if message.value(obx, 2) in _TEXTS)


def _study_uids(message: Message) -> Iterator[str]:
    yield from (message.value(obx, 5) for obx in _of_code(message, STUDY))
    yield from (message.value(zds, 1) for zds in message.segments("ZDS"))


def _measurements(message: Message) -> Iterator[Measurement]:
    """Yield the measurements. The side of each stands in a separate OBX with the same OBX-4."""
    sides = {message.value(obx, 4): SIDES.get(message.value(obx, 5)) for obx in _of_code(message, LATERALITY)}
    for obx in message.segments("OBX"):
        value = amount(message.value(obx, 5)) if message.value(obx, 2) == "NM" else None
        if value is not None:
            named = message.value(obx, 3, 5) or message.value(obx, 3, 2)
            unit = message.value(obx, 6) or message.value(obx, 6, 2)
            yield Measurement(value, unit or None, named or None, sides.get(message.value(obx, 4)))


def _attachments(message: Message) -> Iterator[bytes]:
    for obx in message.segments("OBX"):
        if message.value(obx, 2) == "ED" and "PDF" in (message.value(obx, 5, 2), message.value(obx, 5, 3)):
            try:
                yield b64decode("".join(message.value(obx, 5, 5).split()), validate=True)
            except ValueError:
                yield b""


def _texts(message: Message) -> Iterator[str]:
    for obx in message.segments("OBX"):
        if message.value(obx, 2) != "ED":
            yield message.text(obx, 5)
    for name in ("ORC", "OBR", "NTE", "ZDS"):
        for segment in message.segments(name):
            yield " ".join(message.text(segment, field) for field in range(1, len(segment.fields)))


PLACES = {
    "order_id": "ORC-2",
    "accession_number": "OBR-18 or OBR-3",
    "study_uid": "OBX-5 of 113014",
    "report_status": "OBR-25",
    "findings": "OBX-5 of 59776-5",
    "impression": "OBX-5 of 19005-8",
    "identifier": "PID-3",
    "family_name": "PID-5",
    "birth_date": "PID-7",
    "sex": "PID-8",
    "laterality": "OBR-45",
    "measurements": "the OBX of type NM",
    "attachment": "OBX-5 of type ED",
}

READER = Reader("hl7v2", _recognises, _report, places=PLACES, amended=("C",))
