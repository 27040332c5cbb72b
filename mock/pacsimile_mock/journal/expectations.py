"""Judges what a test expects of its client's calls, and finds the closest call where an expectation is not met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pacsimile_mock.journal.query import JournalQuery, closest, describe, find_calls
from pacsimile_mock.journal.store import JournalStore


@dataclass(frozen=True, slots=True)
class Expectation:
    """A range of counts of matching calls; without bounds, at least one."""

    match: JournalQuery
    at_least: int | None = None
    at_most: int | None = None

    def met_by(self, count: int) -> bool:
        """Whether `count` calls are as expected."""
        return (self.at_least or 0) <= count and (self.at_most is None or count <= self.at_most)

    @property
    def words(self) -> str:
        """The expected counts in words."""
        if self.at_least == self.at_most:
            return f"exactly {self.at_least}"
        bounds = [f"at least {self.at_least}"] if self.at_least is not None else []
        return " and ".join([*bounds, *([f"at most {self.at_most}"] if self.at_most is not None else [])])


def judge(store: JournalStore, expectation: Expectation) -> dict[str, Any]:
    """Return whether an expectation is met, and if not, why: the count, the closest call, what it lacks.

    Where entries of the range were dropped, it is met only if those that are left prove it.
    """
    result = find_calls(store, expectation.match)
    enough = result.complete or (expectation.at_most is None and expectation.met_by(result.count))
    met = enough and expectation.met_by(result.count)
    verdict: dict[str, Any] = {"met": met, "expected": expectation.words, "count": result.count}
    if not enough:
        verdict["reason"] = "entries of the time asked about were dropped: ask sooner, or narrow the question"
    elif not met:
        verdict["reason"] = f"expected {expectation.words} such calls; there were {result.count}"
    near = None if met or result.count else closest(store.entries(), expectation.match)
    if near is not None:
        verdict |= {"closest": describe(near[0]), "difference": near[1]}
    return verdict
