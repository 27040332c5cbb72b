"""Presigned links to reports: whoever has one may fetch the report for a short time, without a token."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import UntypedProblem

LINK_PATH = "/links/"
"""What the path of a link begins with, in a world's prefix."""
LIFETIME_SECONDS = 300
"""How long a link is valid, by the world's clock."""
KEY_NAME = "link-key"
"""The name under which the registry keeps the signing key for all workers."""


class Link(NamedTuple):
    """What a link leads to: the answer to a retrieval, as the client got it at the instant `at`."""

    operation: str
    values: Mapping[str, str]
    organization_id: str
    client_id: str
    at: Instant


def sign_link(link: Link, world: str, secret: str) -> str:
    """Return the path of a link in the world's prefix."""
    payload = orjson.dumps([world, *link])
    text = jws.serialize_compact({"alg": "HS256"}, payload, OctKey.import_key(secret))
    return f"/w/{world}{LINK_PATH}{text}"


def open_link(path: str, world: str, secret: str, now: Instant) -> Link:
    """Return what a link leads to.

    Raises:
        UntypedProblem: 403 if the link was altered or has expired.
    """
    try:
        content: Any = jws.deserialize_compact(
            path.removeprefix(LINK_PATH), OctKey.import_key(secret), algorithms=["HS256"]
        )
        link_world, *members = orjson.loads(content.payload)
        link = Link(*members)
    except (JoseError, ValueError, TypeError):
        raise _refused("was altered") from None
    if link_world != world:
        raise _refused("was altered")
    if now >= link.at + LIFETIME_SECONDS * SECOND:
        raise _refused("has expired")
    return link


def _refused(reason: str) -> UntypedProblem:
    return UntypedProblem(f"This link {reason}: ask for the report again.", status=403, title="Forbidden")
