"""The conformance statement of a stored run: what it says, that two of them can be compared, and what it refuses."""

import difflib
import re
import stat
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pypdf import PdfReader

from contract_tests.tests.helpers.set_text import overlaps, pieces
from contract_tests.tests.helpers.small_run import HOSTILE, URL, finished, judged
from contract_tests.tests.helpers.stored_folder import change_report, change_run, read_report, write_folder
from pacsimile.main import main
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.baseline import KnownFailure
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.run.options import Options
from pacsimile_contract.target.model import Acceptance, Client, Target
from pacsimile_spec import requirements
from pacsimile_spec.dialects import load_dialect
from pacsimile_spec.dialects.reading import shipped_text

SECRETS = ("the-token-sent", "secret-1", "client-1", "ORD-OLD", "ORD-NEW", "Jane Doe")
WIDE = "W" * 90 + " " + "x_" * 90 + " https://" + "a" * 200


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small run with both files of its statement."""
    folder = write_folder(tmp_path_factory.mktemp("small") / "report")
    assert state(folder).exit_code == 0
    return folder


def state(*words: Any) -> Result:
    """Run the command."""
    return CliRunner().invoke(main, ["statement", *map(str, words)])


def stated(folder: Path, *words: str) -> str:
    """Return the Markdown of a folder."""
    done = state(folder, "--markdown", *words)
    assert (done.exit_code, done.stdout) == (0, f"{folder / 'statement.md'}\n"), done.output
    return (folder / "statement.md").read_text("utf-8")


def rows(text: str, title: str) -> list[list[str]]:
    """Return the cells of a section's table, without its head."""
    section = re.split(r"^## \d+ ", text, flags=re.MULTILINE)
    (wanted,) = [each for each in section if each.startswith(f"{title}\n")]
    lines = [line for line in wanted.splitlines() if line.startswith("|")]
    return [re.split(r" \| ", line.removeprefix("| ").removesuffix(" |")) for line in lines[2:]]


def refused(*words: Any) -> str:
    """Return the one line by which a command is refused."""
    done = state(*words)
    assert (done.exit_code, done.stdout) == (2, ""), done.output
    (line,) = done.stderr.splitlines()
    return line


# --- what it says


def test_it_says_first_that_a_run_is_red(recorded: Path) -> None:
    """Before all else: how many requirements fail, and which; and that most were not selected."""
    lines = (recorded / "statement.md").read_text("utf-8").splitlines()
    assert lines[0] == "# Conformance statement"
    assert lines[2] == "**The service does not conform: 2 of 6 requirements fail: STATUS-2, RESULTS-1.**"
    assert f"**Only 6 of {len(requirements())} requirements were selected for this run.**" in lines


def test_each_requirement_has_a_row_in_the_contracts_order(recorded: Path) -> None:
    """Id, title, level, verdict."""
    table = rows((recorded / "statement.md").read_text("utf-8"), "Requirements")
    assert [cells[0] for cells in table] == [f"`{name}`" for name in requirements()]
    by_id = {cells[0]: cells[1:] for cells in table}
    assert by_id["`STATUS-2`"] == [requirements()["STATUS-2"].title, "MUST", "FAIL"]
    assert by_id["`RESULTS-9`"][1:] == ["SHOULD", "WARN"]


def test_what_deviates_and_what_was_not_judged(recorded: Path) -> None:
    """Broken parts with the first finding; what has no verdict with the reason."""
    text = (recorded / "statement.md").read_text("utf-8")
    deviations = rows(text, "Deviations")
    assert deviations[0] == [
        "`STATUS-2/latest`", "FAIL", "content", "expected order_id order 1; got order 2", "no"
    ]  # fmt: skip
    assert [cells[:3] for cells in deviations[1:]] == [
        ["`RESULTS-1/pdf`", "FAIL", "format"], ["`RESULTS-9/matches`", "WARN", "format"]
    ]  # fmt: skip
    open_rows = {cells[0]: cells[1:] for cells in rows(text, "Not exercised")}
    assert open_rows["`BATCH-1`"][:2] == ["ERROR", "listed: no answer: timeout"]
    assert open_rows["`SEC-4`"] == ["N/A", "the service is on this machine", ""]
    assert open_rows["`AUTH-2`"] == ["NOT-EXERCISED", "not selected", "no"]


