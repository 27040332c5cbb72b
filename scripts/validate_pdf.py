"""Check PDF reports with qpdf, poppler and pikepdf. scripts/validate_pdf.sh installs the tools.

    python scripts/validate_pdf.py            50 reports of orders and three of groups, which it generates
    python scripts/validate_pdf.py FOLDER     the *.pdf files in a folder

It prints a line for each problem, and exits with 1 if there is one. It also damages a report. If the responsible
validator does not notice, that is a problem too.
"""

import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pikepdf
import sample_reports

from pacsimile_fixtures import reports
from pacsimile_fixtures.findings import GroupContent, Member
from pacsimile_fixtures.reports.wording import BANNER

EXPLAINED = {"pdfinfo: Syntax Error: Suspects object is wrong type (boolean)"}
"""Wrong remarks of poppler. docs/formats/pdf.md explains each."""

EXPECTED = {"Tagged": "yes", "Encrypted": "no", "JavaScript": "no", "Suspects": "no"}
"""Lines of pdfinfo that are the same for all reports."""

Validator = Callable[[Path], list[str]]


def output_of(*command: str | Path) -> tuple[int, list[str], list[str]]:
    """Run a tool. Return its exit status, and the lines of its standard output and standard error."""
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode, lines(done.stdout), lines(done.stderr)


def lines(output: bytes) -> list[str]:
    """Return the lines that are not empty."""
    return [line.rstrip() for line in output.decode(errors="replace").splitlines() if line.strip()]


def remarks(name: str, status: int, errors: list[str]) -> list[str]:
    """Return a tool's standard error, and an exit status other than 0."""
    return [f"{name}: {line}" for line in errors] or ([f"{name}: exit status {status}"] if status else [])


def by_qpdf(document: Path) -> list[str]:
    """Return errors and warnings about syntax, cross references and streams."""
    status, _, errors = output_of("qpdf", "--check", document)
    return remarks("qpdf", status, errors)


def by_pikepdf(document: Path) -> list[str]:
    """Return the findings of qpdf's library used in another way, and missing pages."""
    try:
        with pikepdf.open(document) as opened:
            problems = [f"pikepdf: {each}" for each in (*opened.check_pdf_syntax(), *opened.get_warnings())]
            return problems + ["pikepdf: no pages"] * (len(opened.pages) == 0)
    except pikepdf.PdfError as error:
        return [f"pikepdf: {error}"]


def by_pdfinfo(document: Path) -> list[str]:
    """Tell whether it is tagged, has a title, and has nothing that a report does not need."""
    status, output, errors = output_of("pdfinfo", document)
    properties = {name: value.strip() for name, _, value in (line.partition(":") for line in output)}
    differing = [name for name, value in EXPECTED.items() if properties.get(name) != value]
    wrong = [f"pdfinfo: {name} is {properties.get(name)!r}" for name in differing]
    untitled = ["pdfinfo: no title"] * (not properties.get("Title"))
    return remarks("pdfinfo", status, errors) + wrong + untitled


def by_pdffonts(document: Path) -> list[str]:
    """Return fonts that are not embedded or have no Unicode. The remark of pdfinfo is not repeated."""
    status, output, errors = output_of("pdffonts", document)
    fonts = [(line.split()[0], line.split()[-5:-2]) for line in output[2:]]
    wrong = [f"pdffonts: {name}: embedded, subset, Unicode: {flags}" for name, flags in fonts if flags != ["yes"] * 3]
    return [each for each in remarks("pdffonts", status, errors) if each.replace("fonts", "info") not in EXPLAINED] + (
        wrong or ["pdffonts: no fonts"] * (not fonts)
    )


def by_pdftotext(document: Path) -> list[str]:
    """Return pages without the banner."""
    done = subprocess.run(["pdftotext", "-layout", document, "-"], capture_output=True, check=False)
    pages = done.stdout.decode(errors="replace").split("\f")[:-1]
    bare = [f"pdftotext: no banner on page {n}" for n, page in enumerate(pages, start=1) if BANNER not in page]
    return bare or ["pdftotext: no pages"] * (not pages)


