"""What a statement says, section by section."""

from collections import Counter
from collections.abc import Iterator

from pacsimile_contract.english import ranged
from pacsimile_contract.reporting.presentation import ORDER
from pacsimile_contract.reporting.statement.coverage import operations_table, report_types_table
from pacsimile_contract.reporting.statement.document import Column, Notice, Section, Statement, Table
from pacsimile_contract.reporting.statement.notices import notices
from pacsimile_contract.reporting.statement.run_values import RunValues
from pacsimile_contract.reporting.statement.stored_report import StoredReport
from pacsimile_contract.reporting.statement.verdicts import Verdicts
from pacsimile_spec import description
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.dialects.differences import differences

_PROFILES = {
    "strict": "strict: a wrong format fails as wrong content does",
    "documented": "documented: what the public description does not state only warns",
}
_VERDICTS = (
    "PASS: all that was tested was right. FAIL: a MUST failed. WARN: a SHOULD failed, or something that the profile "
    "only warns about. ERROR: no verdict, because the network or the tests failed. NOT-EXERCISED: a state, time or "
    "data was missing, or another failure was in the way. N/A: it does not apply to this service, or its operator "
    "declared it absent."
)
_PROOF = (
    "A statement is as good as the folder of the run: it repeats report.json and proves nothing by itself. pacsimile "
    "replay judges the stored answers again, without the service."
)
_DEVIATIONS = (
    "Each part of a requirement that failed or got a warning, with its first finding. Identifiers and times differ "
    "from run to run, so they are numbered here; report.html of the run has them, with each request and answer."
)


def statement(stored: StoredReport, service: str = "") -> Statement:
    """Return the statement of a stored run; `service` is the name and version that its vendor gives it."""
    run_values = RunValues(stored.exchanges)
    verdicts = Verdicts(stored, run_values)
    service = service.strip()
    return Statement(
        service or _address(stored),
        stored.ended_at,
        tuple(Notice(notice.tone, run_values.replace_in(notice.words)) for notice in notices(stored, verdicts)),
        tuple(_summary(stored, service)),
        tuple(_sections(stored, verdicts, run_values)),
    )


def _address(stored: StoredReport) -> str:
    """Return the base URL, without the name of a mock's world, which only this run had."""
    return RunValues(()).replace_in(stored.report["target"])


def _summary(stored: StoredReport, service: str) -> Iterator[tuple[str, str]]:
    report, contract = stored.report, description()["info"]
    chosen = stored.selected
    yield "Service", service or "the run does not know its name and version"
    yield "Address", _address(stored)
    yield "Contract", f"{contract['title']}, {contract['version']}"
    yield "Spelling", _spelling_words(stored.dialect)
    yield "Profile", _PROFILES[report["profile"]]
    yield "Level", report["level"]
    patterns = stored.run["requirements"]
    yield "Requirements", f"{len(chosen)} of {len(report['verdicts'])}{': ' + _named(patterns) if patterns else ''}"
    counts = Counter(row["verdict"] for row in chosen)
    for verdict in ORDER:
        yield verdict.value, str(counts[verdict.value])


def _named(patterns: list[str]) -> str:
    """Return requirement ids as ranges; if one of them is a pattern, return all as they are."""
    return (
        ranged(patterns) if all(pattern.rpartition("-")[2].isdigit() for pattern in patterns) else ", ".join(patterns)
    )


def _spelling_words(dialect: Dialect) -> str:
    number = len(differences(dialect))
    if not number:
        return "as the contract: nothing differs"
    return f"dialect {dialect.name}: {number} {'fact differs' if number == 1 else 'facts differ'}"


def _sections(stored: StoredReport, verdicts: Verdicts, run_values: RunValues) -> Iterator[Section]:
    yield Section(
        "Operations", "The operations of the contract, with the paths of the service.", operations_table(stored)
    )
    yield Section(
        "Report types",
        "The forms in which a report can be had, with the media types of the service.",
        report_types_table(stored),
    )
    yield _spelling(stored.dialect)
    yield Section("Requirements", _VERDICTS, verdicts.requirements())
    yield _table_or_note(
        "Deviations", _DEVIATIONS, verdicts.deviations(), "No part of a requirement failed or got a warning."
    )
    yield _table_or_note(
        "Accepted beforehand",
        "What the operator of the run accepted or declared before it, with the reason in the operator's words.",
        verdicts.accepted(),
        "Nothing was accepted or declared absent before the run.",
    )
    yield _table_or_note(
        "Not exercised",
        "Requirements without a verdict on the service, and why.",
        verdicts.not_exercised(),
        "Every requirement has a verdict.",
    )
    yield _table_or_note(
        "Parts not exercised",
        "Requirements with a verdict of which a part has none, and why.",
        verdicts.parts_not_exercised(),
        "Every part of a requirement with a verdict has one.",
    )
    remarks = tuple((run_values.replace_in(note),) for note in stored.report.get("notes", ()))
    yield _table_or_note(
        "Remarks", "Remarks of the run on itself.", Table((Column("Remark", 1),), remarks), "The run has no remarks."
    )
    yield _run(stored)
    yield Section(
        "Repeat it",
        _repeating_words(stored),
        command=stored.report.get("command", ""),
    )


def _repeating_words(stored: StoredReport) -> str:
    """Return what a reader needs for the command: which files are theirs, and where it says the dialect."""
    command = stored.report.get("command", "").split()
    files = [name for name in ("target.yaml", "baseline.yaml", "dialect.yaml") if name in command]
    words = ["This command judges the service again."]
    if files:
        words.append(
            f"{' and '.join(files)} {'stands for a file' if len(files) == 1 else 'stand for files'} of your own."
        )
    if len(differences(stored.dialect)) and "--dialect" not in command:
        words.append("target.yaml names the dialect.")
    return " ".join((*words, _PROOF))


def _table_or_note(title: str, words: str, table: Table, nothing: str) -> Section:
    return Section(title, words, table) if table.rows else Section(title, nothing)


def _spelling(dialect: Dialect) -> Section:
    rows = tuple((row.fact, row.kind, row.contract, row.service) for row in differences(dialect))
    columns = (
        Column("Fact", 6), Column("What", 3), Column("As in the contract", 6, "code"),
        Column("As in the service", 6, "code"),
    )  # fmt: skip
    return _table_or_note(
        "Spelling",
        f"The dialect {dialect.name}: what the service spells otherwise than the contract. All else is the same.",
        Table(columns, rows),
        "The service spells every fact as the contract does: nothing differs.",
    )


def _run(stored: StoredReport) -> Section:
    """Return the conditions of the run. Two statements with the same result differ only here."""
    report = stored.report
    rows = [
        ("Date", stored.ended_at.strftime("%Y-%m-%d %H:%M:%S UTC")),
        ("Run", stored.run["run_id"]),
        ("Seed", str(report["seed"])),
        ("Exit status", str(report["exit_status"])),
        *((f"Version: {name}", version) for name, version in report["versions"].items() if name != "openapi_sha256"),
        *((f"SHA-256: {name}", digest or "no dialect was given") for name, digest in stored.digests.items()),
    ]
    return Section(
        "The run", "The conditions of the run.", Table((Column("Item", 3), Column("Value", 9, "code")), tuple(rows))
    )