def test_operations_and_report_types_exercised(recorded: Path) -> None:
    """Exercised is what was answered with success once; else by what it was answered."""
    text = (recorded / "statement.md").read_text("utf-8")
    operations = {cells[0]: cells[2:] for cells in rows(text, "Operations")}
    assert operations["`getStatus`"] == ["yes", "yes"]
    assert operations["`getResult`"] == ["not known", "only answered 404"]
    assert operations["`listReports`"] == ["not known", "asked, but never answered"]
    assert operations["`getOrderIds`"] == ["not known", "no"]
    types = rows(text, "Report types")
    assert len(types) == 11
    assert all(cells[3:] == ["not known", "no"] for cells in types)


def test_what_was_accepted_is_told_with_its_reason(tmp_path: Path) -> None:
    """Known failures, requirements that may stay open, declared absences, each with what became of it."""
    target = Target(
        URL, URL, {"primary": Client("primary", "client-1", "secret-1")}, absent=frozenset({"getOrderIds"}),
        accepted=(
            Acceptance("SEC-*", "one client | only", date(2099, 1, 1)), Acceptance("PROTO-4", "old", date(2020, 1, 1)),
        ),
    )  # fmt: skip
    known = (KnownFailure("STATUS-2/latest", "ticket 4711"), KnownFailure("AUTH-1/token", "gone", date(2099, 1, 1)))
    options = Options(seed=7, baseline=known, accept_not_exercised=("BATCH-*",))
    text = stated(write_folder(tmp_path / "r", target=target, options=options))
    accepted = {cells[0]: cells[1:] for cells in rows(text, "Accepted beforehand")}
    assert accepted["`STATUS-2/latest`"] == ["known failure", "ticket 4711", "no end", "FAIL, as accepted"]
    assert accepted["`AUTH-1/token`"] == ["known failure", "gone", "2099-01-01", "PASS: it did not fail"]
    assert accepted["`SEC-*`"][:3] == ["may stay unexercised", "one client \\| only", "2099-01-01"]
    assert accepted["`PROTO-4`"][3] == "NOT-EXERCISED: PROTO-4; the acceptance had ended"
    assert accepted["`BATCH-*`"][:3] == ["may stay unexercised", "none given", "no end"]
    absent = accepted["`operations: {getOrderIds: false}`"]
    assert absent[:2] == ["declared absent", "the target file says so"]
    assert absent[3].startswith("NOT-EXERCISED: ORDERID-1 to 3, ")
    assert "**Failures accepted beforehand: STATUS-2.**" in text
    assert rows(text, "Deviations")[0][4] == "ticket 4711"
    open_rows = {cells[0]: cells[3] for cells in rows(text, "Not exercised")}
    assert (open_rows["`SEC-1`"], open_rows["`PROTO-4`"]) == ("one client \\| only", "no")
    command = (
        "pacsimile verify --target target.yaml --level standard --profile strict --seed 7 --baseline baseline.yaml"
    )
    assert f"{command} --accept-not-exercised 'BATCH-*' --report report\n" in text


