"""The `dicom_sr` type: a structured report, its content a tree of coded items (PS3.3, section C.17.3)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pacsimile_contract.documents.codes import (
    FINDING,
    FINDINGS_SECTION,
    IMPRESSION,
    IMPRESSION_SECTION,
    LATERALITY,
    SIDES,
)
from pacsimile_contract.documents.dicom_header import PLACES, Header, header, looks_like
from pacsimile_contract.documents.model import Document, Reader
from pacsimile_contract.documents.part10 import Dataset, Tag, items_of
from pacsimile_contract.documents.statement import Measurement, Statement, amount

CONTENT: Tag = (0x0040, 0xA730)
_CONCEPT_NAME: Tag = (0x0040, 0xA043)
_CONCEPT_CODE: Tag = (0x0040, 0xA168)
_OWN_NAME, _PROCEDURE = "121050", "121058"


@dataclass(frozen=True, slots=True)
class Item:
    """A content item: its kind, what it is called, what it says, and the codes of those that it lies below."""

    kind: str
    relationship: str
    code: str
    meaning: str
    dataset: Dataset
    above: tuple[str, ...]


def _recognises(body: bytes) -> bool:
    return looks_like(body, structured=True)


def _code(found: Header, dataset: Dataset, sequence: Tag) -> tuple[str, str]:
    """Return code and meaning of a code sequence's first item; empty texts for none."""
    item = next(iter(items_of(dataset, sequence)), {})
    values = (found.text((0x0008, tag), item) for tag in (0x0100, 0x0119, 0x0120))
    return next((one for one in values if one), ""), found.text((0x0008, 0x0104), item) or ""


def content_items(found: Header, dataset: Dataset, above: tuple[str, ...] = ()) -> Iterator[Item]:
    """Yield the content items below one, in the order in which they are read."""
    for child in items_of(dataset, CONTENT):
        code, meaning = _code(found, child, _CONCEPT_NAME)
        kind, relationship = (found.text((0x0040, tag), child) or "" for tag in (0xA040, 0xA010))
        yield Item(kind, relationship, code, meaning, child, above)
        yield from content_items(found, child, (*above, code))


def _report(body: bytes) -> Document | None:
    found = header(body)
    if found is None:
        return None
    items = list(content_items(found, found.dataset))
    return Document(_statement(found, items), tuple(found.texts()), is_synthetic=found.is_synthetic)


def _statement(found: Header, items: list[Item]) -> Statement:
    findings = tuple(_said(found, items, FINDING, FINDINGS_SECTION, IMPRESSION_SECTION))
    impression = tuple(_said(found, items, IMPRESSION, IMPRESSION_SECTION, frozenset()))
    procedure = next((one for one in items if one.code == _PROCEDURE), None)
    return replace(
        found.statement(),
        findings=findings or None,
        impression=" ".join(impression) if impression else None,
        laterality=_side(found, procedure) if procedure else None,
        measurements=tuple(_measurements(found, items)),
    )


def _said(
    found: Header, items: list[Item], own: frozenset[str], sections: frozenset[str], others: frozenset[str]
) -> Iterator[str]:
    """Yield the texts of that name, and those in sections of that heading; never those of other sections."""
    for item in items:
        if item.kind != "TEXT" or item.relationship != "CONTAINS" or others.intersection(item.above):
            continue
        if item.code in own or sections.intersection(item.above):
            yield found.text((0x0040, 0xA160), item.dataset) or ""


def _measurements(found: Header, items: list[Item]) -> Iterator[Measurement]:
    for item in items:
        value = next(iter(items_of(item.dataset, (0x0040, 0xA300))), {}) if item.kind == "NUM" else {}
        number = amount((found.text((0x0040, 0xA30A), value) or "").split("\\")[0])
        if number is None:
            continue
        unit, _ = _code(found, value, (0x0040, 0x08EA))
        below = list(content_items(found, item.dataset))
        named = (found.text((0x0040, 0xA160), one.dataset) for one in below if one.code == _OWN_NAME)
        yield Measurement(number, unit or None, next(named, None) or item.meaning or None, _side(found, item))


def _side(found: Header, item: Item) -> str | None:
    """Return the side that an item below says: as its modifier, or as one of its site."""
    sides = (one for one in content_items(found, item.dataset) if one.code in LATERALITY)
    return next((SIDES.get(_code(found, one.dataset, _CONCEPT_CODE)[0]) for one in sides), None)


READER = Reader(
    "dicom_sr",
    _recognises,
    _report,
    places={
        **PLACES,
        "findings": "the TEXT items below Findings",
        "impression": "the TEXT items below Impressions",
        "laterality": "the procedure's laterality",
        "measurements": "the NUM items",
    },
)
