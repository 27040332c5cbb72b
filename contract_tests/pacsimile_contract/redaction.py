"""What may be written down. Every file and every terminal line passes here."""

import base64
import hashlib
import json
import os
import re
import secrets
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

from pacsimile_contract.sought_words import SHORTEST, Found, SoughtWords

_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")


def _in_url(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _in_json(text: str) -> str:
    return json.dumps(text)[1:-1]


def _writable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


class Redactor:
    """Replaces secrets, and identifiers that do not carry the synthetic mark, by what tells nothing.

    The salt is the run's own, or that of `PACSIMILE_SALT`, with which runs can be compared.
    """

    def __init__(self, salt: str | None = None, *, all_synthetic: bool = False) -> None:
        self._salt = salt or os.environ.get("PACSIMILE_SALT") or secrets.token_hex(16)
        self.all_synthetic = all_synthetic
        self._secrets: dict[str, str] = {}
        self._real: dict[str, str] = {}
        self._encoded: dict[str, str] = {}
        self._harmless: set[str] = set()
        self._sought = SoughtWords()
        self._named: Mapping[str, str] = {}
        self._names: Mapping[str, str] = {}
        self._changes = self._sought_after = 0

    def add_secret(self, text: str | None, shown: str = "$SECRET") -> None:
        """Never write `text`, nor its usual encodings, but `shown`."""
        if text is None or len(text) < SHORTEST:
            return
        encoded = text.encode("utf-8", "replace")
        for form in {text, _in_json(text), quote(encoded, safe=""), base64.b64encode(encoded).decode()}:
            self._secrets.setdefault(form, shown)
        self._changes += 1

    def add_identifiers(self, pairs: Iterable[tuple[str, str]], *, harmless: bool) -> None:
        """Note identifiers as (kind, text): `harmless` ones are synthetic or made up by us, and written as they are."""
        for kind, text in pairs:
            if harmless:
                self._harmless.add(text)
            elif len(text) >= SHORTEST:
                self._real.setdefault(text, kind)
        self._changes += 1

    def is_harmless(self, text: str) -> bool:
        """Whether an identifier may be written as it is."""
        return self.all_synthetic or text in self._harmless

    def digest(self, text: str | bytes) -> str:
        """Return a salted hash of twelve hexadecimal digits."""
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        return hashlib.blake2b(data, key=self._salt.encode()[:64], digest_size=6).hexdigest()

    def identifier(self, text: str, kind: str = "id") -> str:
        """Return an identifier as it may be written."""
        return text if self.is_harmless(text) else f"{self._real.get(text, kind)}:{self.digest(text)}"

    def text(self, text: str) -> str:
        """Return any text with secrets and real identifiers replaced, and lone surrogates as their escapes."""
        return _writable(self._replaced(text))

    def value(self, value: Any) -> Any:
        """Return a JSON value in which `text` has gone through every text, names and numbers too."""
        match value:
            case str():
                return self._replaced(value)
            case Mapping():
                return {self._replaced(str(name)): self.value(member) for name, member in value.items()}
            case list() | tuple():
                return [self.value(member) for member in value]
            case int() | float() if not isinstance(value, bool):
                said = json.dumps(value)
                replaced = self._replaced(said)
                return value if replaced == said else replaced
        return value

    def _replaced(self, text: str) -> str:
        pieces, place = [], 0
        for found in self._words().all(text):
            pieces += [text[place : found.start], self._replacement(found.word)]
            place = found.end
        return _JWT.sub("$TOKEN", "".join((*pieces, text[place:])))

    def shell_word(self, text: str) -> str:
        """Return any text as one word of a shell, secrets and real identifiers in it as variables: `"/x?id=$ORDER_1"`.

        With `variables` set, and `$TOKEN` and the like, it stands for the text itself.
        """
        pieces = list(self._pieces(text))
        if not any(variable for _, variable in pieces):
            return shlex.quote("".join(piece for piece, _ in pieces))
        if any(set(piece) & set('\\"$`!') for piece, variable in pieces if not variable):
            return "".join(f'"{piece}"' if variable else shlex.quote(piece) for piece, variable in pieces if piece)
        return '"' + "".join(piece for piece, _ in pieces) + '"'

    def variables(self) -> Mapping[str, str]:
        """Return real identifiers by the names they have in a `shell_word`, such as ORDER_1: in the order they came."""
        self._words()
        return self._named

    def _variables(self) -> Mapping[str, str]:
        counted: Counter[str] = Counter()
        named: dict[str, str] = {}
        for text, kind in () if self.all_synthetic else list(self._real.items()):
            counted[kind] += 1
            if not self.is_harmless(text):
                named[f"{kind.upper()}_{counted[kind]}"] = text
                if _in_url(text) != text:
                    named[f"{kind.upper()}_{counted[kind]}_IN_URL"] = _in_url(text)
        return named

    def _pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """Cut a text at what must not be written: yields (literal, False) and (variable with its dollar, True)."""
        place = 0
        while (match := self._first(text, place)) is not None:
            found, after = match.word, text[match.end : match.end + 1]
            shown = self._secrets.get(found) or f"${self._names.get(found, 'TOKEN')}"
            yield _writable(text[place : match.start]), False
            yield (f"${{{shown[1:]}}}" if after.isalnum() or after == "_" else shown), True
            place = match.end
        yield _writable(text[place:]), False

    def _first(self, text: str, place: int) -> Found | None:
        """Return what must not be written at or behind a place: a word, or a token that nobody named."""
        word, token = self._words().first(text, place), _JWT.search(text, place)
        if token is None or (word is not None and word.start <= token.start()):
            return word
        return Found(token.start(), token.end(), token.group())

    def _words(self) -> SoughtWords:
        changes = self._changes
        if changes != self._sought_after:
            real = [] if self.all_synthetic else [one for one in list(self._real) if one not in self._harmless]
            self._encoded = {form: one for one in real for form in (_in_url(one), _in_json(one))}
            self._named = self._variables()
            self._names = {value: name for name, value in self._named.items()}
            self._sought = SoughtWords([*list(self._secrets), *real, *self._encoded], self._sought)
            self._sought_after = changes
        return self._sought

    def _replacement(self, found: str) -> str:
        if found in self._secrets:
            return self._secrets[found]
        return self.identifier(self._encoded.get(found, found))
