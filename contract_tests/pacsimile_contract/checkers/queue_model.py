"""Generated histories of the queue, each requirement's rules compared with the reference model."""

from collections.abc import Callable, Iterable, Iterator

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import Checker, checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.queue_model.events import BrokenRule
from pacsimile_contract.queue_model.judge import judged
from pacsimile_contract.queue_model.reading import Recorded, histories
from pacsimile_contract.queue_model.telling import told

MODELLED = (
    *(f"BATCH-{number}" for number in range(1, 15)),
    *("RESULTS-6", "RESULTS-11", "CONS-1", "CONS-2"),
)
"""The requirements of which the model has rules."""


def smallest_broken(story: Story) -> tuple[Recorded, BrokenRule] | None:
    """Return the smallest history that breaks a rule, and which."""
    found = [(one, broken) for one in histories(story) if (broken := judged(one.events).broken) is not None]
    return min(found, key=lambda pair: len(pair[0].events), default=None)


def _judging(requirement: str) -> Callable[[Story], Iterable[Part]]:
    def fits_the_model(story: Story) -> Iterator[Part]:
        """Judge generated histories (`model/<history>/<act>`) by the rules of one requirement."""
        worst = smallest_broken(story)
        if worst is not None and worst[1].requirement == requirement:
            one, broken = worst
            finding = fact(False, broken.expected, f"{broken.got}: {broken.why}")
            yield part("model", finding, on=_clear(one), steps=told(one.events, broken))
            return
        for one in reversed(histories(story)):
            if requirement in judged(one.events).exercised and judged(one.events).broken is None:
                yield part("model", fact(True, "what the model has", "the same"), on=_clear(one))
                return

    return fits_the_model


def _clear(one: Recorded) -> list[Exchange]:
    """Return the exchanges of a history, but those of which nobody knows what they did: the model has accepted both."""
    return [each for each in one.exchanges if each is not None and each.answer is not None and not each.indeterminate]


FITS_THE_MODEL: tuple[Checker, ...] = tuple(checker(one, "model")(_judging(one)) for one in MODELLED)
