"""Compares the `report.json` of two runs, whichever versions wrote them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pacsimile_contract.checkers.histories import PART as HISTORIES
from pacsimile_contract.checkers.service_model import PART as BY_ALL_THAT_WAS_SEEN
from pacsimile_contract.errors import UsageError
from pacsimile_contract.judging.bench import NOT_SELECTED
from pacsimile_spec import given_files
from pacsimile_spec.given_files import MIB, UnusableFile

Direction = Literal["worse", "better", "other"]

_SEVERITY = {"PASS": 0, "N/A": 0, "NOT-EXERCISED": 1, "WARN": 2, "ERROR": 3, "FAIL": 4}
_JUDGED = frozenset({"PASS", "WARN"})
"""Verdicts that show an improvement where they are less severe; the others may only mean that nothing was judged."""

MOST_BYTES = 256 * MIB
"""The most bytes of a report."""
_EXPECTED = "expected the report.json of `pacsimile verify --report DIR`"

ABSENT = "absent"
"""Stands for a verdict that one of the reports does not have."""


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement or a part (`check`) whose verdict differs in the second report; `note` says what was received."""

    check: str
    before: str
    after: str
    note: str = ""

    @property
    def direction(self) -> Direction:
        """`worse` where the second verdict is more severe, `better` where it shows an improvement, else `other`."""
        if self.after == ABSENT:
            return "other"
        before, after = _SEVERITY.get(self.before, _SEVERITY["NOT-EXERCISED"]), _SEVERITY[self.after]
        if after > before:
            return "worse"
        return "better" if after < before and self.after in _JUDGED else "other"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences between two runs.

    Attributes:
        requirements: The requirements whose verdicts differ.
        parts: The parts whose verdicts differ.
        facts: The conditions of the runs that differ: name, value before, value after.
        not_compared: The requirements that were not selected in one of the runs.
    """

    requirements: tuple[Change, ...] = ()
    parts: tuple[Change, ...] = ()
    facts: tuple[tuple[str, str, str], ...] = ()
    not_compared: tuple[str, ...] = ()

    @property
    def worse(self) -> bool:
        """Whether anything is worse in the second run."""
        return any(change.direction == "worse" for change in (*self.requirements, *self.parts))


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Compare two reports; skip requirements that were not selected in one of them."""
    rows_before, rows_after = _rows(before), _rows(after)
    names = list(dict.fromkeys([*rows_after, *rows_before]))
    unselected = [
        name for name in names if _is_unselected(rows_before.get(name)) or _is_unselected(rows_after.get(name))
    ]
    requirements, parts = list[Change](), list[Change]()
    for name in names:
        if name not in unselected:
            old, new = rows_before.get(name, {}), rows_after.get(name, {})
            requirements += _changes({name: old}, {name: new})
            parts += (change for change in _changes(_parts(old), _parts(new)) if not _by_chance(change))
    return Comparison(tuple(requirements), tuple(parts), tuple(_facts(before, after)), tuple(unselected))


def _rows(report: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {row["requirement"]: row for row in report["verdicts"]}


def _is_unselected(row: Mapping[str, Any] | None) -> bool:
    return row is not None and row["summary"] == NOT_SELECTED.text


def _parts(row: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {part["check"]: part for part in row.get("parts", ())}


def _changes(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name, {}), after.get(name, {})
        pair = old.get("verdict", ABSENT), new.get("verdict", ABSENT)
        if pair[0] != pair[1]:
            yield Change(name, *pair, _note(new))


def _by_chance(change: Change) -> bool:
    """Tell whether a part that passed is in one report only because its calls happened to show it."""
    part = change.check.partition("/")[2]
    return part in (HISTORIES, BY_ALL_THAT_WAS_SEEN) and {change.before, change.after} == {"PASS", ABSENT}


def _note(row: Mapping[str, Any]) -> str:
    if "summary" in row:
        return str(row["summary"])
    notes = [str(evidence["note"]) for evidence in row.get("evidence", ()) if evidence["note"]]
    return notes[0] if notes else ""


def _facts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name in ("target", "profile", "level", "seed", "exit_status"):
        if before[name] != after[name]:
            yield name, str(before[name]), str(after[name])
    for name in dict.fromkeys([*before["versions"], *after["versions"]]):
        pair = before["versions"].get(name, ABSENT), after["versions"].get(name, ABSENT)
        if pair[0] != pair[1]:
            yield name, *pair


def load_report(path: Path) -> dict[str, Any]:
    """Read a report from a folder or from its `report.json`.

    Raises:
        UsageError: The file cannot be read, or is not a report.
    """
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import best_match

    file = path / "report.json" if path.is_dir() else path
    try:
        document = json.loads(given_files.read_text(file, MOST_BYTES))
    except UnusableFile as error:
        raise UsageError(f"{file}: cannot be read: {error}; expected a folder of --report") from None
    except json.JSONDecodeError as error:
        raise UsageError(f"{file}:{error.lineno}: is not JSON; {_EXPECTED}") from None
    except (ValueError, RecursionError):  # a number of too many digits, or members without end
        raise UsageError(f"{file}: is not readable JSON; {_EXPECTED}") from None
    schema = json.loads(files("pacsimile_contract.reporting").joinpath("report.schema.json").read_text("utf-8"))
    mismatch = best_match(Draft202012Validator(schema).iter_errors(document))
    if mismatch is not None:
        place = "/".join(map(str, mismatch.absolute_path)) or "its top"
        raise UsageError(f"{file}: is not a report: at {place}, {mismatch.message[:200]}")
    report: dict[str, Any] = document
    return report


def document(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as a JSON object."""
    return {
        "worse": comparison.worse,
        "requirements": [_change(change) for change in comparison.requirements],
        "parts": [_change(change) for change in comparison.parts],
        "facts": {name: {"before": before, "after": after} for name, before, after in comparison.facts},
        "not_compared": list(comparison.not_compared),
    }


def _change(change: Change) -> dict[str, str]:
    return {
        "check": change.check, "before": change.before, "after": change.after, "direction": change.direction,
        "note": change.note,
    }  # fmt: skip


def by_direction(changes: Sequence[Change]) -> list[Change]:
    """Sort changes: worse ones first, then better ones, then the others."""
    order: tuple[Direction, ...] = ("worse", "better", "other")
    return sorted(changes, key=lambda change: order.index(change.direction))
