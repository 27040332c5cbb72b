"""Who may see the page: whoever opens the link that was printed, in the browser that opened it."""

from __future__ import annotations

import secrets
from collections import deque
from http.cookies import CookieError, SimpleCookie

_MOST_SESSIONS = 20
"""Browsers that are signed in at once; the oldest is signed out where there are more."""


class Access:
    """The code of the link, and the sessions of browsers that had it. Both end with the process."""

    def __init__(self) -> None:
        self.code = secrets.token_urlsafe(24)
        self.cookie = f"pacsimile_proxy_{secrets.token_hex(6)}"
        """The name of the cookie. Ports of a host share cookies (RFC 6265 section 8.5), so each page has its own."""
        self._sessions: deque[str] = deque(maxlen=_MOST_SESSIONS)

    def sign_in(self, code: str) -> str | None:
        """Return the `Set-Cookie` of a new session; None where the code is wrong."""
        if not secrets.compare_digest(code.encode(), self.code.encode()):
            return None
        session = secrets.token_urlsafe(24)
        self._sessions.append(session)
        return f"{self.cookie}={session}; HttpOnly; SameSite=Strict; Path=/"

    def is_signed_in(self, header: str | None) -> bool:
        """Tell whether a `Cookie` header has a session."""
        try:
            morsel = SimpleCookie(header or "").get(self.cookie)
        except CookieError:
            return False
        value = morsel.value if morsel is not None else ""
        return any(secrets.compare_digest(value.encode(), known.encode()) for known in tuple(self._sessions))
