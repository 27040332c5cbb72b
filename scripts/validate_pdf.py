"""Judge PDF reports by qpdf, poppler and pikepdf. scripts/validate_pdf.sh sees to the tools.

    python scripts/validate_pdf.py            50 reports of orders and three of groups, which it makes
    python scripts/validate_pdf.py FOLDER     the *.pdf of a folder

Prints a line for each problem, and exits with 1 where there is one. A report is also damaged: a validator that does not
see a damage that it is there for is a problem too.
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
"""What poppler remarks on without being right; docs/formats/pdf.md says why."""

EXPECTED = {"Tagged": "yes", "Encrypted": "no", "JavaScript": "no", "Suspects": "no"}
"""Of pdfinfo's lines, those that a report has in common with every other."""

Validator = Callable[[Path], list[str]]


def said(*command: str | Path) -> tuple[int, list[str], list[str]]:
    """Run a tool; return its exit status, and the lines of its standard output and standard error."""
    done = subprocess.run(command, capture_output=True, check=False)
    return done.returncode, lines(done.stdout), lines(done.stderr)


def lines(output: bytes) -> list[str]:
    """Lines that have something in them."""
    return [line.rstrip() for line in output.decode(errors="replace").splitlines() if line.strip()]


def remarks(name: str, status: int, errors: list[str]) -> list[str]:
    """What a tool wrote to standard error, and an exit status that is not 0."""
    return [f"{name}: {line}" for line in errors] or ([f"{name}: exit status {status}"] if status else [])


def by_qpdf(document: Path) -> list[str]:
    """Errors and warnings about syntax, cross references and streams."""
    status, _, errors = said("qpdf", "--check", document)
    return remarks("qpdf", status, errors)


def by_pikepdf(document: Path) -> list[str]:
    """What a second way through qpdf's library finds, and pages that are not there."""
    try:
        with pikepdf.open(document) as opened:
            problems = [f"pikepdf: {each}" for each in (*opened.check_pdf_syntax(), *opened.get_warnings())]
            return problems + ["pikepdf: no pages"] * (len(opened.pages) == 0)
    except pikepdf.PdfError as error:
        return [f"pikepdf: {error}"]


def by_pdfinfo(document: Path) -> list[str]:
    """Whether it is tagged, has a title, and none of what a report has no use for."""
    status, output, errors = said("pdfinfo", document)
    properties = {name: value.strip() for name, _, value in (line.partition(":") for line in output)}
    differing = [name for name, value in EXPECTED.items() if properties.get(name) != value]
    wrong = [f"pdfinfo: {name} is {properties.get(name)!r}" for name in differing]
    untitled = ["pdfinfo: no title"] * (not properties.get("Title"))
    return remarks("pdfinfo", status, errors) + wrong + untitled


def by_pdffonts(document: Path) -> list[str]:
    """Fonts that are not embedded, or whose letters have no Unicode; the remark of pdfinfo is not repeated."""
    status, output, errors = said("pdffonts", document)
    fonts = [(line.split()[0], line.split()[-5:-2]) for line in output[2:]]
    wrong = [f"pdffonts: {name}: embedded, subset, Unicode: {flags}" for name, flags in fonts if flags != ["yes"] * 3]
    return [each for each in remarks("pdffonts", status, errors) if each.replace("fonts", "info") not in EXPLAINED] + (
        wrong or ["pdffonts: no fonts"] * (not fonts)
    )


def by_pdftotext(document: Path) -> list[str]:
    """Pages without the banner."""
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
"""A validator, and a replacement in a report that it must not overlook."""


def made() -> Iterator[bytes]:
    """Reports of orders, then of groups of one, four and fifty orders."""
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
    """Print the problems, and how often what is explained was said; return how many problems there are."""
    problems = [(each.name, problem) for each in documents for check in VALIDATORS.values() for problem in check(each)]
    failures = [each for each in problems if each[1] not in EXPLAINED]
    for name, problem in failures:
        print(f"{name}: {problem}")
    print(f"{len(documents)} documents: {len(failures)} problems found by {', '.join(VALIDATORS)}")
    for problem, times in Counter(each[1] for each in problems if each[1] in EXPLAINED).items():
        print(f"explained: {problem} ({times} times)")
    return len(failures)


def overlooked(whole: bytes, folder: Path) -> int:
    """Print which damages of a report go unseen; return how many do."""
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
    """Judge; exit status 2 and one line for a folder without documents."""
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
