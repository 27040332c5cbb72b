"""What changed between two runs: of two `report.json`, whatever versions wrote them."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pacsimile_contract.errors import UsageError
from pacsimile_contract.reporting.words import NOT_SELECTED
from pacsimile_spec import given_files
from pacsimile_spec.given_files import MIB, UnusableFile

Direction = Literal["worse", "better", "other"]

_BADNESS = {"PASS": 0, "N/A": 0, "NOT-EXERCISED": 1, "WARN": 2, "ERROR": 3, "FAIL": 4}
_TELLING = frozenset({"PASS", "WARN"})
"""Verdicts by which less badness is better news; else it may be that nobody looked."""

MOST_BYTES = 256 * MIB
"""Of a report."""
_EXPECTED = "expected the report.json of `pacsimile verify --report DIR`"

ABSENT = "absent"
"""In the place of a verdict that one of the reports does not have."""


@dataclass(frozen=True, slots=True)
class Change:
    """A requirement or a part (`check`) whose verdict is another one in the second report, and what was got there."""

    check: str
    before: str
    after: str
    note: str = ""

    @property
    def direction(self) -> Direction:
        """`worse` where the second says something worse of the target, `better` where it was seen to be better."""
        if self.after == ABSENT:
            return "other"
        before, after = _BADNESS.get(self.before, _BADNESS["NOT-EXERCISED"]), _BADNESS[self.after]
        if after > before:
            return "worse"
        return "better" if after < before and self.after in _TELLING else "other"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two runs side by side. `facts` are what they were judged by: (name, before, after) where these differ."""

    requirements: tuple[Change, ...] = ()
    parts: tuple[Change, ...] = ()
    facts: tuple[tuple[str, str, str], ...] = ()
    not_compared: tuple[str, ...] = ()

    @property
    def worse(self) -> bool:
        """Whether anything is worse in the second run."""
        return any(one.direction == "worse" for one in (*self.requirements, *self.parts))


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> Comparison:
    """Compare two reports; a requirement that was not selected in one of them is not compared."""
    rows_before, rows_after = _rows(before), _rows(after)
    names = list(dict.fromkeys([*rows_after, *rows_before]))
    unselected = [one for one in names if _unselected(rows_before.get(one)) or _unselected(rows_after.get(one))]
    requirements, parts = list[Change](), list[Change]()
    for name in names:
        if name not in unselected:
            old, new = rows_before.get(name, {}), rows_after.get(name, {})
            requirements += _changes({name: old}, {name: new})
            parts += _changes(_parts(old), _parts(new))
    return Comparison(tuple(requirements), tuple(parts), tuple(_facts(before, after)), tuple(unselected))


def _rows(report: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["requirement"]: one for one in report["verdicts"]}


def _unselected(row: Mapping[str, Any] | None) -> bool:
    return row is not None and row["summary"] == NOT_SELECTED


def _parts(row: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {one["check"]: one for one in row.get("parts", ())}


def _changes(before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]) -> Iterator[Change]:
    for name in dict.fromkeys([*after, *before]):
        old, new = before.get(name, {}), after.get(name, {})
        pair = old.get("verdict", ABSENT), new.get("verdict", ABSENT)
        if pair[0] != pair[1]:
            yield Change(name, *pair, _note(new))


def _note(row: Mapping[str, Any]) -> str:
    if "summary" in row:
        return str(row["summary"])
    notes = [str(one["note"]) for one in row.get("evidence", ()) if one["note"]]
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
    """Read a report: a folder, or its `report.json`; UsageError where it is none."""
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
    wrong = best_match(Draft202012Validator(schema).iter_errors(document))
    if wrong is not None:
        place = "/".join(map(str, wrong.absolute_path)) or "its top"
        raise UsageError(f"{file}: is not a report: at {place}, {wrong.message[:200]}")
    report: dict[str, Any] = document
    return report


def document(found: Comparison) -> dict[str, Any]:
    """Return a comparison as a JSON object."""
    return {
        "worse": found.worse,
        "requirements": [_change(one) for one in found.requirements],
        "parts": [_change(one) for one in found.parts],
        "facts": {name: {"before": before, "after": after} for name, before, after in found.facts},
        "not_compared": list(found.not_compared),
    }


def _change(one: Change) -> dict[str, str]:
    return {
        "check": one.check, "before": one.before, "after": one.after, "direction": one.direction, "note": one.note,
    }  # fmt: skip


def by_direction(changes: Sequence[Change]) -> list[Change]:
    """Return changes with the bad news first."""
    order: tuple[Direction, ...] = ("worse", "better", "other")
    return sorted(changes, key=lambda one: order.index(one.direction))
