"""The names under which the server answers; it refuses others, against DNS rebinding."""

from __future__ import annotations

import re
from ipaddress import ip_address
from urllib.parse import urlsplit

from pacsimile_mock.config import ServerOptions
from pacsimile_mock.errors import UntypedProblem

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})

REMEMBERED = 1_000
"""Values of `Host` that passed and are remembered; few names, but a port each."""

UNUSABLE = "This server does not answer under the name that the Host header gives."

PLAIN_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


class Hosts:
    """The names of loopback, those of `--host`, `--public-url` and `--allow-host`, and the address that was called."""

    def __init__(self, options: ServerOptions) -> None:
        given = (options.host, urlsplit(options.public_url or "").hostname or "", *options.allow_hosts)
        self._own = LOOPBACK | {_bracketed(name.lower()) for name in given if name}
        self.passed: set[str | None] = {None}
        """Values of `Host` that are known to be ours; HTTP/1.0 may leave it out."""

    def refusal(self, host: str | None, address: str) -> UntypedProblem | None:
        """Refuse a call whose `Host` is none of our names (RFC 9110 section 7.4).

        Args:
            host: the header as it was sent.
            address: where the call arrived, as far as that is an IP address. A page cannot borrow it: what is rebound
                is a name.
        """
        if host is None or host in self.passed:
            return None
        name = name_of(host)
        if not _is_port(host[len(name) :]):
            return UntypedProblem(UNUSABLE, status=421, title="Misdirected Request")
        if name in self._own or (name == _bracketed(address) and _is_address(address)):
            if len(self.passed) > REMEMBERED:
                self.passed = {None}
            self.passed.add(host)
            return None
        return UntypedProblem(_advice(name), status=421, title="Misdirected Request")


def name_of(host: str) -> str:
    """Return the name in a `Host` header, in lower case: without the port, an IPv6 address in brackets."""
    return (host if host.endswith("]") else host.rpartition(":")[0] or host).lower()


def _is_port(text: str) -> bool:
    """Whether this may follow a name: nothing, or a colon and a port (RFC 3986 section 3.2.3), of up to five digits."""
    return text in ("", ":") or (len(text) <= 6 and text[0] == ":" and text[1:].isascii() and text[1:].isdigit())


def _advice(name: str) -> str:
    if not PLAIN_NAME.fullmatch(name) or len(name) > 253:
        return UNUSABLE
    return (
        f"This server does not answer under the name {name!r}, which a web page may have borrowed. If it is yours, "
        f"start the server with --allow-host {name!r} (PACSIMILE_ALLOW_HOST); behind a reverse proxy, with "
        "--public-url and the URL that clients use."
    )


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name


def _is_address(text: str) -> bool:
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        return False
    return True
