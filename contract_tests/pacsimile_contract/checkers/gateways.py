"""Answers that may come from before the service: from a parser, a gateway, a firewall."""

import re
from urllib.parse import unquote_to_bytes, urlsplit

from pacsimile_contract.evidence.exchange import Exchange, Request

GATEWAY_STATUSES = (400, 403, 408, 413, 414, 421, 431, 501, 505)
LIMITS = (413, 414, 431)
"""Statuses that always mean a limit: of a body, an address, headers."""
OF_A_BODY_THAT_DID_NOT_ARRIVE = (400, 408)

_HOSTILE = re.compile(rb"[\x00-\x1f\x7f]|\.\.|<script", re.IGNORECASE)
_ESCAPE = re.compile(rb"%[0-9A-Fa-f]{2}")


def may_be_from_gateway(exchange: Exchange) -> bool:
    """Tell whether a gateway may have answered. Its answer has any body, and none of the service's headers.

    That may be so where the request was not valid HTTP, over a limit, or plainly hostile: with control characters, not
    UTF-8, or with what firewalls take for an attack: `..` leads a path upward, `<script` begins a script, and what is
    percent-encoded twice hides something.
    """
    if exchange.status not in GATEWAY_STATUSES:
        return False
    if exchange.request.cut is not None:
        return exchange.status in OF_A_BODY_THAT_DID_NOT_ARRIVE
    return exchange.request.hostile or exchange.status in LIMITS or _is_plainly_hostile(exchange.request)


def _is_plainly_hostile(request: Request) -> bool:
    """Whether its address is, or a form in its body: gateways read a form as they read a query."""
    parts = urlsplit(request.url)
    is_form = (request.header("Content-Type") or "").startswith("application/x-www-form-urlencoded")
    return _is_an_attack(f"{parts.path}?{parts.query}") or (is_form and _is_an_attack(request.body or b""))


def _is_an_attack(encoded: str | bytes) -> bool:
    decoded = unquote_to_bytes(encoded)
    try:
        decoded.decode()
    except UnicodeDecodeError:
        return True
    return _ESCAPE.search(decoded) is not None or _HOSTILE.search(decoded) is not None
