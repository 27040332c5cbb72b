"""Asking as a cache does: whether what was answered before is current still (RFC 9110 section 13.1.2)."""

from pacsimile_contract.evidence.exchange import Exchange, Headers


def revalidating(before: Exchange | None) -> Headers:
    """Return the header by which a cache asks again: with the entity tag that came before; none if none came."""
    tag = None if before is None else before.header("ETag")
    return (("If-None-Match", tag),) if tag else ()
