"""What is wrong with an answer, in the names of its history."""

from dataclasses import dataclass

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange

_UNKNOWN = ("order-not-found", "study-not-found", "study-group-not-found")


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The requirement that an answer breaks, and the two sides in words of ours."""

    requirement: str
    expected: str
    got: str


def came(exchange: Exchange) -> str:
    """Return what came back, in words of ours."""
    return "no answer" if exchange.status is None else str(exchange.status)


def is_excused(exchange: Exchange) -> bool:
    """Tell whether a refusal may say that the type is not offered: an order need not offer each type."""
    if exchange.status != 404:
        return False
    return not exchange.says("Problem", "type") or facts.problem(exchange).reason not in _UNKNOWN
