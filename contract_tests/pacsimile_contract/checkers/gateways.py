"""What may have been answered before the service was asked: by a parser, a gateway, a firewall."""

import re
from urllib.parse import unquote_to_bytes, urlsplit

from pacsimile_contract.evidence.exchange import Exchange

STATUSES = (400, 403, 408, 413, 414, 421, 431, 501, 505)
LIMITS = (413, 414, 431)
"""What is said of nothing but a limit: of a body, an address, headers."""
OF_A_BODY_THAT_DID_NOT_ARRIVE = (400, 408)

_CONTROLS = re.compile(rb"[\x00-\x1f\x7f]")


def is_a_gateways(exchange: Exchange) -> bool:
    """Tell whether the answer may be that of a gateway, which has any body, and none of the service's headers.

    So it may be to what is not valid HTTP, over a limit, or plainly hostile: control characters, what is no UTF-8.
    """
    if exchange.status not in STATUSES:
        return False
    if exchange.request.cut is not None:
        return exchange.status in OF_A_BODY_THAT_DID_NOT_ARRIVE
    return exchange.request.hostile or exchange.status in LIMITS or _is_plainly_hostile(exchange.request.url)


def _is_plainly_hostile(url: str) -> bool:
    parts = urlsplit(url)
    said = unquote_to_bytes(f"{parts.path}?{parts.query}")
    try:
        said.decode()
    except UnicodeDecodeError:
        return True
    return _CONTROLS.search(said + unquote_to_bytes(said)) is not None
