"""The `dicom_pdf` type: a PDF in a DICOM file (PS3.3, section A.45.1)."""

from dataclasses import replace

from pacsimile_contract.documents import part10, pdf
from pacsimile_contract.documents.dicom_header import PLACES, Header, looks_like, read_header
from pacsimile_contract.documents.model import Document, Reader
from pacsimile_contract.documents.part10 import Tag

DOCUMENT: Tag = (0x0042, 0x0011)
LENGTH: Tag = (0x0042, 0x0015)


def _recognises(body: bytes) -> bool:
    return looks_like(body, structured=False)


def encapsulated_pdf(header: Header) -> bytes:
    """Return the PDF, without the byte that pads it to an even length; empty where there is none."""
    element, length = header.dataset.get(DOCUMENT), header.dataset.get(LENGTH)
    data = element.value if element else b""
    if length is not None and len(length.value) == 4:
        big = header.file.transfer_syntax == part10.BIG_ENDIAN
        return data[: int.from_bytes(length.value, "big" if big else "little")]
    return data.removesuffix(b"\0")


def _report(body: bytes) -> Document | None:
    header = read_header(body)
    if header is None:
        return None
    side = header.text((0x0020, 0x0062)) or header.text((0x0020, 0x0060))
    statement = replace(header.statement(), laterality=side if side in ("L", "R", "B") else None)
    pages = pdf.pages_of(encapsulated_pdf(header)) or ()
    return Document(statement, (*pages, "\n".join(header.texts())), ascii_only=True, is_synthetic=header.is_synthetic)


READER = Reader(
    "dicom_pdf", _recognises, _report, places={**PLACES, "laterality": "(0020,0062)", "attachment": "(0042,0011)"}
)
