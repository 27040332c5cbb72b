"""Masks secrets and tokens, and what looks like one, wherever a client put them (SEC-5, SEC-6)."""

from __future__ import annotations

import re
from base64 import b64decode, urlsafe_b64decode
from collections.abc import Callable, Iterable
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from pacsimile_mock import authorization
from pacsimile_mock.exchange import Call, Mask
from pacsimile_mock.journal.quotations import replace_quotations
from pacsimile_mock.journal.sent_parameters import sent_parameters

HIDDEN = "(secret, not shown)"
SHORTEST = 6
"""Characters of a secret that is looked for inside a text; a shorter one is masked only where it is the whole text."""

SECRET_NAME = re.compile(
    r"secret|token|passw|authori[sz]ation|assertion|credential|bearer|basic|jwt|api.?key", re.IGNORECASE
)
"""Matches names of parameters whose values are secret."""
HARMLESS_NAMES = frozenset({"token_type_hint"})

TOKEN = re.compile(
    r"eyJ[\w-]{4,}\.[\w-]*(?:\.[\w-]*)?"  # a JWT, or what is left of one
    r"|pac_[\w-]{4,}"  # an opaque token
    r"|\b(?:basic|bearer)\s+[^\s'\",]+",
    re.ASCII | re.IGNORECASE,
)
RUN = re.compile(r"[A-Za-z0-9+/_-]{8,}={0,2}")
"""A word that may be base64, in either alphabet."""
PARTS = re.compile("[/+_-]")
"""What parts such a word from others that stand beside it, such as the pieces of a path."""
RANDOM = 40
"""Characters from which on a run of both cases and digits is taken for a key or a signature."""

LOWER = frozenset("abcdefghijklmnopqrstuvwxyz")

Known = Callable[[], Iterable[str]]
"""Returns the secrets that the server knows: those of all clients, and the control token."""


class Secrets:
    """Makes the masks of calls from the secrets that are known."""

    def __init__(self, known: Known = tuple) -> None:
        self._known = known

    def mask_of(self, call: Call) -> Mask:
        """Return the mask of a call: for the secrets that it sends as such, and all that are known."""
        if call.mask is None:
            respelled = () if call.respelled is None else _own(call.respelled.call)
            call.mask = SecretMask([*_own(call), *respelled, *self._known()])
        return call.mask

    def known_mask(self) -> SecretMask:
        """Return a mask for the secrets that are known."""
        return SecretMask(self._known())


class SecretMask:
    """Masks given secrets, and what looks like one."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = frozenset(secrets) - {""}
        written = {form for secret in self._secrets if len(secret) >= SHORTEST for form in _forms(secret)}
        self._forms = sorted(written, key=len, reverse=True)

    def text(self, text: str) -> str:
        """Return a text with secrets masked."""
        if text in self._secrets:
            return HIDDEN
        for form in self._forms:
            if form in text:
                text = text.replace(form, HIDDEN)
        return RUN.sub(self._run, TOKEN.sub(HIDDEN, text))

    def sentence(self, text: str) -> str:
        """Return a sentence of the mock's own with the secrets that it quotes masked, and its own words as they are."""
        return replace_quotations(text, self.text)

    def value(self, name: str, value: str) -> str:
        """Return a parameter's value with secrets masked; wholly masked where its name says that it is secret."""
        return HIDDEN if value and names_secret(name) else self.text(value)

    def _run(self, match: re.Match[str]) -> str:
        run = match[0]
        if run[1:].islower() or not set(run) & LOWER:
            return run  # a word, or an identifier: base64 has both cases
        random = len(run) >= RANDOM and re.search("[a-z]", run) and re.search("[A-Z]", run) and re.search("[0-9]", run)
        return HIDDEN if random or self._holds_credentials(run) else run

    def _holds_credentials(self, run: str) -> bool:
        """Whether a word is base64 of an id, a colon and a secret, or of a secret that is known."""
        words = (*(run[begun:] for begun in range(4)), *PARTS.split(run))  # something else may stand beside it
        texts = (_decoded(word) for word in words)
        return any(text and (":" in text or self._knows(text)) for text in texts)

    def _knows(self, text: str) -> bool:
        return any(form in text for form in self._forms)


@lru_cache(maxsize=4096)
def _forms(secret: str) -> tuple[str, ...]:
    """Return a secret as texts have it: as it is, as `repr` writes it, and as a URL does."""
    return (secret, repr(secret)[1:-1], quote(secret, safe=""))


def names_secret(name: str) -> bool:
    """Whether a parameter's name says that its value is a secret."""
    return SECRET_NAME.search(name) is not None and name not in HARMLESS_NAMES


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
    """Yield the secrets that a call sends as such: in its Authorization header, and in parameters named so."""
    header = call.headers.get("authorization", "").strip()
    sent_by = authorization.read(header)
    yield from (header, sent_by.credentials or header)
    decoded = _decoded(sent_by.credentials) if sent_by.scheme == "basic" else None
    if decoded is not None:
        password = decoded.partition(":")[2]
        yield from (password, unquote_plus(password))
    yield from (value for name, value in sent_parameters(call) if names_secret(name))
