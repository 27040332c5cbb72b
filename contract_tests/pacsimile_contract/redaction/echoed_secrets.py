"""Secrets that a request carries, and whether its answer repeats them (SEC-5): told when nothing is redacted yet."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qsl, quote, urlsplit

from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Exchange

SHORTEST_SECRET = 8
"""A shorter one may stand in an answer by chance."""

SECRET_PARAMETERS = frozenset({"access_token", "client_secret", "token", "password", "assertion"})

MOST_READ = 1 << 16
"""Characters of a body that are searched for secrets."""
_WRITTEN = re.compile(rf"""({"|".join(sorted(SECRET_PARAMETERS))})["']?\s*[:=]\s*["']?([^\s"'&,}}\]]+)""")
"""A secret's name and the secret itself, as a body of any other type has them, malformed or not."""


def carried_secrets(answered: Exchange) -> tuple[tuple[str, bool], ...]:
    """Return what the request carried that nobody else may learn, each with whether the answer repeats it.

    A stored run keeps this beside the exchange, in which all secrets look alike.
    """
    received = answered.received
    headers = received.headers if received else ()
    body = received.body if received else b""
    said = "\n".join((body[: 1 << 20].decode("utf-8", "replace"), *(value for _, value in headers)))
    return tuple(
        (what, any(form in said for form in (secret, quote(secret, safe="", errors="replace"))))
        for what, secret in _secrets(answered)
        if len(secret) >= SHORTEST_SECRET
    )


def _secrets(answered: Exchange) -> Iterator[tuple[str, str]]:
    """Yield each secret, after what it is."""
    sent = authorization.read(answered.request.header("Authorization") or "")
    if sent.kind == "basic":
        secret = sent.basic.secret if sent.basic else ""
        yield "secret of HTTP Basic", secret
        yield "credentials of HTTP Basic", sent.credentials if len(secret) >= SHORTEST_SECRET else ""
    elif sent.credentials:
        yield "token sent", sent.credentials
    yield from (("token in another header", text) for text in _in_other_headers(answered))
    pairs = parse_qsl(urlsplit(answered.request.url).query, errors="replace")
    body = (answered.request.body or b"").decode("latin-1")
    if (answered.request.header("Content-Type") or "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(body, errors="replace")
    else:
        pairs += _WRITTEN.findall(body[:MOST_READ])
    for name, text in pairs:
        if name.lower() in SECRET_PARAMETERS:
            yield name, text


_OF_A_TOKEN = re.compile(r"token|jwt|api-?key|bearer|authorization|^auth(entication)?$", re.IGNORECASE)
"""Names of headers and cookies that carry a token, beside `Authorization`."""


def _in_other_headers(answered: Exchange) -> Iterator[str]:
    for name, value in answered.request.headers:
        if name.lower() == "cookie":
            pairs = (pair.strip().partition("=") for pair in value.split(";"))
            yield from (text for cookie, _, text in pairs if _OF_A_TOKEN.search(cookie))
        elif name.lower() != "authorization" and _OF_A_TOKEN.search(name):
            yield value.rpartition(" ")[2]
