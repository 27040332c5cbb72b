"""What is a secret or a token, or looks like one, wherever a client put it: it is shown nowhere (SEC-5, SEC-6)."""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from pacsimile_mock.exchange import Call, Mask
from pacsimile_mock.journal.sent import sent

HIDDEN = "(secret, not shown)"
SHORTEST = 6
"""Characters of a secret that is looked for inside a text; a shorter one is hidden where it is the whole text."""

NAMED_SO = re.compile(
    r"secret|token|passw|authori[sz]ation|assertion|credential|bearer|basic|jwt|api.?key", re.IGNORECASE
)
"""Names of parameters whose values are secret, however they are written."""
HARMLESS_NAMES = frozenset({"token_type_hint"})

TOKEN = re.compile(
    r"eyJ[\w-]{4,}\.[\w-]*(?:\.[\w-]*)?"  # a JWT, or what is left of one
    r"|pac_[\w-]{4,}"  # an opaque token
    r"|\b(?:basic|bearer)\s+[^\s'\",]+",
    re.ASCII | re.IGNORECASE,
)
RUN = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
"""A word that may be base64, in either alphabet."""
RANDOM = 40
"""Characters of a run of both cases and digits that is taken for a key or a signature, which no name is."""

LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")

Known = Callable[[], Iterable[str]]
"""Gives the secrets that the server itself knows: those of all clients, and the control token."""


class Secrets:
    """Hides secrets in what is shown of a call."""

    def __init__(self, known: Known = tuple) -> None:
        self._known = known

    def of(self, call: Call) -> Mask:
        """Make what hides the secrets of one call: those that it sends as such, and all that are known."""
        if call.mask is None:
            call.mask = Hiding([*_own(call), *self._known()])
        return call.mask

    def anybodys(self) -> Hiding:
        """Make what hides the secrets that are known."""
        return Hiding(self._known())


class Hiding:
    """Hides some secrets, and what looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = frozenset(secrets) - {""}
        written = {form for one in self._secrets if len(one) >= SHORTEST for form in _forms(one)}
        self._forms = sorted(written, key=len, reverse=True)

    def text(self, text: str) -> str:
        """Return a text with the secrets in it hidden."""
        if text in self._secrets:
            return HIDDEN
        for form in self._forms:
            if form in text:
                text = text.replace(form, HIDDEN)
        return RUN.sub(self._run, TOKEN.sub(HIDDEN, text))

    def value(self, name: str, value: str) -> str:
        """Return a parameter's value with the secrets in it hidden; all of it where its name says that it is one."""
        return HIDDEN if value and is_named_so(name) else self.text(value)

    def _run(self, found: re.Match[str]) -> str:
        run = found[0]
        if run[1:].islower() or not set(run) & LOWER:
            return run  # a word, or an identifier: base64 has both cases
        random = len(run) >= RANDOM and re.search("[a-z]", run) and re.search("[A-Z]", run) and re.search("[0-9]", run)
        return HIDDEN if random or self._holds_credentials(run) else run

    def _holds_credentials(self, run: str) -> bool:
        """Whether a word is base64 of an id, a colon and a secret, or of a secret that is known."""
        texts = (_decoded(run[begun:]) for begun in range(4))  # something else may stand before it
        return any(text and (":" in text or self._knows(text)) for text in texts)

    def _knows(self, text: str) -> bool:
        return any(form in text for form in self._forms)


@lru_cache(maxsize=4096)
def _forms(secret: str) -> tuple[str, ...]:
    """Return a secret as it stands in a text: as it is, within what `repr` writes, and in a URL."""
    return (secret, repr(secret)[1:-1], quote(secret, safe=""))


def is_named_so(name: str) -> bool:
    """Whether a parameter's name says that its value is a secret."""
    return NAMED_SO.search(name) is not None and name not in HARMLESS_NAMES


def _decoded(run: str) -> str | None:
    """Decode base64 of printable ASCII; None for any other word."""
    padded = run.rstrip("=")
    padded += "=" * (-len(padded) % 4)
    try:
        text = (urlsafe_b64decode if set(run) & set("-_") else b64decode)(padded).decode("ascii")
    except ValueError:
        return None
    return text if text.isprintable() else None


def _own(call: Call) -> Iterable[str]:
    """The secrets that a call sends as such: in its Authorization header, and in parameters that are named so."""
    header = call.headers.get("authorization", "").strip()
    scheme, _, credentials = header.partition(" ")
    yield from (header, credentials.strip() or scheme)
    decoded = _decoded(credentials.strip()) if scheme.lower() == "basic" else None
    if decoded is not None:
        password = decoded.partition(":")[2]
        yield from (password, unquote_plus(password))
    yield from (value for name, value in sent(call) if is_named_so(name))
