"""Makes the story of a contradiction as short as it can be: it is shown to somebody who has to understand it."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.contradiction import Comparisons, Contradiction
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

LONGEST = 40
"""Answers of a proof that are tried without each: a longer one is shown as it is."""


def minimized(found: Contradiction, judge: Callable[[Sequence[Exchange]], Comparisons]) -> Contradiction:
    """Return a contradiction without the answers that it does not need.

    Args:
        found: the contradiction, which stays the same but for its exchanges.
        judge: compares some exchanges of the run alone.
    """
    proof = list(found.exchanges)
    if not 2 < len(proof) <= LONGEST or not _is_seen(found, proof, judge):
        return found
    for exchange in found.exchanges[:-1]:
        rest = [other for other in proof if other is not exchange]
        if exchange.operation not in TOKEN_OPERATIONS and _is_seen(found, rest, judge):
            proof = rest
    return replace(found, exchanges=tuple(proof))


def _is_seen(
    found: Contradiction, exchanges: Sequence[Exchange], judge: Callable[[Sequence[Exchange]], Comparisons]
) -> bool:
    """Tell whether some exchanges alone show a contradiction: the same requirement, by the same answer."""
    return any(
        other.requirement == found.requirement and other.exchanges[-1] is found.exchanges[-1]
        for other in judge(exchanges).contradictions
    )
