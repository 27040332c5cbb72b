"""What was learned from a source: lines of a dialect file with their evidence, and questions for the vendor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Place = tuple[str, ...]
"""The keys that lead to a line of a dialect file: `("fields", "OrderStatus", "status")`."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a dialect file: a text, an integer, a boolean, null, or a list of words.

    `sure` says that no other value comes near. `evidence` says in plain words how it was recognized.
    """

    place: Place
    value: Any
    sure: bool
    evidence: str


@dataclass(slots=True)
class Proposal:
    """The lines that a source gives, including those that are as in the contract, and the questions it leaves open.

    `whole` says that the source shows all that there is: a description does, calls do not.
    """

    source: str
    lines: dict[Place, Line] = field(default_factory=dict)
    questions: dict[Place, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    whole: bool = False

    def add(self, place: Place, value: Any, *, sure: bool, evidence: str) -> None:
        """Add a line, which answers the question about its place. The first line of a place stays."""
        if place not in self.lines:
            self.lines[place] = Line(place, value, sure, evidence)
            self.questions.pop(place, None)

    def ask(self, place: Place, question: str) -> None:
        """Add a question for the vendor about a place that no line has."""
        if place not in self.lines:
            self.questions.setdefault(place, question)
