"""A wrong answer in the names of its history, and what a refusal says."""

from dataclasses import dataclass

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.service_model.orders import UNKNOWN


@dataclass(frozen=True, slots=True)
class Mismatch:
    """The requirement that an answer breaks, and the two sides in words of ours."""

    requirement: str
    expected: str
    got: str


def answer_in_words(exchange: Exchange) -> str:
    """Return the status of an answer as text, or that there is none."""
    return "no answer" if exchange.status is None else str(exchange.status)


def denies(exchange: Exchange) -> bool:
    """Tell whether a refusal says that there is no such order, study or group."""
    return exchange.status == 404 and exchange.says("Problem", "type") and facts.problem(exchange).reason in UNKNOWN


def is_excused(exchange: Exchange) -> bool:
    """Tell whether a refusal may say that the type is not offered: an order need not offer each type.

    A service that follows the public description alone may say it by a 403.
    """
    if exchange.status not in (403, 404) or "insufficient_scope" in "".join(exchange.headers("WWW-Authenticate")):
        return False
    return not exchange.says("Problem", "type") or facts.problem(exchange).reason not in UNKNOWN
