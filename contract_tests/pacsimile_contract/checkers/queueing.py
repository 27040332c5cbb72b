"""Comparisons about listings and acknowledgements that the checkers of the queue share."""

from collections.abc import Collection, Iterable, Sequence

from pacsimile_contract import facts
from pacsimile_contract.checkers.common import same, served, shown
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Finding, fact

FEW = 5
"""Identifiers shown of those that are missing or too many."""


def listed(exchange: Exchange) -> list[str]:
    """Return the report ids that a listing names, in order."""
    return [one for one in facts.listing(exchange).report_ids if one is not None]


def holds(exchange: Exchange, wanted: Iterable[str], what: str) -> list[Finding]:
    """Compare: the listing is served and holds each of `wanted`, which are `what`."""
    got = set(listed(exchange))
    missing = [one for one in wanted if one not in got]
    return [served(exchange), fact(not missing, f"a listing with {what}", _amount("without", missing))]


def holds_none(exchange: Exchange, unwanted: Collection[str], what: str) -> Finding:
    """Compare: the listing holds none of `unwanted`, which are `what`."""
    found = [one for one in listed(exchange) if one in unwanted]
    return fact(not found, f"a listing without {what}", _amount("with", found))


def holds_just(exchange: Exchange, wanted: Collection[str], what: str) -> list[Finding]:
    """Compare: the listing is served and holds `wanted` and nothing else, in whatever order."""
    got = listed(exchange)
    odd = [one for one in got if one not in wanted]
    return [*holds(exchange, wanted, what), fact(not odd, f"a listing with nothing but {what}", _amount("with", odd))]


def marks(post: Exchange, wanted: Collection[str]) -> list[Finding]:
    """Compare: the acknowledgement is served and names `wanted` as newly marked, each once."""
    said = facts.acknowledgement(post)
    return [served(post), same(sorted(said.acknowledged or ()), sorted(wanted), "acknowledged")]


def marks_nothing(post: Exchange) -> list[Finding]:
    """Compare: the acknowledgement is served, counts 0 and names nothing."""
    said = facts.acknowledgement(post)
    return [served(post), same(said.count, 0, "count"), same(list(said.acknowledged or ()), [], "acknowledged")]


def _amount(word: str, found: Sequence[str]) -> str:
    if not found:
        return "so it is"
    more = f" and {len(found) - FEW} more" if len(found) > FEW else ""
    return f"one {word} {shown(', '.join(found[:FEW]))}{more}"
