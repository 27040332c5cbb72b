"""Generated histories of the queue, compared with the reference model for each requirement."""

from collections.abc import Callable, Iterable, Iterator

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import Checker, checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.queue_model.events import BrokenRule
from pacsimile_contract.queue_model.judge import judge_history
from pacsimile_contract.queue_model.narrative import narrate
from pacsimile_contract.queue_model.recorded_histories import RecordedHistory, histories

MODELLED = (
    *(f"BATCH-{number}" for number in range(1, 15)),
    *("RESULTS-6", "RESULTS-11", "CONS-1", "CONS-2"),
)
"""The requirements that the model has rules for."""


def smallest_broken(story: Story) -> tuple[RecordedHistory, BrokenRule] | None:
    """Return the smallest history that breaks a rule, with that rule; None where none does."""
    broken_histories = [
        (history, broken)
        for history in histories(story)
        if (broken := judge_history(history.events).broken) is not None
    ]
    return min(broken_histories, key=lambda pair: len(pair[0].events), default=None)


def _checker_of(requirement: str) -> Callable[[Story], Iterable[Part]]:
    def fits_the_model(story: Story) -> Iterator[Part]:
        """Judge generated histories (`model/<history>/<act>`) by the rules of one requirement."""
        worst = smallest_broken(story)
        if worst is not None and worst[1].requirement == requirement:
            history, broken = worst
            finding = fact(False, broken.expected, f"{broken.got}: {broken.why}")
            yield part("model", finding, on=_clear(history), steps=narrate(history.events, broken))
            return
        for history in reversed(histories(story)):
            if requirement in judge_history(history.events).exercised and judge_history(history.events).broken is None:
                yield part("model", fact(True, "what the model has", "the same"), on=_clear(history))
                return

    return fits_the_model


def _clear(history: RecordedHistory) -> list[Exchange]:
    """Return the exchanges of a history whose effect is known. The model accepts either effect of the others."""
    return [
        exchange
        for exchange in history.exchanges
        if exchange is not None and exchange.answer is not None and not exchange.indeterminate
    ]


FITS_THE_MODEL: tuple[Checker, ...] = tuple(
    checker(requirement, "model")(_checker_of(requirement)) for requirement in MODELLED
)
