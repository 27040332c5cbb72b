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
from pacsimile_contract.documents.dicom_header import PLACES, Header, looks_like, read_header
from pacsimile_contract.documents.model import Document, Reader
from pacsimile_contract.documents.part10 import Dataset, Tag, items_of
from pacsimile_contract.documents.statement import Measurement, ReportStatement, amount

CONTENT: Tag = (0x0040, 0xA730)
_CONCEPT_NAME: Tag = (0x0040, 0xA043)
_CONCEPT_CODE: Tag = (0x0040, 0xA168)
_OWN_NAME, _PROCEDURE = "121050", "121058"


@dataclass(frozen=True, slots=True)
class Item:
    """A content item. `code` and `meaning` are its concept name, `above` the codes of the items that hold it."""

    kind: str
    relationship: str
    code: str
    meaning: str
    dataset: Dataset
    above: tuple[str, ...]


def _recognises(body: bytes) -> bool:
    return looks_like(body, structured=True)


def _code(header: Header, dataset: Dataset, sequence: Tag) -> tuple[str, str]:
    """Return code and meaning of a code sequence's first item; empty texts for none."""
    item = next(iter(items_of(dataset, sequence)), {})
    values = (header.text((0x0008, tag), item) for tag in (0x0100, 0x0119, 0x0120))
    return next((value for value in values if value), ""), header.text((0x0008, 0x0104), item) or ""


def content_items(header: Header, dataset: Dataset, above: tuple[str, ...] = ()) -> Iterator[Item]:
    """Yield all content items below a data set, depth first, in document order."""
    for child in items_of(dataset, CONTENT):
        code, meaning = _code(header, child, _CONCEPT_NAME)
        kind, relationship = (header.text((0x0040, tag), child) or "" for tag in (0xA040, 0xA010))
        yield Item(kind, relationship, code, meaning, child, above)
        yield from content_items(header, child, (*above, code))


def _report(body: bytes) -> Document | None:
    header = read_header(body)
    if header is None:
        return None
    items = list(content_items(header, header.dataset))
    return Document(_statement(header, items), tuple(header.texts()), is_synthetic=header.is_synthetic)


def _statement(header: Header, items: list[Item]) -> ReportStatement:
    findings = tuple(_texts_of(header, items, FINDING, FINDINGS_SECTION, IMPRESSION_SECTION))
    impression = tuple(_texts_of(header, items, IMPRESSION, IMPRESSION_SECTION, frozenset()))
    procedure = next((item for item in items if item.code == _PROCEDURE), None)
    return replace(
        header.statement(),
        findings=findings or None,
        impression=" ".join(impression) if impression else None,
        laterality=_side(header, procedure) if procedure else None,
        measurements=tuple(_measurements(header, items)),
    )


def _texts_of(
    header: Header, items: list[Item], own: frozenset[str], sections: frozenset[str], others: frozenset[str]
) -> Iterator[str]:
    """Yield the texts of the concepts `own`, and those within `sections`, but none of those within `others`."""
    for item in items:
        if item.kind != "TEXT" or item.relationship != "CONTAINS" or others.intersection(item.above):
            continue
        if item.code in own or sections.intersection(item.above):
            yield header.text((0x0040, 0xA160), item.dataset) or ""


def _measurements(header: Header, items: list[Item]) -> Iterator[Measurement]:
    for item in items:
        value = next(iter(items_of(item.dataset, (0x0040, 0xA300))), {}) if item.kind == "NUM" else {}
        number = amount((header.text((0x0040, 0xA30A), value) or "").split("\\")[0])
        if number is None:
            continue
        unit, _ = _code(header, value, (0x0040, 0x08EA))
        below = list(content_items(header, item.dataset))
        named = (header.text((0x0040, 0xA160), child.dataset) for child in below if child.code == _OWN_NAME)
        yield Measurement(number, unit or None, next(named, None) or item.meaning or None, _side(header, item))


def _side(header: Header, item: Item) -> str | None:
    """Return the side that an item below states: a modifier of this item, or of its site."""
    sides = (child for child in content_items(header, item.dataset) if child.code in LATERALITY)
    return next((SIDES.get(_code(header, child.dataset, _CONCEPT_CODE)[0]) for child in sides), None)


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
