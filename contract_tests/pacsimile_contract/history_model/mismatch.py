"""What is wrong with an answer, in the names of its history."""

from dataclasses import dataclass

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange

_NOT_OFFERED = "report-type-not-available"


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
    """Tell whether a refusal says that the type is not offered, or may say so: an order need not offer each type."""
    if exchange.status != 404:
        return False
    return not exchange.says("Problem", "type") or facts.problem(exchange).reason == _NOT_OFFERED
