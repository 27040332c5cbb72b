"""The verdicts of a run as tables: requirements, deviations, acceptances, and what was not judged."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from pacsimile_contract.english import ranged
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.statement.document import Column, Row, Table
from pacsimile_contract.reporting.statement.run_values import RunValues
from pacsimile_contract.reporting.statement.stored_report import StoredReport

FAIL, WARN, ERROR = Verdict.FAIL.value, Verdict.WARN.value, Verdict.ERROR.value
NOT_EXERCISED, NOT_APPLICABLE = Verdict.NOT_EXERCISED.value, Verdict.NOT_APPLICABLE.value
DEVIATIONS = (FAIL, WARN)
NOT_JUDGED = (ERROR, NOT_EXERCISED, NOT_APPLICABLE)
_KINDS = {"fact": "content", "form": "format"}
_QUOTED = re.compile(r"`(?P<line>[^`]+)`")
"""The line of a target file or a dialect that a reason quotes."""
_SENTENCE_ENDS = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_MOST_CHARACTERS = 400


class Verdicts:
    """Makes the tables of a stored run."""

    def __init__(self, stored: StoredReport, run_values: RunValues) -> None:
        self._rows: Sequence[Mapping[str, Any]] = stored.report["verdicts"]
        self._accepted: Sequence[Mapping[str, Any]] = stored.report.get("accepted", ())
        self._declared: Mapping[str, str] = stored.run.get("away", {})
        self._run_values, self._day = run_values, stored.ended_at.date().isoformat()

    def requirements(self) -> Table:
        """Return each requirement with its verdict, in the contract's order."""
        columns = (
            Column("Requirement", 4, "code"),
            Column("Title", 12),
            Column("Level", 3),
            Column("Verdict", 4, "verdict"),
        )
        rows = ((row["requirement"], row.get("title", ""), row["level"], row["verdict"]) for row in self._rows)
        return Table(columns, tuple(rows))

    def deviations(self) -> Table:
        """Return each part that failed or only got a warning, with the finding and what accepts it."""
        columns = (
            Column("Part", 6, "code"), Column("Verdict", 3, "verdict"), Column("What", 3), Column("Finding", 11),
            Column("Accepted beforehand", 6),
        )  # fmt: skip
        return Table(columns, tuple(self._deviation_rows()))

    def _deviation_rows(self) -> Iterator[Row]:
        for row in self._rows:
            parts = [part for part in row["parts"] if part["verdict"] in DEVIATIONS]
            for part in parts:
                known = self._known_failure(part["check"])
                note = part["evidence"][0]["note"]
                if known is not None:
                    note = note.removeprefix(f"known failure ({known['reason']}): ")
                yield (
                    part["check"],
                    part["verdict"],
                    _KINDS[part["kind"]],
                    self._sentence(note),
                    _acceptance_words(known),
                )
            if not parts and row["verdict"] in DEVIATIONS:
                yield row["requirement"], row["verdict"], "", self._sentence(row["summary"]), "no"

    def known_to_fail(self) -> list[str]:
        """Return the failed requirements of which each failed part was accepted beforehand."""
        failing = {
            row["requirement"]: [part["check"] for part in row["parts"] if part["verdict"] == FAIL]
            for row in self._rows
            if row["verdict"] == FAIL
        }
        return [name for name, checks in failing.items() if checks and all(map(self._known_failure, checks))]

    def accepted(self) -> Table:
        """Return what the operator accepted or declared before the run, and what became of it."""
        columns = (
            Column("What", 6, "code"), Column("Kind", 5), Column("Reason", 9), Column("Until", 4),
            Column("In this run", 6),
        )  # fmt: skip
        return Table(columns, (*self._acceptance_rows(), *self._declaration_rows()))

    def _acceptance_rows(self) -> Iterator[Row]:
        kinds = {"failure": "known failure", "lack": "may stay unexercised"}
        for entry in sorted(self._accepted, key=lambda entry: (entry["kind"], entry["of"])):
            state = self._failure_outcome(entry) if entry["kind"] == "failure" else self._lack_outcome(entry)
            until = entry["until"] or "no end"
            yield entry["of"], kinds[entry["kind"]], entry["reason"] or "none given", until, state

    def _declaration_rows(self) -> Iterator[Row]:
        by_reason: dict[str, list[str]] = {}
        for check, reason in self._declared.items():
            by_reason.setdefault(reason, []).append(check)
        for reason, checks in by_reason.items():
            quoted = _QUOTED.search(reason)
            line, words = (quoted["line"], _QUOTED.sub("so", reason)) if quoted else ("", reason)
            yield line, "declared absent", words, "no end", self._declaration_outcome(checks)

    def _declaration_outcome(self, checks: Iterable[str]) -> str:
        """Return the verdicts that the run gave what was declared absent: one that was not run is not N/A."""
        by_verdict: dict[str, list[str]] = {}
        for check in checks:
            by_verdict.setdefault(self._verdict_of(check), []).append(check)
        return "; ".join(f"{verdict}: {_listed(by_verdict[verdict])}" for verdict in sorted(by_verdict))

    def _verdict_of(self, check: str) -> str:
        """Return the verdict of a requirement or of a part; a part that was not judged has its requirement's."""
        row = next((row for row in self._rows if row["requirement"] == check.partition("/")[0]), None)
        if row is None:
            return NOT_APPLICABLE
        parts = (part["verdict"] for part in row["parts"] if part["check"] == check)
        return str(next(parts, row["verdict"]))

    def not_exercised(self) -> Table:
        """Return each requirement without a verdict on the service, with the reason and what accepts it."""
        columns = (
            Column("Requirement", 4, "code"), Column("Verdict", 4, "verdict"), Column("Why", 10),
            Column("Accepted beforehand", 6),
        )  # fmt: skip
        rows = (
            (row["requirement"], row["verdict"], self._sentence(row["summary"]), self._accepts(row))
            for row in self._rows
            if row["verdict"] in NOT_JUDGED
        )
        return Table(columns, tuple(rows))

    def parts_not_exercised(self) -> Table:
        """Return each part without a verdict, of requirements that have one."""
        columns = (Column("Part", 6, "code"), Column("Verdict", 4, "verdict"), Column("Why", 10))
        rows = (
            (part["check"], part["verdict"], self._sentence(part["evidence"][0]["note"] if part["evidence"] else ""))
            for row in self._rows
            for part in row["parts"]
            if part["verdict"] in NOT_JUDGED and row["verdict"] not in NOT_JUDGED
        )
        return Table(columns, tuple(rows))

    def _sentence(self, note: str) -> str:
        return self._run_values.replace_in(first_sentence(note))

    def _known_failure(self, check: str) -> Mapping[str, Any] | None:
        return next(
            (
                entry
                for entry in self._accepted
                if entry["kind"] == "failure" and entry["of"] == check and self._is_in_force(entry)
            ),
            None,
        )

    def _accepts(self, row: Mapping[str, Any]) -> str:
        """Return what accepts that a requirement was not exercised; empty where there is nothing to accept."""
        if row["verdict"] != NOT_EXERCISED:
            return ""
        fitting = (entry for entry in self._accepted if entry["kind"] == "lack" and self._is_in_force(entry))
        return _acceptance_words(
            next((entry for entry in fitting if fnmatchcase(row["requirement"], entry["of"])), None)
        )

    def _is_in_force(self, entry: Mapping[str, Any]) -> bool:
        """Tell whether an acceptance was in force on the day of the run, in UTC."""
        return entry["until"] is None or str(entry["until"]) >= self._day

    def _failure_outcome(self, entry: Mapping[str, Any]) -> str:
        parts = (part for row in self._rows for part in row["parts"] if part["check"] == entry["of"])
        verdict = next((part["verdict"] for part in parts), NOT_EXERCISED)
        if verdict != FAIL:
            return f"{verdict}: it did not fail"
        return "FAIL, as accepted" if self._is_in_force(entry) else "FAIL: the acceptance had ended"

    def _lack_outcome(self, entry: Mapping[str, Any]) -> str:
        fitting = [row for row in self._rows if fnmatchcase(row["requirement"], entry["of"])]
        unexercised = [row["requirement"] for row in fitting if row["verdict"] == NOT_EXERCISED]
        if not unexercised:
            return "exercised"
        ended = "" if self._is_in_force(entry) else "; the acceptance had ended"
        return f"NOT-EXERCISED: {ranged(unexercised)}{ended}"


def _listed(checks: Sequence[str]) -> str:
    """Return requirements as ranges, and the number of parts of others."""
    whole = [check for check in checks if "/" not in check]
    parts = len(checks) - len(whole)
    listed = [ranged(whole)] if whole else []
    return ", ".join([*listed, *([f"{parts} part{'s' * (parts > 1)} of others"] if parts else [])])


def _acceptance_words(entry: Mapping[str, Any] | None) -> str:
    """Return whether something was accepted: `no`, or the reason."""
    return "no" if entry is None else entry["reason"] or "yes, without a reason"


def first_sentence(note: str) -> str:
    """Return the first sentence of a finding's first line, in at most 400 characters."""
    line = note.strip().partition("\n")[0]
    sentence = _SENTENCE_ENDS.split(line, maxsplit=1)[0]
    return sentence if len(sentence) <= _MOST_CHARACTERS else f"{sentence[: _MOST_CHARACTERS - 1]}…"
