"""Who may use the control API: who knows its token, under a name that no foreign web page can borrow."""

from __future__ import annotations

from hmac import compare_digest
from urllib.parse import urlsplit

from flask import Request

from pacsimile_mock.control.errors import ControlError
from pacsimile_mock.server_state import ServerState

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def check_host(request: Request, state: ServerState) -> None:
    """Refuse a `Host` that is not ours: a page whose name was rebound to this address sends its own."""
    name = (request.headers.get("Host") or "localhost").rsplit(":", 1)[0].lower()
    if request.headers.get("Host", "").endswith("]"):
        name = request.headers["Host"].lower()
    own = {
        _as_sent(urlsplit(state.options.public_url or "").hostname or ""),
        _as_sent(state.options.host.lower()),
        *map(str.lower, state.options.allow_hosts),
    }
    if name not in LOOPBACK and name not in own:
        raise ControlError(
            403, "host-not-allowed", f"The control API does not answer under the name {name[:100]!r}: see --allow-host."
        )


def _as_sent(host: str) -> str:
    """Write a host as the `Host` header has it: IPv6 in brackets (RFC 9110 7.2)."""
    return f"[{host}]" if ":" in host else host


def check_token(request: Request, state: ServerState) -> None:
    """Refuse who does not know the control token."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    sent = token.strip() if scheme.lower() == "bearer" else ""
    if not compare_digest(sent.encode(), state.control_token.encode()):
        raise ControlError(
            401, "control-token", "Send the control token as 'Authorization: Bearer <token>': see --control-token."
        )
