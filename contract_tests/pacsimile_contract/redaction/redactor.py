"""What may be written down of what came from the wire. Our own words, paths and ids stay as they are."""

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
from urllib.parse import quote, quote_plus

from pacsimile_contract.provenance import Origin, pieces
from pacsimile_contract.redaction.allowed_words import words
from pacsimile_contract.redaction.credentials import Credentials, ShellVariable
from pacsimile_contract.redaction.own_words import is_ours, is_word_of_ours
from pacsimile_contract.redaction.unmarked import Unmarked
from pacsimile_contract.redaction.word_search import SHORTEST, Hit, WordSearch
from pacsimile_contract.target.model import Client

_JWT = re.compile(
    r"(?<![A-Za-z0-9_-])(?P<before>(?:(?!eyJ[A-Za-z0-9_-]{8})[A-Za-z0-9_-])*+)"
    r"eyJ[A-Za-z0-9_-]{8,}+\.[A-Za-z0-9_-]*+\.[A-Za-z0-9_-]*+"
)
"""Sought once from the beginning of each word: what only begins as a token takes no time that grows with its square."""
_JWT_START = "eyJ"
"""Without it there is none: texts are looked through for this first, which takes a twentieth of the time."""


def _url_encoded(text: str) -> str:
    return quote(text, safe="", errors="replace")


def _json_escaped(text: str) -> str:
    return json.dumps(text)[1:-1]


def _writable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()


