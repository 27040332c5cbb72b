"""Judge DICOM reports by dciodvfy, dsrdump and dcm2pdf, and the PDF inside by qpdf and pikepdf.

    python scripts/validate_dicom.py            50 documents of each type, which it makes
    python scripts/validate_dicom.py FOLDER     the *.dcm of a folder

scripts/validate_dicom.sh sees to the tools. Prints a line for each problem, and exits with 1 where there is one. A
document of each type is also damaged: a validator that does not see a damage that it is there for is a problem too.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sample_reports
from validate_pdf import by_pikepdf, by_qpdf, remarks, said

from pacsimile_fixtures import reports
from pacsimile_fixtures.reports.namespaces import CLINICIAN

TYPES = ("dicom_sr", "dicom_pdf")
OBJECTS = ("ComprehensiveSR", "EncapsulatedPDF")
"""Information objects, as dciodvfy names them in a line of its own."""

SYNTHETIC_DATA = "(0x0008,0x001c)  ?"
EXPLAINED = {
    f"dciodvfy: {line}"
    for line in (
        f"Error - Attribute with an even group number is not a recognized standard attribute - {SYNTHETIC_DATA}",
        f"{SYNTHETIC_DATA}  - Warning - Unrecognized tag - assuming explicit value representation OK",
        f"Warning - Attribute is not present in standard DICOM IOD - {SYNTHETIC_DATA}",
        "Warning - Dicom dataset contains attributes not present in standard DICOM IOD"
        " - this is a Standard Extended SOP Class",
        "Warning - Unrecognized defined term <99PACSIMILE> for value 1 of attribute <Coding Scheme Designator>",
        f"Warning - Unrecognized defined term <{CLINICIAN.oid}> for value 1 of attribute <Coding Scheme UID>",
    )
} | {"dsrdump: W: The VR checker does not support this Specific Character Set: ISO_IR 192"}
"""What the validators remark on without being right, one by one; docs/formats/dicom.md says why."""


@dataclass(frozen=True)
class Document:
    """A DICOM file, and the PDF that must be inside it, where one is known."""

    path: Path
    pdf: bytes | None = None

    @property
    def is_pdf(self) -> bool:
        """Whether its file meta information says that it is an Encapsulated PDF."""
        return b"1.2.840.10008.5.1.4.1.1.104.1" in self.path.read_bytes()[:512]


Validator = Callable[[Document], list[str]]


def by_dciodvfy(document: Document) -> list[str]:
    """Errors and warnings about the information object, and one that it does not recognise."""
    status, _, errors = said("dciodvfy", document.path)
    problems = [f"dciodvfy: {line.strip()}" for line in errors if line.strip() not in OBJECTS]
    named = any(line.strip() in OBJECTS for line in errors)
    return problems + [f"dciodvfy: no information object recognised, exit status {status}"] * (not named)


def by_dsrdump(document: Document) -> list[str]:
    """What dcmtk remarks on while it reads the tree of a structured report."""
    if document.is_pdf:
        return []
    status, _, errors = said("dsrdump", document.path)
    return remarks("dsrdump", status, errors)


def by_dcm2pdf(document: Document) -> list[str]:
    """What dcmtk remarks on while it takes out the PDF, bytes that differ, and what qpdf and pikepdf say of it."""
    if not document.is_pdf:
        return []
    with tempfile.TemporaryDirectory() as folder:
        extracted = Path(folder) / "extracted.pdf"
        status, _, errors = said("dcm2pdf", document.path, extracted)
        problems = remarks("dcm2pdf", status, errors)
        if not extracted.exists():
            return problems or ["dcm2pdf: no PDF comes out"]
        if document.pdf not in (None, extracted.read_bytes()):
            problems.append("dcm2pdf: the PDF inside is not the pdf type's")
        return problems + by_qpdf(extracted) + by_pikepdf(extracted)


VALIDATORS: Mapping[str, Validator] = {"dciodvfy": by_dciodvfy, "dsrdump": by_dsrdump, "dcm2pdf": by_dcm2pdf}

DAMAGES: tuple[tuple[str, str, bytes, bytes], ...] = (
    ("dciodvfy", "dicom_sr", b"VERIFIED", b"VERIFYED"),
    ("dciodvfy", "dicom_sr", b"SEPARATE", b"SEPERATE"),
    ("dciodvfy", "dicom_sr", b"CONTAINS", b"CONTAIN "),
    ("dciodvfy", "dicom_sr", b"TEXT", b"TXET"),
    ("dciodvfy", "dicom_sr", b"ISO_IR 192", b"ISO_IR 921"),
    ("dciodvfy", "dicom_sr", b"\x08\x00\x50\x00SH", b"\x08\x00\x50\x00LO"),
    ("dciodvfy", "dicom_sr", b"\x20\x00\x0d\x00UI", b"\x20\x00\x0c\x00UI"),
    ("dciodvfy", "dicom_pdf", b"\x28\x00\x01\x03CS", b"\x28\x00\x02\x03CS"),
    ("dciodvfy", "dicom_pdf", b"WSD ", b"XYZ "),
    ("dsrdump", "dicom_sr", b"CONTAINER ", b"CONTENTER "),
    ("dsrdump", "dicom_sr", b"CONTAINS", b"CONTENTS"),
    ("dsrdump", "dicom_sr", b"COMPLETE", b"COMPLETO"),
    ("dsrdump", "dicom_sr", b"\x40\x00\x0a\xa3DS", b"\x40\x00\x0b\xa3DS"),
    ("dsrdump", "dicom_sr", b"DICM", b"DICK"),
    ("dciodvfy", "dicom_pdf", b"application/pdf ", b"application/xml "),
    (
        "dcm2pdf",
        "dicom_pdf",
        b"1.2.840.10008.5.1.4.1.1.104.1\0\x08\0\x18",
        b"1.2.840.10008.5.1.4.1.1.104.3\0\x08\0\x18",
    ),
    ("dcm2pdf", "dicom_pdf", b"/Marked true", b"/Market true"),
    ("dcm2pdf", "dicom_pdf", b"startxref", b"startXref"),
)
"""A validator, a type, and a replacement in a document that it must not overlook."""


def made(folder: Path) -> Iterator[Document]:
    """Write documents of both types, and say which PDF each holds."""
    for number, content in enumerate(sample_reports.contents(), start=1):
        for report_type in TYPES:
            path = folder / f"{number:03d}.{report_type}.dcm"
            path.write_bytes(reports.render(content, report_type))
            yield Document(path, reports.render(content, "pdf"))


def judge(documents: list[Document]) -> int:
    """Print the problems, and how often what is explained was said; return how many problems there are."""
    problems = [
        (each.path.name, problem) for each in documents for check in VALIDATORS.values() for problem in check(each)
    ]
    failures = [each for each in problems if each[1] not in EXPLAINED]
    for name, problem in failures:
        print(f"{name}: {problem}")
    print(f"{len(documents)} documents: {len(failures)} problems found by {', '.join(VALIDATORS)}, qpdf, pikepdf")
    for problem, times in sorted(Counter(each[1] for each in problems if each[1] in EXPLAINED).items()):
        print(f"explained: {problem} ({times} times)")
    return len(failures)


def overlooked(folder: Path) -> int:
    """Print which damages go unseen; return how many do."""
    content = next(sample_reports.contents(1))
    whole = {report_type: reports.render(content, report_type) for report_type in TYPES}
    unseen = []
    for name, report_type, old, new in DAMAGES:
        assert old in whole[report_type], old
        damaged = Document(folder / "damaged.dcm", reports.render(content, "pdf"))
        damaged.path.write_bytes(whole[report_type].replace(old, new, 1))
        if not set(VALIDATORS[name](damaged)) - EXPLAINED:
            unseen.append(f"{name} does not see {new!r} in place of {old!r}")
    print("\n".join([*unseen, f"{len(DAMAGES)} damaged documents shown to the validators"]))
    return len(unseen)


def main() -> int:
    """Judge; exit status 2 and one line for a folder without documents."""
    with tempfile.TemporaryDirectory() as name:
        if len(sys.argv) > 1:
            documents = [Document(path) for path in sorted(Path(sys.argv[1]).glob("*.dcm"))]
        else:
            documents = list(made(Path(name)))
        if not documents:
            print(f"validate_dicom: no *.dcm in {sys.argv[1]}", file=sys.stderr)
            return 2
        failures = judge(documents)
        return 1 if failures + overlooked(Path(name)) else 0


if __name__ == "__main__":
    sys.exit(main())
