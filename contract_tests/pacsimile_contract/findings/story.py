"""The story of a scenario: the steps that it took, and the values that it knew."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.reasons import Unjudged


class Missing(Exception):
    """A checker asks for a step or value that its scenario never reached."""


@dataclass(frozen=True, slots=True)
class Step:
    """An exchange under the name that the scenario gave it."""

    label: str
    exchange: Exchange


@dataclass
class Story:
    """What one scenario did: its labelled exchanges in order, and the values it knew beforehand.

    A checker is a pure function of this, so it can be tested on stories written by hand, and judge a stored run again.
    `stopped` says why the scenario ended early, None where it did not. `attempt` counts from 1: a scenario that found
    something broken is played again, and each attempt is a story.
    """

    scenario: str = ""
    steps: list[Step] = field(default_factory=list)
    values: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    stopped: Unjudged | None = None
    attempt: int = 1
    altered: bool = False
    """Of a story of a stored run: whether redaction replaced an identifier in a label, or inside one of its values."""
    settle: float = 0.0
    """Of a whole run, how many seconds a change may take to be visible, as the operator allows."""
    derived: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)
    """What checkers have worked out of the whole story, and would have to work out again."""

    def add(self, label: str, exchange: Exchange) -> Exchange:
        """Append an exchange; returns it."""
        self.steps.append(Step(label, exchange))
        return exchange

    def all(self, label: str) -> list[Exchange]:
        """Return the exchanges of that label, in order; none is an empty list."""
        return [step.exchange for step in self.steps if step.label == label]

    def last(self, label: str) -> Exchange:
        """Return the last exchange of that label; Missing where the scenario never came so far."""
        labelled = self.all(label)
        if not labelled:
            raise Missing(f"the step '{label}' was not reached")
        return labelled[-1]

    def below(self, prefix: str) -> list[tuple[str, Exchange]]:
        """Return (rest of the label, exchange) of every step labelled `prefix/rest`, in order."""
        head = prefix + "/"
        return [(step.label[len(head) :], step.exchange) for step in self.steps if step.label.startswith(head)]

    def given(self, label: str) -> Mapping[str, Any]:
        """Return the values the scenario knew under that label; Missing where it did not come so far."""
        if label not in self.values:
            raise Missing(f"'{label}' was not to be had")
        return self.values[label]

    def has(self, label: str) -> bool:
        """Whether values are known under that label."""
        return label in self.values

    @property
    def exchanges(self) -> list[Exchange]:
        """Every exchange of the story, in order."""
        return [step.exchange for step in self.steps]


def story_of_run(exchanges: Iterable[Exchange], settle: float = 0.0) -> Story:
    """Return the story of a whole run: each exchange labelled with its operationId, or `-`."""
    return Story("run", [Step(exchange.operation or "-", exchange) for exchange in exchanges], settle=settle)
