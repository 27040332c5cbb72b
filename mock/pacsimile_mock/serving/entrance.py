"""What every request passes first, whoever answers it: its `Host`, its query, and whether its body has come."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.errors import Problem, Refusal
from pacsimile_mock.guards import BODY_REFUSED
from pacsimile_mock.hosts import Hosts

CONTROL = ("/_mock", "/metrics")


class Entrance:
    """Refuses a request by what it is, before anything looks at what it asks for."""

    def __init__(self, state: ServerState) -> None:
        self._hosts = Hosts(state.options)
        self._control = CONTROL if state.options.control else ()

    def refusal(self, environ: Mapping[str, Any]) -> Refusal | None:
        """Give the reason to refuse a request; None for none."""
        host, query = environ.get("HTTP_HOST"), environ.get("QUERY_STRING", "")
        if host in self._hosts.passed and query.isascii() and BODY_REFUSED not in environ:
            return None  # as nearly all are
        refusal: Refusal | None = self._hosts.refusal(host, environ.get("SERVER_NAME", ""))
        if refusal is None and not query.isascii():
            refusal = unspelled_query()
        return refusal or environ.get(BODY_REFUSED)

    def leads_to_control(self, path: str) -> bool:
        """Whether this is a path of the control API, which spells its refusals in its own way."""
        return path in self._control or (bool(self._control) and path.startswith("/_mock/"))


def unspelled_query() -> Problem:
    """The query has characters that no URL has (RFC 3986 section 3.4): which bytes were meant, nobody can tell."""
    return Problem(
        "The query has characters that are not ASCII: percent-encode them, as UTF-8.",
        reason="invalid-parameter",
        requirement="STATUS-3",
    )
