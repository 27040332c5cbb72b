"""How a call leaves and what is awaited, where that differs from an ordinary client's."""

from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Cut


@dataclass(frozen=True, slots=True)
class Delivery:
    """What is unusual about sending a call. By default nothing is."""

    fresh: bool = False
    """Use a connection of its own."""
    again: bool = False
    """Use the connection on which the same URL was asked for last, if it is still open, whoever asked."""
    return_throttling: bool = False
    """Return a 429 or 503 at once. By default the call waits and asks again."""
    cut: Cut | None = None
    """End our side early."""
    hostile: bool = False
    """The service may refuse this input by closing the connection. It leaves only where the target file allows it."""
    by_word: bool = False
    """An acknowledgement that the operator's two words allow."""
    organizations: frozenset[str] = frozenset()
    """Organizations that the call concerns and that neither its token nor its query names, for the safety rules."""


ORDINARY = Delivery()
FRESH = Delivery(fresh=True)
AGAIN = Delivery(again=True)
HOSTILE = Delivery(hostile=True)
