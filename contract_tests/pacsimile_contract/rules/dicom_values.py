"""Rules of DICOM about values: DICOM-3, DICOM-5, DICOM-6."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from pacsimile_contract.documents.dicom_header import Header
from pacsimile_contract.documents.part10 import Dataset, Element, Tag
from pacsimile_contract.rules.model import Breach, word_set
from pacsimile_spec.identifiers import STUDY_UID

SEX: Tag = (0x0010, 0x0040)
_UIDS: tuple[Tag, ...] = ((0x0020, 0x000D), (0x0020, 0x000E), (0x0008, 0x0018))
_OF_THE_CHARACTER_SET = word_set("LO LT PN SH ST UC UT")
_CLOCK = r"(?:[01][0-9]|2[0-3])(?:[0-5][0-9](?:(?:[0-5][0-9]|60)(?:\.[0-9]{1,6})?)?)?"
_TIME = re.compile(_CLOCK)
_STAMP = re.compile(rf"([0-9]{{4}})(?:([0-9]{{2}})(?:([0-9]{{2}})(?:{_CLOCK})?)?)?(?:[+-](?:0[0-9]|1[0-4])[0-5][0-9])?")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?[0-9]{1,12}")
_CODE = re.compile(r"[A-Z0-9 _]{0,16}")


def _is_day(text: str) -> bool:
    return len(text) == 8 and _is_stamp(text)


def _is_stamp(text: str) -> bool:
    match = _STAMP.fullmatch(text)
    try:
        return match is not None and bool(date(int(match[1]), int(match[2] or 1), int(match[3] or 1)))
    except ValueError:
        return False


_SHAPES: Mapping[str, Callable[[str], object]] = {
    "DA": _is_day,
    "TM": _TIME.fullmatch,
    "DT": _is_stamp,
    "DS": lambda text: len(text) <= 16 and _DECIMAL.fullmatch(text),
    "IS": _INTEGER.fullmatch,
    "CS": _CODE.fullmatch,
}


def tag_name(tag: Tag) -> str:
    """Return a tag as the standard writes it."""
    return f"({tag[0]:04X},{tag[1]:04X})"


def values(header: Header) -> Iterator[Breach]:
    """Yield the breaches of DICOM-3, DICOM-5 and DICOM-6."""
    for tag in _UIDS:
        uid = header.text(tag)
        if uid is None or STUDY_UID.fullmatch(uid) is None:
            yield Breach("DICOM-3", tag_name(tag), "no UID", uid)
    sex = header.text(SEX)
    if sex not in ("F", "M", "O", None):
        yield Breach("DICOM-6", tag_name(SEX), "neither F, M, O nor nothing", sex)
    yield from _below(header, header.dataset, "")


def _below(header: Header, dataset: Dataset, above: str) -> Iterator[Breach]:
    """Look at every value, those in sequences too."""
    for tag, element in dataset.items():
        place = above + tag_name(tag)
        for number, item in enumerate(element.items, 1):
            yield from _below(header, item, f"{place} item {number}: ")
        if element.vr in _OF_THE_CHARACTER_SET and not header.decodes(element):
            yield Breach("DICOM-5", place, "not written in the character set of (0008,0005)")
        elif element.vr in _SHAPES:
            yield from _shaped(element, place)


def _shaped(element: Element, place: str) -> Iterator[Breach]:
    for value in element.value.decode("latin-1").split("\\"):
        text = value.strip(" \0") if element.vr != "CS" else value.rstrip(" \0").lstrip(" ")
        if text and not _SHAPES[element.vr](text):
            yield Breach("DICOM-6", place, f"no {element.vr} as PS3.5 writes it", text)
