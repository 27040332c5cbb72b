"""Rules of structured reports in DICOM: DICOM-7 to DICOM-9."""

from collections.abc import Iterator, Mapping

from pacsimile_contract.documents.dicom_header import Header
from pacsimile_contract.documents.part10 import Dataset, Tag, items_of
from pacsimile_contract.english import with_article
from pacsimile_contract.rules.dicom_values import tag_name
from pacsimile_contract.rules.model import Breach, word_set

_CONTENT: Tag = (0x0040, 0xA730)
_VALUE_TYPE: Tag = (0x0040, 0xA040)
_RELATIONSHIP: Tag = (0x0040, 0xA010)
_BY_REFERENCE: Tag = (0x0040, 0xDB73)
_CONCEPT_NAME: Tag = (0x0040, 0xA043)
_CONCEPT_CODE: Tag = (0x0040, 0xA168)
_MEASURED: Tag = (0x0040, 0xA300)
_NUMBER: Tag = (0x0040, 0xA30A)
_UNITS: Tag = (0x0040, 0x08EA)
_COMPLETION: Tag = (0x0040, 0xA491)
_VERIFICATION: Tag = (0x0040, 0xA493)
_VERIFYING_OBSERVER: Tag = (0x0040, 0xA073)

_VALUE_TYPES = word_set(
    "TEXT NUM CODE DATE TIME DATETIME UIDREF PNAME COMPOSITE IMAGE WAVEFORM SCOORD SCOORD3D TCOORD CONTAINER TABLE"
)
_RELATIONSHIPS = frozenset(
    {
        "CONTAINS", "HAS OBS CONTEXT", "HAS ACQ CONTEXT", "HAS CONCEPT MOD", "HAS PROPERTIES", "INFERRED FROM",
        "SELECTED FROM",
    }
)  # fmt: skip
_VALUES: Mapping[str, Tag] = {
    "TEXT": (0x0040, 0xA160), "PNAME": (0x0040, 0xA123), "UIDREF": (0x0040, 0xA124), "DATE": (0x0040, 0xA121),
    "TIME": (0x0040, 0xA122), "DATETIME": (0x0040, 0xA120),
}  # fmt: skip


def tree(header: Header) -> Iterator[Breach]:
    """Yield the breaches of DICOM-7, DICOM-8 and DICOM-9."""
    dataset = header.dataset
    if header.text(_VALUE_TYPE) != "CONTAINER" or not items_of(dataset, _CONCEPT_NAME):
        yield Breach("DICOM-7", "the root", "no CONTAINER with a concept name")
    for tag, terms in ((_COMPLETION, ("COMPLETE", "PARTIAL")), (_VERIFICATION, ("VERIFIED", "UNVERIFIED"))):
        if header.text(tag) not in terms:
            yield Breach("DICOM-7", tag_name(tag), f"neither {' nor '.join(terms)}", header.text(tag))
    if header.text(_VERIFICATION) == "VERIFIED" and not items_of(dataset, _VERIFYING_OBSERVER):
        yield Breach("DICOM-7", tag_name(_VERIFYING_OBSERVER), "verified, and by nobody")
    yield from _codes(header, dataset, "the root")
    yield from _items(header, dataset, "item ")


def _items(header: Header, dataset: Dataset, above: str) -> Iterator[Breach]:
    for number, item in enumerate(items_of(dataset, _CONTENT), 1):
        place = f"{above}{number}"
        if header.text(_RELATIONSHIP, item) not in _RELATIONSHIPS:
            yield Breach("DICOM-8", place, "no relationship that PS3.3 knows", header.text(_RELATIONSHIP, item))
        if _BY_REFERENCE not in item:
            yield from _value(header, item, place)
        yield from _codes(header, item, place)
        yield from _items(header, item, f"{place}.")


def _value(header: Header, item: Dataset, place: str) -> Iterator[Breach]:
    kind = header.text(_VALUE_TYPE, item)
    if kind not in _VALUE_TYPES:
        yield Breach("DICOM-8", place, "no value type that PS3.3 knows", kind)
    elif kind in _VALUES and not (item.get(_VALUES[kind]) and item[_VALUES[kind]].value.strip(b" \0")):
        yield Breach("DICOM-8", place, f"{with_article(kind)} without its value")
    elif kind == "CODE" and not items_of(item, _CONCEPT_CODE):
        yield Breach("DICOM-8", place, "a CODE without a code")
    elif kind == "NUM":
        if _MEASURED not in item:
            yield Breach("DICOM-8", place, f"a NUM without {tag_name(_MEASURED)}")
        for value in items_of(item, _MEASURED):
            if not header.text(_NUMBER, value) or not items_of(value, _UNITS):
                yield Breach("DICOM-8", place, "a number without its unit, or none")


def _codes(header: Header, item: Dataset, place: str) -> Iterator[Breach]:
    measured = items_of(item, _MEASURED)
    places = [(item, _CONCEPT_NAME), (item, _CONCEPT_CODE), *((value, _UNITS) for value in measured)]
    for dataset, tag in places:
        for code in items_of(dataset, tag):
            if not any(header.text((0x0008, number), code) for number in (0x0100, 0x0119, 0x0120)):
                yield Breach("DICOM-9", f"{place}, {tag_name(tag)}", "a code without a value")
            if not header.text((0x0008, 0x0104), code):
                yield Breach("DICOM-9", f"{place}, {tag_name(tag)}", "a code without a meaning")
            short = any(header.text((0x0008, number), code) for number in (0x0100, 0x0119))
            if short and not header.text((0x0008, 0x0102), code):
                yield Breach("DICOM-9", f"{place}, {tag_name(tag)}", "a code without a coding scheme")