VALIDATORS: Mapping[str, Validator] = {
    "qpdf": by_qpdf,
    "pikepdf": by_pikepdf,
    "pdfinfo": by_pdfinfo,
    "pdffonts": by_pdffonts,
    "pdftotext": by_pdftotext,
}

DAMAGES: tuple[tuple[str, bytes, bytes], ...] = (
    ("qpdf", b"startxref", b"startXref"),
    ("qpdf", b"/Length ", b"/Lengthy"),
    ("qpdf", b"endstream", b"endstraem"),
    ("pikepdf", b"%PDF-1.7", b"%PDX-1.7"),
    ("pikepdf", b"/Type/Catalog", b"/Type/Catapult"),
    ("pikepdf", b"/Kids", b"/Kidz"),
    ("pdfinfo", b"/Marked true", b"/Market true"),
    ("pdfinfo", b"/Info", b"/Inof"),
    ("pdffonts", b"/FontFile3", b"/FontFail3"),
    ("pdffonts", b"/ToUnicode", b"/ToUnicorn"),
    ("pdftotext", b"/Contents", b"/Contends"),
)
"""A validator, and a replacement in a report that the validator must notice."""


def made() -> Iterator[bytes]:
    """Return reports of orders, then of groups with one, four and fifty orders."""
    contents = list(sample_reports.contents())
    yield from (reports.render(each, "pdf") for each in contents)
    statuses = ("COMPLETED", "FAILED", "COMPLETED", "CANCELLED")
    members = [
        Member(each.order_id, each.study_uid, statuses[n % 4], None if n % 2 else each)
        for n, each in enumerate(contents)
    ]
    for size in (1, 4, 50):
        at = contents[0].completed_at + timedelta(days=1)
        yield reports.render_group(GroupContent("Group 1", "north-clinic", tuple(members[:size]), at), "pdf")


def judge(documents: list[Path]) -> int:
    """Print the problems, and the number of explained remarks. Return the number of problems."""
    problems = [(each.name, problem) for each in documents for check in VALIDATORS.values() for problem in check(each)]
    failures = [each for each in problems if each[1] not in EXPLAINED]
    for name, problem in failures:
        print(f"{name}: {problem}")
    print(f"{len(documents)} documents: {len(failures)} problems found by {', '.join(VALIDATORS)}")
    for problem, times in Counter(each[1] for each in problems if each[1] in EXPLAINED).items():
        print(f"explained: {problem} ({times} times)")
    return len(failures)


def overlooked(whole: bytes, folder: Path) -> int:
    """Print the damages of a report that were not noticed. Return their number."""
    unseen = []
    for name, old, new in DAMAGES:
        assert old in whole, old
        damaged = folder / "damaged.pdf"
        damaged.write_bytes(whole.replace(old, new, 1))
        if not set(VALIDATORS[name](damaged)) - EXPLAINED:
            unseen.append(f"{name} does not see {new!r} in place of {old!r}")
    print("\n".join([*unseen, f"{len(DAMAGES)} damaged documents shown to the validators"]))
    return len(unseen)


def main() -> int:
    """Check the reports. Print one line and return 2 for a folder without documents."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(sys.argv[1] if len(sys.argv) > 1 else name)
        if len(sys.argv) == 1:
            for number, data in enumerate(made(), start=1):
                (folder / f"{number:03d}.pdf").write_bytes(data)
        documents = sorted(folder.glob("*.pdf"))
        if not documents:
            print(f"validate_pdf: no *.pdf in {folder}", file=sys.stderr)
            return 2
        failures = judge(documents)
        whole = reports.render(next(sample_reports.contents(1)), "pdf")
        return 1 if failures + overlooked(whole, Path(name)) else 0


if __name__ == "__main__":
    sys.exit(main())
