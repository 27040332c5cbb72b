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
from urllib.parse import quote

_JWT = re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*")
_SHORTEST_SECRET = 4


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
        self._pattern: re.Pattern[str] | None = None

    def add_secret(self, text: str | None, shown: str = "$SECRET") -> None:
        """Never write `text`, nor its usual encodings, but `shown`."""
        if text is None or len(text) < _SHORTEST_SECRET:
            return
        encoded = text.encode("utf-8", "replace")
        for form in {text, _in_json(text), quote(encoded, safe=""), base64.b64encode(encoded).decode()}:
            self._secrets.setdefault(form, shown)
        self._pattern = None

    def add_identifiers(self, pairs: Iterable[tuple[str, str]], *, harmless: bool) -> None:
        """Note identifiers as (kind, text): `harmless` ones are synthetic or made up by us, and written as they are."""
        for kind, text in pairs:
            if harmless:
                self._harmless.add(text)
            elif len(text) >= _SHORTEST_SECRET:
                self._real.setdefault(text, kind)
        self._pattern = None

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
        return _writable(_JWT.sub("$TOKEN", self._words().sub(self._replacement, text)))

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
        counted: Counter[str] = Counter()
        named: dict[str, str] = {}
        for text, kind in self._real.items():
            counted[kind] += 1
            if not self.is_harmless(text):
                named[f"{kind.upper()}_{counted[kind]}"] = text
                if _in_url(text) != text:
                    named[f"{kind.upper()}_{counted[kind]}_IN_URL"] = _in_url(text)
        return named

    def _pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """Cut a text at what must not be written: yields (literal, False) and (variable with its dollar, True)."""
        names, place = {value: name for name, value in self.variables().items()}, 0
        for match in re.finditer(f"{self._words().pattern}|{_JWT.pattern}", text):
            found, after = match.group(), text[match.end() : match.end() + 1]
            shown = self._secrets.get(found) or f"${names.get(found, 'TOKEN')}"
            yield _writable(text[place : match.start()]), False
            yield (f"${{{shown[1:]}}}" if after.isalnum() or after == "_" else shown), True
            place = match.end()
        yield _writable(text[place:]), False

    def _words(self) -> re.Pattern[str]:
        if self._pattern is None:
            self._pattern = self._compiled()
        return self._pattern

    def _compiled(self) -> re.Pattern[str]:
        real = [] if self.all_synthetic else [one for one in self._real if one not in self._harmless]
        self._encoded = {form: one for one in real for form in (_in_url(one), _in_json(one))}
        words = sorted({*self._secrets, *real, *self._encoded}, key=len, reverse=True)
        return re.compile("|".join(map(re.escape, words)) if words else r"(?!)")

    def _replacement(self, match: re.Match[str]) -> str:
        found = match.group()
        if found in self._secrets:
            return self._secrets[found]
        return self.identifier(self._encoded.get(found, found))
