"""Reads all that a statement is made of from the folder of a run."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pacsimile_contract.errors import UsageError
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.bench import NOT_SELECTED
from pacsimile_contract.reporting.comparison import load_report
from pacsimile_contract.reporting.report_json import versions
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.target.operations import operation_of_absence
from pacsimile_spec import requirements
from pacsimile_spec.dialects import Dialect, identity

_FILES = ("report.json", "history.jsonl")
_JUDGED_BY = ("pacsimile", "openapi_sha256")
_WITHOUT_FAILURES = (0, 3)
"""The exit statuses of a run in which each failure was accepted beforehand."""
_SHARED = ("target", "level", "seed")


@dataclass(frozen=True, slots=True)
class StoredReport:
    """The reports of one run.

    Attributes:
        report: `report.json`, which has the verdicts.
        run: The record of the run in `history.jsonl`.
        exchanges: The calls in their order, redacted as they were stored.
        dialect: How the service spells the contract.
        digests: The SHA-256 of the description, of the dialect and of the files, by name, in hexadecimal; that of the
            dialect is empty where the service spells as the contract does.
    """

    report: Mapping[str, Any]
    run: Mapping[str, Any]
    exchanges: tuple[Exchange, ...]
    dialect: Dialect
    digests: Mapping[str, str]

    @property
    def ended_at(self) -> datetime:
        """When the run ended."""
        return datetime.fromisoformat(self.run["finished_at"])

    @property
    def selected(self) -> list[Mapping[str, Any]]:
        """The verdicts of the requirements that were selected for the run."""
        return [row for row in self.report["verdicts"] if row["summary"] != NOT_SELECTED.text]

    @property
    def absent_operations(self) -> set[str | None]:
        """The operations that the target file or the dialect declares absent."""
        return set(map(operation_of_absence, self.run.get("away", {}).values()))


def load_stored_report(folder: Path) -> StoredReport:
    """Read the folder of `verify --report`.

    Raises:
        UsageError: It holds no run, a damaged one, the parts of two, one that contradicts itself, or one of another
            version of pacsimile.
    """
    if not folder.is_dir():
        raise UsageError(f"{folder}: is no folder; expected one that `pacsimile verify --report` wrote")
    report, stored = load_report(folder), load_run(folder)
    _check_version(folder, report)
    _check_same_run(folder, report, stored.run)
    _check_verdicts(folder, report)
    given = stored.dialect
    digests = {"description": report["versions"]["openapi_sha256"], "dialect": given.digest if given else ""}
    digests |= {name: _digest(folder / name) for name in _FILES}
    exchanges = tuple(stored.exchanges[number] for number in sorted(stored.exchanges))
    return StoredReport(report, stored.run, exchanges, given.dialect if given else identity(), digests)


def _check_version(folder: Path, report: Mapping[str, Any]) -> None:
    """Refuse a run of another version: the words of this version may not fit its verdicts."""
    for name in _JUDGED_BY:
        theirs, ours = report["versions"][name], versions()[name]
        if theirs != ours:
            raise UsageError(
                f"{folder}: was written by another version: {name} is {theirs[:40]}, here it is {ours[:40]}; "
                "run verify again, or call the version that wrote it"
            )


def _check_same_run(folder: Path, report: Mapping[str, Any], run: Mapping[str, Any]) -> None:
    same = all(report[name] == run[name] for name in _SHARED) and report.get("run_id", run["run_id"]) == run["run_id"]
    if not same:
        raise UsageError(f"{folder}: report.json and history.jsonl are of two runs; run verify again")
    try:
        datetime.fromisoformat(run["finished_at"])
    except (KeyError, TypeError, ValueError):
        raise UsageError(f"{folder}: history.jsonl does not say when the run ended; run verify again") from None


def _check_verdicts(folder: Path, report: Mapping[str, Any]) -> None:
    """Refuse verdicts that no run gives: a requirement without a row, or one that passes though a part failed.

    So is an exit status by which no requirement failed, though one did that nobody accepted beforehand.
    """
    rows: Sequence[Mapping[str, Any]] = report["verdicts"]
    accepted = {entry["of"] for entry in report.get("accepted", ()) if entry["kind"] == "failure"}
    names = [row["requirement"] for row in rows]
    if sorted(names) != sorted(requirements()):
        raise UsageError(
            f"{folder}: report.json has {len(names)} verdicts, expected one for each of the {len(requirements())} "
            "requirements; run verify again"
        )
    for row in rows:
        failed = [part["check"] for part in row["parts"] if part["verdict"] == Verdict.FAIL.value]
        if failed and row["verdict"] != Verdict.FAIL.value:
            raise UsageError(
                f"{folder}: report.json contradicts itself: {row['requirement']} is {row['verdict']}, its part "
                f"{failed[0][:80]} is FAIL; run verify again"
            )
        unaccepted = [check for check in failed if check not in accepted]
        if unaccepted and report["exit_status"] in _WITHOUT_FAILURES:
            raise UsageError(
                f"{folder}: report.json contradicts itself: its exit status is {report['exit_status']}, but "
                f"{unaccepted[0][:80]} is FAIL; run verify again"
            )


def _digest(file: Path) -> str:
    with file.open("rb") as content:
        digest = sha256()
        while piece := content.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()
