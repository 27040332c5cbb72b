"""The rules of `dicom_sr` and `dicom_pdf`. docs/formats/dicom.md words them."""

from collections.abc import Callable, Iterator

from pacsimile_contract.documents import part10
from pacsimile_contract.documents.dicom_header import ENCAPSULATED_PDF, STRUCTURED_REPORTS, Header
from pacsimile_contract.documents.dicom_pdf import DOCUMENT, encapsulated_pdf
from pacsimile_contract.documents.part10 import Malformed, Tag
from pacsimile_contract.rules.dicom_tree import tree
from pacsimile_contract.rules.dicom_values import tag_name, values
from pacsimile_contract.rules.model import Breach, Breaches, Rules
from pacsimile_contract.rules.pdf_rules import breaches as pdf_breaches

_META: tuple[tuple[Tag, str], ...] = (
    ((0x0002, 0x0010), "transfer syntax"),
    ((0x0002, 0x0002), "class UID"),
    ((0x0002, 0x0003), "instance UID"),
)
_SAME: tuple[tuple[Tag, Tag], ...] = (((0x0008, 0x0016), (0x0002, 0x0002)), ((0x0008, 0x0018), (0x0002, 0x0003)))
_PRESENT: tuple[Tag, ...] = (
    *((0x0010, element) for element in (0x0010, 0x0020, 0x0030, 0x0040)),
    *((0x0008, element) for element in (0x0020, 0x0030, 0x0050, 0x0090)),
    *((0x0020, element) for element in (0x0010, 0x000D)),
)


def _breaches_of_class(
    is_class: Callable[[str], bool], more: Callable[[Header], Breaches]
) -> Callable[[bytes], Iterator[Breach]]:
    def breaches(body: bytes) -> Iterator[Breach]:
        try:
            header = Header(part10.read(body))
        except Malformed as error:
            yield Breach("DICOM-1", "the file", str(error))
            return
        yield from _file(header)
        if not is_class(header.sop_class):
            yield Breach("DICOM-2", "(0008,0016)", "another class than the report type has", header.sop_class)
        for tag in _PRESENT:
            if tag not in header.dataset:
                yield Breach("DICOM-4", tag_name(tag), "absent")
        yield from values(header)
        yield from more(header)

    return breaches


def _file(header: Header) -> Iterator[Breach]:
    meta = header.file.meta
    for tag, what in _META:
        if not part10.text_of(meta, tag):
            yield Breach("DICOM-1", tag_name(tag), f"no {what} in the file meta information")
    for dataset_tag, meta_tag in _SAME:
        expected, value = part10.text_of(meta, meta_tag), header.text(dataset_tag)
        if value is None or (expected is not None and value != expected):
            yield Breach(
                "DICOM-2", tag_name(dataset_tag), f"not that of the file meta information, {tag_name(meta_tag)}", value
            )


def _document(header: Header) -> Iterator[Breach]:
    """Check the encapsulated PDF. One byte may follow it to make the length even."""
    if header.text((0x0042, 0x0012)) != "application/pdf":
        yield Breach("DICOM-10", "(0042,0012)", "not application/pdf", header.text((0x0042, 0x0012)))
    if header.text((0x0028, 0x0301)) not in ("YES", "NO"):
        yield Breach("DICOM-10", "(0028,0301)", "neither YES nor NO", header.text((0x0028, 0x0301)))
    data = header.dataset[DOCUMENT].value if DOCUMENT in header.dataset else b""
    document = encapsulated_pdf(header)
    if len(data) - len(document) > 1:
        yield Breach("DICOM-10", "(0042,0015)", f"{len(data) - len(document)} bytes less than (0042,0011) has")
    for breach in pdf_breaches(document, "the PDF in (0042,0011), "):
        yield Breach("DICOM-10", breach.where, f"{breach.what} ({breach.rule})", breach.value)


WORDS = {
    "DICOM-1": "is a DICOM file with file meta information, and can be read to its end",
    "DICOM-2": "has the class and instance of its file meta information; the class is of its report type",
    "DICOM-3": "has UIDs that are UIDs",
    "DICOM-4": "has the attributes of patient and study of type 1 and 2",
    "DICOM-5": "can be decoded as (0008,0005) says",
    "DICOM-6": "writes DA, TM, DT, DS, IS, CS as PS3.5 does, (0010,0040) F, M, O or nothing",
    "DICOM-7": "has a root CONTAINER with a concept name, completion and verification, and who verified it",
    "DICOM-8": "has in each content item a value type, a relationship and a value",
    "DICOM-9": "has in each code a value, a meaning and a scheme",
    "DICOM-10": "encapsulates a PDF",
}

RULES = (
    Rules("dicom_sr", WORDS, _breaches_of_class(lambda uid: uid.startswith(STRUCTURED_REPORTS), tree)),
    Rules("dicom_pdf", WORDS, _breaches_of_class(lambda uid: uid == ENCAPSULATED_PDF, _document)),
)
