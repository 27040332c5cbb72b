"""Presigned links to reports: whoever has one may fetch the report for a short time, without a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import UntypedProblem

LINKS = "/links/"
"""What the path of a link begins with, in a world's prefix."""
LIFETIME = 300
"""Seconds, by the world's clock."""
KEY = "link-key"
"""The name under which the key is kept, for all workers."""


class Link(NamedTuple):
    """What a link leads to: the answer that the client got at an instant to a retrieval."""

    operation: str
    values: Mapping[str, str]
    organization_id: str
    client_id: str
    at: Instant


def signed(link: Link, world: str, secret: str) -> str:
    """Return the path of a link in the world's prefix."""
    import orjson

    payload = orjson.dumps([world, *link])
    text = jws.serialize_compact({"alg": "HS256"}, payload, OctKey.import_key(secret))
    return f"/w/{world}{LINKS}{text}"


def opened(path: str, world: str, secret: str, now: Instant) -> Link:
    """Return what a link leads to.

    Raises:
        UntypedProblem: 403, where it was altered or has expired.
    """
    import orjson

    try:
        content: Any = jws.deserialize_compact(
            path.removeprefix(LINKS), OctKey.import_key(secret), algorithms=["HS256"]
        )
        of_world, *members = orjson.loads(content.payload)
        link = Link(*members)
    except (JoseError, ValueError, TypeError):
        raise _refused("was altered") from None
    if of_world != world:
        raise _refused("was altered")
    if now >= link.at + LIFETIME * SECOND:
        raise _refused("has expired")
    return link


def _refused(reason: str) -> UntypedProblem:
    return UntypedProblem(f"This link {reason}: ask for the report again.", status=403, title="Forbidden")
