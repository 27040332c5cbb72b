"""Requests as a cache makes them, to learn whether an earlier answer is still current (RFC 9110 section 13.1.2)."""

from pacsimile_contract.evidence.exchange import Exchange, Headers


def revalidating(before: Exchange | None) -> Headers:
    """Return `If-None-Match` with the entity tag of an earlier answer; no header if it had none."""
    tag = None if before is None else before.header("ETag")
    return (("If-None-Match", tag),) if tag else ()
