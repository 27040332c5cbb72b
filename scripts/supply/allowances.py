"""Reviewed allowances: YAML lists whose entries have a reason and a last day."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml


@dataclass(frozen=True)
class Allowance:
    """An entry: its subject, why it may stay, and the last day on which it is valid."""

    subject: str
    reason: str
    until: date

    def is_past(self, today: date) -> bool:
        """Tell whether its last day is over."""
        return today > self.until


def read(path: Path, key: str) -> dict[str, Allowance]:
    """Read a list of `{<key>, reason, until}` by subject.

    Raises:
        SystemExit: An entry lacks a member or a reason, is a duplicate, or has an invalid day.
    """
    entries: dict[str, Allowance] = {}
    for number, row in enumerate(yaml.safe_load(path.read_text(encoding="utf-8")) or [], start=1):
        try:
            entry = Allowance(str(row[key]), str(row["reason"]).strip(), date.fromisoformat(str(row["until"])))
        except (KeyError, TypeError, ValueError) as error:
            raise SystemExit(f"{path.name}, entry {number}: wants {key}, reason, until (YYYY-MM-DD): {error}") from None
        if not entry.reason or entry.subject in entries:
            raise SystemExit(f"{path.name}, entry {number}: {entry.subject} has no reason, or is there twice")
        entries[entry.subject] = entry
    return entries
