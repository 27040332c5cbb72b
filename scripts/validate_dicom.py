"""Check DICOM reports with dciodvfy, dsrdump and dcm2pdf, and the PDF inside with qpdf and pikepdf.

    python scripts/validate_dicom.py            50 documents of each type, which it generates
    python scripts/validate_dicom.py FOLDER     the *.dcm files in a folder

scripts/validate_dicom.sh installs the tools. It prints a line for each problem, and exits with 1 if there is one. It
also damages a document of each type. If the responsible validator does not notice, that is a problem too.
"""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import sample_reports
from validate_pdf import by_pikepdf, by_qpdf, output_of, remarks

from pacsimile_fixtures import reports
from pacsimile_fixtures.reports.namespaces import CLINICIAN

TYPES = ("dicom_sr", "dicom_pdf")
OBJECTS = ("ComprehensiveSR", "EncapsulatedPDF")
"""Information objects, as dciodvfy names them on a separate line."""

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
"""Wrong or unimportant remarks of the validators. docs/formats/dicom.md explains each."""


@dataclass(frozen=True)
class Document:
    """A DICOM file, and the PDF that must be inside, if known."""

    path: Path
    pdf: bytes | None = None

    @property
    def is_pdf(self) -> bool:
        """Tell whether its file meta information says that it is an Encapsulated PDF."""
        return b"1.2.840.10008.5.1.4.1.1.104.1" in self.path.read_bytes()[:512]


Validator = Callable[[Document], list[str]]


def by_dciodvfy(document: Document) -> list[str]:
    """Return errors and warnings about the information object, and an object that it does not recognise."""
    status, _, errors = output_of("dciodvfy", document.path)
    problems = [f"dciodvfy: {line.strip()}" for line in errors if line.strip() not in OBJECTS]
    named = any(line.strip() in OBJECTS for line in errors)
    return problems + [f"dciodvfy: no information object recognised, exit status {status}"] * (not named)


def by_dsrdump(document: Document) -> list[str]:
    """Return dcmtk's remarks while it reads the tree of a structured report."""
    if document.is_pdf:
        return []
    status, _, errors = output_of("dsrdump", document.path)
    return remarks("dsrdump", status, errors)


def by_dcm2pdf(document: Document) -> list[str]:
    """Return dcmtk's remarks while it extracts the PDF, differing bytes, and the remarks of qpdf and pikepdf."""
    if not document.is_pdf:
        return []
    with tempfile.TemporaryDirectory() as folder:
        extracted = Path(folder) / "extracted.pdf"
        status, _, errors = output_of("dcm2pdf", document.path, extracted)
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
"""A validator, a type, and a replacement in a document that the validator must notice."""


def made(folder: Path) -> Iterator[Document]:
    """Write documents of both types, and return the PDF that each contains."""
    for number, content in enumerate(sample_reports.contents(), start=1):
        for report_type in TYPES:
            path = folder / f"{number:03d}.{report_type}.dcm"
            path.write_bytes(reports.render(content, report_type))
            yield Document(path, reports.render(content, "pdf"))


def judge(documents: list[Document]) -> int:
    """Print the problems, and the number of explained remarks. Return the number of problems."""
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
    """Print the damages that were not noticed. Return their number."""
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
    """Check the documents. Print one line and return 2 for a folder without documents."""
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
