"""The Authorization header of a request of ours (RFC 9110 section 11.6.2): its scheme, and what proves who asks."""

import base64
from typing import NamedTuple

from pacsimile_contract.evidence.exchange import Request


class Basic(NamedTuple):
    """Client id and secret of HTTP Basic (RFC 7617); `exact` where they are UTF-8 with a colon between them."""

    client_id: str
    secret: str
    exact: bool


class Authorization(NamedTuple):
    """`scheme` as it is written, and `credentials` without white space around; empty where nothing stands there."""

    scheme: str
    credentials: str

    @property
    def kind(self) -> str:
        """The scheme in lower case: schemes are case-insensitive."""
        return self.scheme.lower()

    @property
    def basic(self) -> Basic | None:
        """Id and secret under the scheme Basic; what is no UTF-8 is replaced. None where it is no base64."""
        if self.kind != "basic":
            return None
        try:
            content = base64.b64decode(self.credentials, validate=True)
        except ValueError:  # not even ASCII, too
            return None
        text = content.decode("utf-8", "replace")
        client_id, colon, secret = text.partition(":")
        return Basic(client_id, secret, bool(colon) and text.encode() == content)


def read(value: str) -> Authorization:
    """Read a value of the header."""
    scheme, _, credentials = value.strip().partition(" ")
    return Authorization(scheme, credentials.strip())


def sent_by(request: Request) -> list[Authorization]:
    """Return each Authorization header of a request: a trial may send several."""
    return [read(value) for name, value in request.headers if name.lower() == "authorization"]
