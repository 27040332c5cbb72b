"""Headers that an operator may add to each request, for a gateway."""

import re

OVERRIDES = ("x-http-method-override", "x-http-method", "x-method-override")
"""Headers by which some services replace a request's method."""
_SENT_BY_TESTS = (
    "authorization", "host", "content-length", "content-type", "transfer-encoding", "connection", "accept-encoding",
    "expect", "te", "trailer", "upgrade", "user-agent",
)  # fmt: skip
_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")


def fault_of_header(name: str) -> str | None:
    """Return why a header of this name cannot be added to each request; None where it can (RFC 9110 section 5.1)."""
    if not _TOKEN.fullmatch(name):
        return "is no name of a header; expected one such as x-api-key"
    if name.lower() in OVERRIDES:
        return "would let a GET change data; no method-override header is sent along"
    if name.lower() in _SENT_BY_TESTS:
        return "is what the tests themselves send, or leave out; expected another header, such as x-api-key"
    return None
