"""Violations of requirements that a load saw, and how often each was judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

CHECKS = {
    "AUTH-17": "a token was refused before it expired",
    "STATUS-1": "a status was that of another order",
    "STATUS-5": "a status went back, or a final one changed",
    "RESULTS-1": "a report was that of another order",
    "RESULTS-6": "one version of a report said something else when it was fetched again",
    "RESULTS-9": "a report was not the one that its digest names",
    "BATCH-1": "a report was lost, or listed twice in one listing",
    "BATCH-2": "an acknowledged report came back, or another organization's report was listed",
    "BATCH-5": "an acknowledgement without a body did not acknowledge what was listed",
    "BATCH-6": "an acknowledgement took reports that were never listed",
    "BATCH-11": "an acknowledgement of named reports did not acknowledge these, or took others",
    "BATCH-13": "a listing was longer than its limit",
    "CONS-1": "an order that was COMPLETED had no report",
    "PROTO-4": "429 or 503 did not say when to try again",
}
"""What is checked while the load runs, by requirement."""

MOST_KEPT = 100
"""Violations of one requirement that are kept; the others are counted."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A violation: its requirement, words about it without ids, what it is about, and when it was seen.

    `subject` is the id of an order or a report, or an operationId; `other` is the id that was answered instead, if one
    was. `at` is in seconds from the beginning of the load.
    """

    requirement: str
    words: str
    subject: str
    at: float
    other: str = ""


class Violations:
    """Counts what was judged and what was wrong."""

    def __init__(self) -> None:
        self.kept: list[Violation] = []
        self.counts: Counter[str] = Counter()
        self.judged: Counter[str] = Counter()

    def judge(self, requirement: str, holds: bool, words: str, subject: str, at: float, other: str = "") -> bool:
        """Count a judgement, and keep it where it does not hold. Return `holds`."""
        self.judged[requirement] += 1
        if not holds:
            self.counts[requirement] += 1
            if self.counts[requirement] <= MOST_KEPT:
                self.kept.append(Violation(requirement, words, subject, at, other))
        return holds

    @property
    def count(self) -> int:
        """All violations."""
        return self.counts.total()

    def merge(self, other: Violations) -> None:
        """Add what another process saw."""
        self.judged.update(other.judged)
        self.counts.update(other.counts)
        self.kept = sorted([*self.kept, *other.kept], key=lambda violation: violation.at)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "kept": [asdict(violation) for violation in self.kept],
            "counts": dict(self.counts),
            "judged": dict(self.judged),
        }

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Violations:
        """Return the violations of a JSON object that `as_json` made."""
        violations = cls()
        violations.kept = [Violation(**kept) for kept in members["kept"]]
        violations.counts.update(members["counts"])
        violations.judged.update(members["judged"])
        return violations
