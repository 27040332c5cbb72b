"""What a test expects of its client's calls, and the closest call where it was not so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pacsimile_mock.journal.keeper import Keeper
from pacsimile_mock.journal.query import Match, ask, closest, shown


@dataclass(frozen=True, slots=True)
class Expectation:
    """So many calls that match; without a number, at least one."""

    match: Match
    at_least: int | None = None
    at_most: int | None = None

    def met_by(self, count: int) -> bool:
        """Whether so many calls are as expected."""
        return (self.at_least or 0) <= count and (self.at_most is None or count <= self.at_most)

    @property
    def words(self) -> str:
        """How many are expected."""
        if self.at_least == self.at_most:
            return f"exactly {self.at_least}"
        bounds = [f"at least {self.at_least}"] if self.at_least is not None else []
        return " and ".join([*bounds, *([f"at most {self.at_most}"] if self.at_most is not None else [])])


def judge(keeper: Keeper, expectation: Expectation) -> dict[str, Any]:
    """Say whether an expectation is met, and if not, why: the count, the closest call, what it lacks.

    A question over a range that lost entries is not met, unless what is left suffices for an answer.
    """
    found = ask(keeper, expectation.match)
    enough = found.complete or (expectation.at_most is None and expectation.met_by(found.count))
    met = enough and expectation.met_by(found.count)
    told: dict[str, Any] = {"met": met, "expected": expectation.words, "count": found.count}
    if not enough:
        told["reason"] = "entries of the time asked about were dropped: ask sooner, or narrow the question"
    elif not met:
        told["reason"] = f"expected {expectation.words} such calls; there were {found.count}"
    near = None if met or found.count else closest(keeper.entries(), expectation.match)
    if near is not None:
        told |= {"closest": shown(near[0]), "difference": near[1]}
    return told
