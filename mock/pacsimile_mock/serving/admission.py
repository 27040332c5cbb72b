"""Admits requests: checks `Host`, query, and whether the body arrived, whichever part answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.errors import Problem, Refusal
from pacsimile_mock.hosts import Hosts
from pacsimile_mock.wsgi_calls import BODY_REFUSED

CONTROL = ("/_mock", "/metrics")


class Admission:
    """Refuses a request by its form, before anything looks at what it asks for."""

    def __init__(self, state: ServerState) -> None:
        self._hosts = Hosts(state.options)
        self._control = CONTROL if state.options.control else ()

    def refusal(self, environ: Mapping[str, Any]) -> Refusal | None:
        """Return why a request is refused; None where it is admitted."""
        host, query = environ.get("HTTP_HOST"), environ.get("QUERY_STRING", "")
        if host in self._hosts.passed and query.isascii() and BODY_REFUSED not in environ:
            return None
        refusal: Refusal | None = self._hosts.refusal(host, environ.get("SERVER_NAME", ""))
        if refusal is None and not query.isascii():
            refusal = non_ascii_query()
        return refusal or environ.get(BODY_REFUSED)

    def leads_to_control(self, path: str) -> bool:
        """Whether this is a path of the control API, whose refusals have another form."""
        return path in self._control or (bool(self._control) and path.startswith("/_mock/"))


def non_ascii_query() -> Problem:
    """Refuse a query with characters that no URL has: the bytes that are meant are unknown (RFC 3986 section 3.4)."""
    return Problem(
        "The query has characters that are not ASCII: percent-encode them, as UTF-8.",
        reason="invalid-parameter",
        requirement="STATUS-3",
    )