def test_the_spelling_of_the_dialect_is_told(tmp_path: Path) -> None:
    """Only what differs, from the text that the run has stored, with its digest; else that nothing does."""
    folder = write_folder(tmp_path / "r")
    assert "nothing differs" in stated(folder)
    assert ["SHA-256: dialect", "`no dialect was given`"] in rows(stated(folder), "The run")
    change_run(folder, dialect={"name": "legacy", "digest": "", "text": shipped_text("legacy")})
    text = stated(folder)
    table = rows(text, "Spelling")
    assert ["OrderStatus.status: COMPLETED", "word", "`COMPLETED`", "`2 (a number)`"] in table
    assert all(cells[2] != cells[3] for cells in table)
    assert f"| Spelling | dialect legacy: {len(table)} facts differ |" in text
    assert "target.yaml stands for a file of your own. target.yaml names the dialect." in text
    legacy = load_dialect("legacy")
    operations = {cells[0]: cells[1] for cells in rows(text, "Operations")}
    assert operations["`getOrderIds`"] == f"`GET {legacy.paths['getOrderIds'][0].text}`"
    types = {cells[0]: cells[2] for cells in rows(text, "Report types")}
    assert types["`csv`"] == f"`{legacy.media_types['csv']}`"
    change_run(folder, dialect={"name": "x", "text": "name: [1"})
    assert "history.jsonl:1: holds a dialect that cannot be read" in refused(folder)


ALL_KNOWN = tuple(
    KnownFailure(part.check, "") for each in judged() for part in each.parts if part.verdict is Verdict.FAIL
)
"""An acceptance of each part that fails in the small run."""


def all_open(why: str) -> list[Judgement]:
    """Return judgements of a run that ended before anything was judged."""
    return [replace(each, verdict=Verdict.NOT_EXERCISED, parts=(), summary=why) for each in judged()]


@pytest.mark.parametrize(
    ("run", "line"),
    [
        ({"exit_status": 3, "judgements": all_open("interrupted")}, "The run ended early (interrupted)."),
        ({"exit_status": 4, "judgements": all_open("not reached: gone"), "diagnosis": "no answer"}, "no verdict"),
        (
            {"exit_status": 4, "judgements": all_open("not reached: gone"), "diagnosis": "no answer"},
            "of the target: no",
        ),
        ({"exit_status": 2, "judgements": all_open("not reached: gone")}, "could not be used"),
        ({"exit_status": 3, "judgements": all_open("was not run")}, "not every MUST was exercised"),
        ({"exit_status": 1, "judgements": all_open("was not run")}, "out of date"),
        ({"exit_status": 0, "judgements": all_open("was not run")}, "No requirement fails."),
        ({"exit_status": 0, "judgements": all_open("was not run")}, "Not exercised, though a MUST: AUTH-1 to 7"),
        (
            {"exit_status": 0, "options": Options("smoke", baseline=ALL_KNOWN)},
            "but each failure was accepted beforehand",
        ),
        ({"exit_status": 0, "options": Options("smoke"), "judgements": all_open("not run")}, "at level smoke"),
    ],
)
def test_how_a_run_ended_stands_at_the_top(run: dict[str, Any], line: str, tmp_path: Path) -> None:
    """Plainly, before the first table; the statement is written all the same."""
    top = stated(write_folder(tmp_path / "r", **run)).partition("| Item")[0]
    assert line in top


# --- two of them


def test_two_runs_that_find_the_same_differ_only_in_what_names_the_run(recorded: Path, tmp_path: Path) -> None:
    """Another salt, id, time, number of requests: a few rows of one section; no row moves."""
    other = Redactor("another salt")
    other.add_secret("the-token-sent", "$TOKEN")
    other.add_identifiers([("order", "ORD-OLD"), ("order", "ORD-NEW")], harmless=False)
    later = write_folder(tmp_path / "r", redactor=other, run_id="ffffffff", requests=9, seconds=7.5)
    change_run(later, finished_at="2027-01-01T00:00:00+00:00")
    assert (recorded / "report.json").read_text("utf-8") != (later / "report.json").read_text("utf-8")
    texts = [(recorded / "statement.md").read_text("utf-8"), stated(later)]
    changed = [line for line in difflib.ndiff(*(text.splitlines() for text in texts)) if line[:1] in "+-"]
    names = {line[2:].split(" | ")[0] for line in changed}
    assert names == {"| Date", "| Run", "| SHA-256: report.json", "| SHA-256: history.jsonl"}


