"""What both DICOM types share: patient, study and order (PS3.3 annex C), and the character set."""

import re
from collections.abc import Iterator, Mapping

from pacsimile_contract.documents import part10
from pacsimile_contract.documents.part10 import Dataset, Element, File, Malformed, Tag, items_of
from pacsimile_contract.documents.statement import Person, ReportStatement

SOP_CLASS: Tag = (0x0008, 0x0016)
ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"
STRUCTURED_REPORTS = "1.2.840.10008.5.1.4.1.1.88."
"""Basic Text SR, Enhanced SR, Comprehensive SR, and their kin are below."""

PREDECESSORS: Tag = (0x0040, 0xA360)

_CHARACTER_SETS: Mapping[str, str] = {
    "": "ascii", "IR 6": "ascii", "IR 100": "iso8859-1", "IR 101": "iso8859-2", "IR 109": "iso8859-3",
    "IR 110": "iso8859-4", "IR 144": "iso8859-5", "IR 127": "iso8859-6", "IR 126": "iso8859-7", "IR 138": "iso8859-8",
    "IR 148": "iso8859-9", "IR 203": "iso8859-15", "IR 13": "shift_jis", "IR 166": "tis_620", "IR 192": "utf-8",
    "GB18030": "gb18030", "GBK": "gbk", "IR 87": "iso2022_jp_2", "IR 159": "iso2022_jp_2", "IR 149": "euc_kr",
    "IR 58": "gb2312",
}  # fmt: skip
"""PS3.3, section C.12.1.1.2, by the name that Python has for each."""
_SHIFTS = re.compile(rb"\x1b\$\)[AC]")
_TEXTS = frozenset(
    {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}
)
_SEXES = {None: "U", "F": "F", "M": "M", "O": "O"}
_DATE = re.compile(r"([0-9]{4})\.?([0-9]{2})\.?([0-9]{2})")


class Header:
    """The data set of a DICOM file, with decoded texts. A value is None where it is absent or cannot be decoded."""

    def __init__(self, file: File) -> None:
        self.file, self.dataset = file, file.dataset
        terms = part10.text_of(file.dataset, (0x0008, 0x0005)) or ""
        named = [re.sub(r"^ISO[ _](2022 )?", "", term.strip()) for term in terms.split("\\")]
        self._encodings = [_CHARACTER_SETS.get(name) for name in named]

    def text(self, tag: Tag, dataset: Dataset | None = None) -> str | None:
        """Return a value as text, of the data set itself or of an item in it."""
        element = (self.dataset if dataset is None else dataset).get(tag)
        return self._decoded(element) if element else None

    def _decoded(self, element: Element) -> str | None:
        text = self._plain(element)
        return text.rstrip("\0 ").lstrip(" ") or None if text is not None else None

    def decodes(self, element: Element) -> bool:
        """Tell whether a value can be decoded by the file's character set; true where that set is not known here."""
        return None in self._encodings or self._plain(element) is not None

    def _plain(self, element: Element) -> str | None:
        value, first = element.value, self._encodings[0]
        encoding = next(iter(self._encodings[1:]), first) if b"\x1b" in value else first
        try:
            return _SHIFTS.sub(b"", value).decode(encoding) if encoding is not None else None
        except UnicodeDecodeError:
            return None

    @property
    def sop_class(self) -> str:
        """The UID of the object's class; empty where it is absent."""
        return self.text(SOP_CLASS) or ""

    @property
    def is_synthetic(self) -> bool:
        """Whether the file says that its data is synthetic: (0008,001C)."""
        return self.text((0x0008, 0x001C)) == "YES"

    def texts(self, dataset: Dataset | None = None) -> Iterator[str]:
        """Yield every text, those in sequences too."""
        for element in (self.dataset if dataset is None else dataset).values():
            for item in element.items:
                yield from self.texts(item)
            text = self._decoded(element) if element.vr in _TEXTS or (not element.vr and element.value) else None
            if text and text.replace("\n", " ").replace("\r", " ").isprintable():
                yield text

    def statement(self) -> ReportStatement:
        """Return what the header says: study, order, patient, and whether it replaces another document."""
        request = next(iter(items_of(self.dataset, (0x0040, 0xA370))), {})
        order = self.text((0x0040, 0x2016), request) or self.text((0x0040, 0x2016))
        accession = self.text((0x0008, 0x0050)) or self.text((0x0008, 0x0050), request)
        return ReportStatement(
            order_id=order,
            accession_number=accession,
            study_uid=self.text((0x0020, 0x000D)),
            report_status="amended" if items_of(self.dataset, PREDECESSORS) else None,
            patient=self._person(),
        )

    def _person(self) -> Person:
        names = (self.text((0x0010, 0x0010)) or "").split("=")
        families = [name.partition("^")[0].strip() for name in names]
        number, born = self.text((0x0010, 0x0020)), _DATE.fullmatch(self.text((0x0010, 0x0030)) or "")
        return Person(
            (number,) if number else (),
            tuple(family for family in families if family),
            "-".join(born.groups()) if born else None,
            _SEXES.get(self.text((0x0010, 0x0040))) if (0x0010, 0x0040) in self.dataset else None,
        )


def read_header(body: bytes) -> Header | None:
    """Read a DICOM file; None where the bytes are none."""
    try:
        return Header(part10.read(body))
    except Malformed:
        return None


def looks_like(body: bytes, *, structured: bool) -> bool:
    """Tell whether bytes are meant as a DICOM file: a structured report, or a PDF within one."""
    header = read_header(body)
    if header is None or not header.sop_class:
        return b"DICM" in body[:1024] or body[:4] in (b"\x08\x00\x05\x00", b"\x08\x00\x16\x00", b"\x02\x00\x00\x00")
    if structured:
        return header.sop_class.startswith(STRUCTURED_REPORTS)
    return header.sop_class == ENCAPSULATED_PDF


PLACES = {
    "order_id": "(0040,2016)",
    "accession_number": "(0008,0050)",
    "study_uid": "(0020,000D)",
    "report_status": "(0040,A360)",
    "identifier": "(0010,0020)",
    "family_name": "(0010,0010)",
    "birth_date": "(0010,0030)",
    "sex": "(0010,0040)",
}