class Redactor:
    """Replaces secrets, and identifiers that do not carry the synthetic mark, by what tells nothing.

    The salt is the run's own, or that of `PACSIMILE_SALT`, with which runs can be compared.
    """

    def __init__(
        self, salt: str | None = None, *, all_synthetic: bool = False, own: Iterable[str] = (), share: bool = False
    ) -> None:
        """Redact; `own` are the operator's texts beside our own words: his addresses, the folder of the report.

        With `share` identifiers are written as they are; secrets and tokens never.
        """
        self._salt = salt or os.environ.get("PACSIMILE_SALT") or secrets.token_hex(16)
        self.all_synthetic, self._own, self._share = all_synthetic, tuple(own), share
        self._secrets: dict[str, str] = {}
        self.credentials = Credentials()
        self._real: dict[str, str] = {}
        self._encoded: dict[str, str] = {}
        self._harmless: set[str] = set()
        self._search = self._search_in_own = WordSearch()
        self._variable_values: Mapping[str, str] = {}
        self._variable_of: Mapping[str, str] = {}
        self._changes = self._searched_changes = 0
        self.unmarked = Unmarked(self)

    def knows(self, text: str) -> bool:
        """Whether a text, whole, is an identifier, a secret or an address that is known here."""
        return text in self._real or text in self._harmless or text in self._secrets or text in self._own

    def add_secret(self, text: str | None, shown: str = "$SECRET") -> None:
        """Never write `text`, nor its usual encodings, nor small letters as of a media type, but `shown`."""
        if text is None or len(text) < SHORTEST:
            return
        encoded = text.encode("utf-8", "replace")
        for form in {
            text,
            text.lower(),
            _json_escaped(text),
            quote(encoded, safe=""),
            base64.b64encode(encoded).decode(),
        }:
            self._secrets.setdefault(form, shown)
        self._changes += 1

    def add_client(self, client: Client) -> None:
        """Never write a client's secret, nor what HTTP Basic makes of it, and know it by name."""
        self.add_secret(client.client_secret)
        self.add_pair(client.client_id, client.client_secret)
        self.credentials.add_client(client)

    def add_pair(self, client_id: str, secret: str) -> None:
        """Never write an id and a secret as HTTP Basic has them: as they are, and form-encoded (RFC 6749 2.3.1)."""
        for pair in (f"{client_id}:{secret}", f"{quote_plus(client_id)}:{quote_plus(secret)}"):
            self.add_secret(pair)

    def add_token(self, token: str | None, client: Client | None = None, scope: str | None = None) -> None:
        """Never write a token that was given to a client, but its name, as `$TOKEN`."""
        if token:
            self.add_secret(token, f"${self.credentials.add_token(token, client, scope).name}")

    def token(self, token: str) -> ShellVariable:
        """Return what a token that was sent is called, and what makes it."""
        shown = self._secrets.get(token, "")
        known = self.credentials.knows(token) or not shown.startswith("$")
        return self.credentials.token(token) if known else ShellVariable(shown[1:])

    def add_made_token(self, token: str | None, state: str, params: Mapping[str, Any]) -> None:
        """Never write a token that a state made, but its name, as `$EXPIRED_TOKEN`."""
        if token:
            self.add_secret(token, f"${self.credentials.add_made(token, state, params).name}")

    def add_identifiers(self, pairs: Iterable[tuple[str, str]], *, harmless: bool) -> None:
        """Note identifiers as (kind, text): `harmless` ones are synthetic or made up by us, and written as they are.

        A word of the closed list, such as `report_id` or `null`, is never hidden, since it names nobody: stored
        documents are read by these words.
        """
        for kind, text in pairs:
            bare = text.strip('"')  # the quotes may be JSON's own
            if harmless or self._share:
                self._harmless.add(text)
            elif len(bare) >= SHORTEST and bare.lower() not in words():
                self._real.setdefault(bare, kind)
        self._changes += 1

    def withdraw(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Note that identifiers, as (kind, text), are not known to be harmless after all."""
        known = list(pairs)
        self._harmless.difference_update(text for _, text in known)
        self.add_identifiers(known, harmless=False)

    def is_harmless(self, text: str) -> bool:
        """Whether an identifier may be written as it is."""
        return self.all_synthetic or self._share or text in self._harmless

    def digest(self, text: str | bytes) -> str:
        """Return a salted hash of twelve hexadecimal digits."""
        data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
        return hashlib.blake2b(data, key=self._salt.encode()[:64], digest_size=6).hexdigest()

    def identifier(self, text: str, kind: str = "id") -> str:
        """Return an identifier as it may be written."""
        return self._redacted(text) if self.is_harmless(text) else f"{self._real.get(text, kind)}:{self.digest(text)}"

    def redact_own_text(self, text: str) -> str:
        """Return words of ours, in which every piece that a service answered is as `redact_unmarked_answer` writes it.

        Such a piece is marked (`provenance`); what we sent is as `redact_wire_text` writes it. Beside the marks a
        secret or an identifier is replaced all the same, for the piece that nobody marked, unless it is made of our own
        words: there it tells nothing but where it stands.
        """
        return _writable("".join(self._piece(piece, origin) for piece, origin in pieces(text)))

    def _piece(self, piece: str, origin: Origin) -> str:
        return (
            self.redact_unmarked_answer(piece)
            if origin is Origin.ANSWER
            else self._redacted(piece, ours=origin is Origin.OURS)
        )

    def redact_unmarked_answer(self, text: str) -> str:
        """Return what an answer said that bears no synthetic mark: what the closed list has of it (`Unmarked`)."""
        return self.redact_wire_text(text) if self.all_synthetic else self.unmarked.text(text)

    def redact_wire_text(self, text: str) -> str:
        """Return what came from the wire with secrets and real identifiers replaced, lone surrogates as escapes."""
        return _writable(self._redacted(text))

    def hits(self, text: str) -> tuple[Hit, ...]:
        """Return the secrets and real identifiers that `redact_wire_text` replaces in a text, from left to right."""
        return tuple(self._words().all(text))

    def redact_json(self, value: Any) -> Any:
        """Return a JSON value from the wire, each text in it as `redact_wire_text` writes it, names and numbers too."""
        match value:
            case str():
                return self._redacted(value)
            case Mapping():
                return {self._redacted(str(name)): self.redact_json(member) for name, member in value.items()}
            case list() | tuple():
                return [self.redact_json(member) for member in value]
            case int() | float() if not isinstance(value, bool):
                written = json.dumps(value)
                replaced = self._redacted(written)
                return value if replaced == written else replaced
        return value

    def _redacted(self, text: str, *, ours: bool = False) -> str:
        """Replace what must not be written; among words of `ours` not what is made of them."""
        shown, place = [], 0
        search = self._words()
        for hit in (self._search_in_own if ours else search).all(text):
            shown += [
                text[place : hit.start],
                self._redacted_own_word(hit.word) if ours else self._replacement(hit.word),
            ]
            place = hit.end
        written = "".join((*shown, text[place:]))
        return _JWT.sub(r"\g<before>$TOKEN", written) if _JWT_START in written else written

    def shell_word(self, text: str) -> str:
        """Return a text as one word of a shell, secrets and real identifiers in it as variables: `"/x?id=$ORDER_1"`.

        What came from the wire is marked in it, as for `redact_own_text`. With the `variables` set, and `$TOKEN` and
        the like, the word expands to the text.
        """
        shell_pieces = list(self._shell_pieces(text))
        if not any(variable for _, variable in shell_pieces):
            return shlex.quote("".join(piece for piece, _ in shell_pieces))
        if any(set(piece) & set('\\"$`!') for piece, variable in shell_pieces if not variable):
            return "".join(
                f'"{piece}"' if variable else shlex.quote(piece) for piece, variable in shell_pieces if piece
            )
        return '"' + "".join(piece for piece, _ in shell_pieces) + '"'

    def variables(self) -> Mapping[str, str]:
        """Return real identifiers by the names they have in a `shell_word`, such as ORDER_1: in the order they came."""
        self._words()
        return self._variable_values

    def _variables(self) -> Mapping[str, str]:
        counted: Counter[str] = Counter()
        named: dict[str, str] = {}
        for text, kind in () if self.all_synthetic else list(self._real.items()):
            counted[kind] += 1
            if not self.is_harmless(text):
                named[f"{kind.upper()}_{counted[kind]}"] = text
                if _url_encoded(text) != text:
                    named[f"{kind.upper()}_{counted[kind]}_IN_URL"] = _url_encoded(text)
        return named

    def _shell_pieces(self, text: str) -> Iterator[tuple[str, bool]]:
        """Cut a text at what must not be written: yields (literal, False) and (variable with its dollar, True)."""
        marked = pieces(text)
        for (piece, origin), following in zip(marked, [*(piece for piece, _ in marked[1:]), ""], strict=False):
            yield from self._variables_in(piece, following, ours=origin is Origin.OURS)

    def _variables_in(self, text: str, following: str, *, ours: bool) -> Iterator[tuple[str, bool]]:
        place = start = 0
        while (match := self._first(text, place)) is not None:
            word, after, place = match.word, (text + following)[match.end : match.end + 1], match.end
            if ours and self._is_ours(word):
                continue
            shown = self._secrets.get(word) or f"${self._variable_of.get(word, 'TOKEN')}"
            yield _writable(text[start : match.start]), False
            yield (f"${{{shown[1:]}}}" if after.isalnum() or after == "_" else shown), True
            start = match.end
        yield _writable(text[start:]), False

    def _first(self, text: str, place: int) -> Hit | None:
        """Return what must not be written at or behind a place: a word, or a token that nobody named."""
        word, token = self._words().first(text, place), _JWT.search(text, place)
        if token is None or (word is not None and word.start <= token.end("before")):
            return word
        return Hit(token.end("before"), token.end(), text[token.end("before") : token.end()])

    def _words(self) -> WordSearch:
        changes = self._changes
        if changes != self._searched_changes:
            real = [] if self.all_synthetic else [text for text in list(self._real) if text not in self._harmless]
            self._encoded = {form: text for text in real for form in (_url_encoded(text), _json_escaped(text))}
            self._variable_values = self._variables()
            self._variable_of = {value: name for name, value in self._variable_values.items()}
            sought = [*list(self._secrets), *real, *self._encoded]
            self._search = self._search_in_own = WordSearch(sought)
            if mixed := list(self._identifiers_with_plain_secret()):
                self._search_in_own = WordSearch([*sought, *mixed])
            self._searched_changes = changes
        return self._search

    def _redacted_own_word(self, word: str) -> str:
        if self._is_ours(word):
            return word
        return self._replacement(word) if word in self._words() else self._redacted(word)

    def _is_ours(self, word: str) -> bool:
        """Whether a secret is a part of our own words, or an identifier is one of them: then it is not sought there."""
        if word in self._secrets:
            return is_ours(word) or any(word in text for text in self._own)
        return is_word_of_ours(word)

    def _identifiers_with_plain_secret(self) -> Iterator[str]:
        """Yield identifiers that may be written, but for the secret in them, which our own words have too."""
        plain = [secret for secret in self._secrets if self._is_ours(secret)]
        for text in list(self._harmless) if plain else ():
            if any(secret in text for secret in plain) and not is_ours(text):
                yield text

    def _replacement(self, word: str) -> str:
        if word in self._secrets:
            return self._secrets[word]
        return self.identifier(self._encoded.get(word, word))