def test_one_run_gives_the_same_bytes(recorded: Path, tmp_path: Path) -> None:
    """Both files, whenever and wherever they are written."""
    assert state(recorded, "--output", tmp_path / "again").exit_code == 0
    for name in ("statement.md", "statement.pdf"):
        assert (tmp_path / "again" / name).read_bytes() == (recorded / name).read_bytes()


def test_a_verdict_that_changed_is_a_line(recorded: Path, tmp_path: Path) -> None:
    """And so is nothing else but what counts verdicts."""
    folder = write_folder(tmp_path / "r")
    verdicts = read_report(folder)["verdicts"]
    next(row for row in verdicts if row["requirement"] == "AUTH-2")["verdict"] = "PASS"
    before, _ = stated(folder), change_report(folder, verdicts=verdicts)
    changed = [
        line for line in difflib.ndiff(before.splitlines(), stated(folder).splitlines()) if line.startswith("+ | `AUTH")
    ]
    assert changed == [f"+ | `AUTH-2` | {requirements()['AUTH-2'].title} | MUST | PASS |"]


# --- what a service said


def test_nothing_that_must_not_be_written_is_in_it(recorded: Path) -> None:
    """Tokens, secrets, identifiers without the mark, patients; neither file."""
    pages = "".join(page.extract_text() for page in PdfReader(recorded / "statement.pdf").pages)
    for text in ((recorded / "statement.md").read_text("utf-8"), pages):
        assert not [secret for secret in SECRETS if secret in text]


def test_hostile_words_are_words_in_both(tmp_path: Path) -> None:
    """No markup, no code of Typst, no sign that turns the writing, no row that breaks; what they are can be read."""
    words = f'#panic("x") #{{1/0}} *b* | `c` $x$ <label> @ref {HOSTILE}\n| a | b |\n# h'
    folder = write_folder(tmp_path / "r", notes=[words], diagnosis=words)
    verdicts = read_report(folder)["verdicts"]
    part = next(part for row in verdicts for part in row["parts"] if part["verdict"] == "FAIL")
    part["evidence"][0]["note"] = words
    change_report(folder, verdicts=verdicts, target=f"https://{words}")
    change_run(folder, target=f"https://{words}")
    text = stated(folder, "--service", words)
    assert all(line.isprintable() for line in text.splitlines())
    assert "<script>" not in text
    lines = text.splitlines()
    assert not [line for line in lines if line.startswith("| a | b")]
    assert len([line for line in lines if line.startswith("# ")]) == 1
    for title in ("Deviations", "Remarks", "Operations"):
        assert len({len(re.split(r"(?<!\\)\|", line)) for line in _table(text, title)}) == 1, title
    assert state(folder, "--pdf").exit_code == 0
    reader = PdfReader(folder / "statement.pdf")
    shown = r"""#panic("x") #{1/0} *b* | `c` $x$ <label> @ref </script><script>alert(1)</script>\x1b[2J\u202e"""
    assert "".join(shown.split()) in "".join(reader.pages[0].extract_text().split())


def _table(text: str, title: str) -> list[str]:
    section = next(part for part in re.split(r"^## \d+ ", text, flags=re.MULTILINE) if part.startswith(title))
    return [line for line in section.splitlines() if line.startswith("|")]


def test_no_word_leaves_its_page(tmp_path: Path) -> None:
    """A4, heads of tables on each page that goes on, a page's number on each, and wide words within the margins."""
    folder = write_folder(tmp_path / "r", notes=[WIDE], diagnosis=WIDE)
    verdicts = read_report(folder)["verdicts"]
    part = next(part for row in verdicts for part in row["parts"] if part["verdict"] == "FAIL")
    part["evidence"][0]["note"] = WIDE
    change_report(folder, verdicts=verdicts)
    change_run(folder, dialect={"name": "w", "text": f"name: w\nparameters: {{order_id: {'W' * 190}}}"})
    assert state(folder, "--pdf", "--service", WIDE[:200]).exit_code == 0
    reader = PdfReader(folder / "statement.pdf")
    margin = 18 / 25.4 * 72
    for number, page in enumerate(reader.pages, 1):
        assert [round(float(side)) for side in page.mediabox] == [0, 0, 595, 842]
        assert all(margin - 1 < piece.left <= piece.right < 596 - margin for piece in pieces(page)), number
        assert not list(overlaps(page)), number
        text = " ".join(page.extract_text().split())
        assert f"Page {number} of {len(reader.pages)}" in text
    heads = [
        page for page in reader.pages if "Requirement Title Level Verdict" in " ".join(page.extract_text().split())
    ]
    assert len(heads) > 1
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("Conformance statement, ")


