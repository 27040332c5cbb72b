"""The outcome of the model: answers that cannot all be true, and the requirements that were compared."""

from collections import Counter
from dataclasses import dataclass, field

from pacsimile_contract.evidence.exchange import Exchange

MOST_OF_A_REQUIREMENT = 5
"""How many contradictions are kept of one requirement: a hundred alike say no more."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """An answer that cannot be true beside earlier ones.

    `expected` and `got` are words of ours; `expected_value` and `got_value`, where they are set, come from the wire and
    follow them. `exchanges` are the answers that prove it, oldest first: with the last of them it was seen.
    """

    requirement: str
    exchanges: tuple[Exchange, ...]
    expected: str
    got: str
    expected_value: object = None
    got_value: object = None
    is_tentative: bool = False
    """Whether a fault of another requirement may explain it too."""


@dataclass
class Comparisons:
    """All contradictions of a run, and for each requirement of which something was compared the last such exchange.

    `settle` is how many seconds a change may take to be visible, as the operator allows.
    """

    settle: float = 0.0
    contradictions: list[Contradiction] = field(default_factory=list)
    compared: dict[str, Exchange] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def came_before(self, first: Exchange, second: Exchange) -> bool:
        """Tell whether an answer came before a call was sent: only then does it say something of that call."""
        return first is not second and first.ended + self.settle <= second.started

    def note(self, requirement: str, exchange: Exchange) -> None:
        """Note that an exchange was compared for a requirement, and agreed."""
        self.compared[requirement] = exchange

    def contradict(
        self,
        requirement: str,
        *exchanges: Exchange,
        expected: str,
        got: str,
        expected_value: object = None,
        got_value: object = None,
        is_tentative: bool = False,
    ) -> None:
        """Add a contradiction; `exchanges` prove it, in any order."""
        self._counts[requirement] += 1
        if self._counts[requirement] <= MOST_OF_A_REQUIREMENT:
            by_number = {exchange.number: exchange for exchange in exchanges}
            proof = tuple(by_number[number] for number in sorted(by_number))
            self.contradictions.append(
                Contradiction(requirement, proof, expected, got, expected_value, got_value, is_tentative)
            )
