"""Headers that an operator may have sent along with each request, for a gateway."""

import re

OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")
"""Headers that let some services take one method for another."""
_OURS = (
    "authorization", "host", "content-length", "content-type", "transfer-encoding", "connection", "accept-encoding",
    "expect", "te", "trailer", "upgrade", "user-agent",
)  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


def fault_of_header(name: str) -> str | None:
    """Return why a header of this name cannot be sent along with each request; None where it can (RFC 9110 §5.1)."""
    if not _TOKEN.fullmatch(name):
        return "is no name of a header; expected one such as x-api-key"
    if name.lower() in OVERRIDES:
        return "would let a GET change data; no method-override header is sent along"
    if name.lower() in _OURS:
        return "is what the tests themselves send, or leave out; expected another header, such as x-api-key"
    return None
