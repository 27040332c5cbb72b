"""Minimize the proof of a contradiction: the fewer exchanges it has, the easier a reader understands it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.contradiction import Comparisons, Contradiction
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

LONGEST = 40
"""Answers of a proof that are tried without each: a longer one is shown as it is."""


def minimized(contradiction: Contradiction, judge: Callable[[Sequence[Exchange]], Comparisons]) -> Contradiction:
    """Return a contradiction without the exchanges that its proof does not need.

    Each exchange but the last, which is the one that is wrong, is left out for a try. Token requests always stay.

    Args:
        contradiction: the contradiction; all but its exchanges stays the same.
        judge: compares some exchanges of the run, and no others.
    """
    proof = list(contradiction.exchanges)
    if not 2 < len(proof) <= LONGEST or not _is_seen(contradiction, proof, judge):
        return contradiction
    for exchange in contradiction.exchanges[:-1]:
        rest = [other for other in proof if other is not exchange]
        if exchange.operation not in TOKEN_OPERATIONS and _is_seen(contradiction, rest, judge):
            proof = rest
    return replace(contradiction, exchanges=tuple(proof))


def _is_seen(
    contradiction: Contradiction, exchanges: Sequence[Exchange], judge: Callable[[Sequence[Exchange]], Comparisons]
) -> bool:
    """Tell whether some exchanges alone show a contradiction: the same requirement, by the same answer."""
    return any(
        other.requirement == contradiction.requirement and other.exchanges[-1] is contradiction.exchanges[-1]
        for other in judge(exchanges).contradictions
    )
