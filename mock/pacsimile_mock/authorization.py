"""The Authorization header as it was sent (RFC 9110 section 11.6.2): its scheme, and what proves who asks."""

from __future__ import annotations

from base64 import b64decode
from typing import NamedTuple


class Authorization(NamedTuple):
    """`scheme` in lower case, and `credentials` without white space around; both empty where nothing was sent."""

    scheme: str
    credentials: str

    @property
    def bearer(self) -> str | None:
        """The token (RFC 6750 section 2.1); None under another scheme, or where none follows."""
        return (self.credentials or None) if self.scheme == "bearer" else None

    def basic(self) -> tuple[str, str] | None:
        """Return user-id and password of HTTP Basic (RFC 7617 section 2); None where there is no colon.

        Raises:
            ValueError: it is not base64 of UTF-8.
        """
        user, colon, password = b64decode(self.credentials, validate=True).decode("utf-8").partition(":")
        return (user, password) if colon else None


def read(header: str | None) -> Authorization:
    """Read the header's value; None where the call has none."""
    scheme, _, credentials = (header or "").strip().partition(" ")
    return Authorization(scheme.lower(), credentials.strip())