# --- what is refused, and how files are written


def test_files_are_their_owners(recorded: Path, tmp_path: Path) -> None:
    """In a folder that is made, whatever stood in their place; only those that were asked for."""
    place = tmp_path / "made" / "below"
    done = state(recorded, "--output", place, "--pdf")
    assert (done.exit_code, done.stdout) == (0, f"{place / 'statement.pdf'}\n")
    assert [each.name for each in place.iterdir()] == ["statement.pdf"]
    assert stat.S_IMODE((place / "statement.pdf").stat().st_mode) == 0o600


def test_what_holds_no_run_is_refused(tmp_path: Path) -> None:
    """No folder, an empty one, a file, a run without its history, one of another version, the halves of two runs."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    assert "is no folder" in refused(tmp_path / "none")
    assert "is no folder" in refused(tmp_path / "file")
    assert "report.json: cannot be read: No such file" in refused(tmp_path / "empty")
    folder = write_folder(tmp_path / "r")
    versions = read_report(folder)["versions"]
    for name, other in (("pacsimile", "9.9.9"), ("openapi_sha256", "0" * 64)):
        change_report(folder, versions={**versions, name: other})
        assert f"was written by another version: {name} is {other[:40]}" in refused(folder)
    change_report(folder, versions=versions, run_id="another")
    assert "are of two runs" in refused(folder)
    change_report(folder, run_id=finished().run_id)
    change_run(folder, finished_at="yesterday")
    assert "does not say when" in refused(folder)
    (folder / "history.jsonl").unlink()
    assert "history.jsonl: cannot be read" in refused(folder)


def test_verdicts_that_no_run_gives_are_refused(tmp_path: Path) -> None:
    """A row that is missing, one that passes though a part failed. What agrees is taken, and the document says so."""
    folder = write_folder(tmp_path / "r")
    verdicts = read_report(folder)["verdicts"]
    change_report(folder, verdicts=verdicts[1:])
    assert f"report.json has {len(verdicts) - 1} verdicts, expected one for each of the" in refused(folder)
    next(row for row in verdicts if row["requirement"] == "STATUS-2")["verdict"] = "PASS"
    change_report(folder, verdicts=verdicts)
    assert "contradicts itself: STATUS-2 is PASS, its part STATUS-2/latest is FAIL" in refused(folder)
    next(row for row in verdicts if row["requirement"] == "STATUS-2")["verdict"] = "FAIL"
    change_report(folder, verdicts=verdicts, exit_status=0)
    assert "contradicts itself: its exit status is 0, but STATUS-2/latest is FAIL" in refused(folder)
    assert "as good as the folder of the run" in stated(write_folder(tmp_path / "s"))


@pytest.mark.parametrize("name", ["", "   ", "\t", "x" * 201])
def test_a_name_that_is_no_name_is_refused(name: str, recorded: Path) -> None:
    """Blank, or longer than a title."""
    assert "--service: the name " in refused(recorded, "--service", name)


def test_a_folder_that_cannot_be_written_is_told(recorded: Path, tmp_path: Path) -> None:
    """A file in its place, a folder in the place of a file: one line with what to do."""
    (tmp_path / "file").touch()
    (tmp_path / "taken" / "statement.md").mkdir(parents=True)
    for place in ("file/below", "taken"):
        line = refused(recorded, "--output", tmp_path / place)
        assert "cannot be written" in line and "give --output another folder" in line
