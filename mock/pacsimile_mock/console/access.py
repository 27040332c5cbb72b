"""Who may use the console: whoever knows the control token, or has the link that the start prints.

The cookie of a session and the token of its forms are derived from the control token, so that all workers know them and
nothing is stored. Neither gives the control token away, and a new control token ends every session.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from hashlib import sha256
from hmac import compare_digest, digest
from secrets import token_urlsafe

HOME = "/_mock/ui"
SIGN_IN = f"{HOME}/sign-in"


def code_of(control_token: str) -> str:
    """Return the code of the link that signs in: it opens the console, and nothing of the control API."""
    return _derived(control_token, "code")[:32]


def is_code(control_token: str, code: str) -> bool:
    """Tell whether a link, or the form, may sign in: with the code, or with the control token itself."""
    return any(compare_digest(code.encode(), known.encode()) for known in (code_of(control_token), control_token))


def cookie_name(control_token: str) -> str:
    """Return the name of the cookie. Ports of a host share cookies (RFC 6265 section 8.5), so each mock has its own."""
    return f"pacsimile_console_{_derived(control_token, 'cookie')[:12]}"


def new_session(control_token: str) -> str:
    """Return the value of a new session's cookie."""
    name = token_urlsafe(16)
    return f"{name}.{_derived(control_token, 'session', name)}"


def is_session(control_token: str, cookie: str) -> bool:
    """Tell whether a cookie is that of a session."""
    name, _, proof = cookie.partition(".")
    return compare_digest(proof.encode(), _derived(control_token, "session", name).encode())


def form_token(control_token: str, cookie: str) -> str:
    """Return what each form of a session has in a hidden field: no other page can know it."""
    return _derived(control_token, "form", cookie)


def is_own_form(
    control_token: str, cookie: str, form: Mapping[str, str], origin: str | None, hosts: Container[str]
) -> bool:
    """Tell whether a page of the session sent a form: it has the session's token, and any `Origin` is of `hosts`."""
    known = form_token(control_token, cookie)
    sender = (origin or "").partition("://")[2]  # of `null` it is empty
    own_origin = origin is None or (sender != "" and sender in hosts)
    return own_origin and compare_digest(form.get("form_token", "").encode(), known.encode())


def _derived(control_token: str, *purpose: str) -> str:
    return digest(control_token.encode(), "\n".join(("pacsimile console", *purpose)).encode(), sha256).hex()
