"""The Authorization header as it was sent (RFC 9110 section 11.6.2): its scheme, and what proves who asks."""

from __future__ import annotations

from base64 import b64decode
from typing import NamedTuple


class Authorization(NamedTuple):
    """`scheme` in lower case, and `credentials` without white space around; both empty where nothing was sent."""

    scheme: str
    credentials: str

    def basic(self) -> tuple[str, str] | None:
        """Return user-id and password of HTTP Basic (RFC 7617 section 2); None where there is no colon.

        Raises:
            ValueError: it is not base64 of UTF-8.
        """
        user, colon, password = b64decode(self.credentials, validate=True).decode("utf-8").partition(":")
        return (user, password) if colon else None


def read(header: str | None) -> Authorization:
    """Read the header's value, which is None where the call has no such header."""
    return Authorization(*_split(header))


def bearer(header: str | None) -> str | None:
    """Return the token (RFC 6750 section 2.1); None under another scheme, or where none follows.

    It is read twice for each call, so that no `Authorization` is made for it.
    """
    scheme, credentials = _split(header)
    return (credentials or None) if scheme == "bearer" else None


def _split(header: str | None) -> tuple[str, str]:
    scheme, _, credentials = (header or "").strip().partition(" ")
    return scheme.lower(), credentials.strip()
