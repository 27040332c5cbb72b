"""What is written of an answer that bears no synthetic mark of its own: what the closed list has, and digests.

Whatever else it says becomes its length and a salted hash, `<text of 34 characters, 1a2b3c4d5e6f>`: alike where the
texts are, so that answers can still be compared.
"""

import json
import re
from collections.abc import Callable
from typing import Any, Protocol

from pacsimile_contract.facts.gateways import GATEWAY_HEADERS
from pacsimile_contract.facts.identifier_members import IDENTIFIER_MEMBERS
from pacsimile_contract.redaction.allowed_words import header_names, is_known, is_time, members
from pacsimile_spec.problems import PROBLEMS

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"?|[^\s,;="]+')
_LISTED = re.compile(r'"((?:[^"\\]|\\.)*)"?')
_BETWEEN = re.compile(r"[\[\]{}:,\s…]*")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=@-]{1,128}")
_DIGEST = re.compile(r"\s*(sha-256=:[A-Za-z0-9+/]{43}=:|sha-512=:[A-Za-z0-9+/]{86}==:)\s*")
_ELIDED = re.compile(r"<\w+ of \d+ characters, [0-9a-f]{12}>")
_LENGTHS, _DIGESTS = ("age", "content-length", "retry-after"), ("content-digest", "repr-digest")
_NAMED = {"x-order-id": "order", "x-report-id": "report"}
_SECONDS = frozenset({"exp", "expires_in", "iat", "nbf"})
_FACTS = frozenset(IDENTIFIER_MEMBERS) | frozenset(
    {
        "status", "progress", "report_types", "created_at", "updated_at", "completed_at", "count", "report_status",
        "token_type", "expires_in", "scope", "error", "type", "title", "errors", "parameter", "reason", "reports",
        "orders",
    }
)  # fmt: skip
"""Members that are kept of a body that is not."""

MOST_DIGITS = 6
"""Of a number that is written: a longer one may be a patient's."""


class Redacting(Protocol):
    """What of the redactor is needed here."""

    def redact_wire_text(self, text: str) -> str:
        """Return a text with secrets and real identifiers replaced."""

    def identifier(self, text: str, kind: str = "id") -> str:
        """Return an identifier as it may be written."""

    def digest(self, text: str | bytes) -> str:
        """Return a salted hash."""

    def knows(self, text: str) -> bool:
        """Whether a text, whole, is an identifier, a secret or an address that the run knows."""


class Unmarked:
    """Writes what unmarked answers say."""

    def __init__(self, redactor: Redacting) -> None:
        self._redactor = redactor

    def elided(self, text: str, kind: str = "text") -> str:
        """Return what stands in the place of a text that is not written."""
        return f"<{kind} of {len(text)} characters, {self._redactor.digest(text)}>"

    def word(self, text: str, kind: str = "text") -> str:
        """Return a text that is a word of the closed list, or names what the run knows; else what stands for it."""
        if is_known(text) or self._redactor.knows(text) or _ELIDED.fullmatch(text):
            return self._redactor.redact_wire_text(text)
        return self.elided(text, kind)

    def text(self, text: str) -> str:
        """Return a piece of a finding's words: a word, several with commas, a place in a document, or JSON."""
        if is_known(text) or self._redactor.knows(text):
            return self._redactor.redact_wire_text(text)
        if text[:1] in ("[", "{", '"'):
            return self._document(text)
        parts = text.split("/")
        if len(parts) > 1 and parts[0] in members() and any(part.isdigit() or part in members() for part in parts[1:]):
            return "/".join(part if part in members() else self.word(part, "name") for part in parts)
        for separator in (", ", " "):
            parts = text.split(separator)
            if separator == ", " or all(map(is_known, parts)):
                return self.problem_type(text) if len(parts) == 1 else separator.join(map(self.word, parts))
        return self.word(text)

    def problem_type(self, text: str) -> str:
        """Return a problem's type: of a known reason at least the reason."""
        reason = re.split(r"[/:#]", text)[-1]
        if is_known(text) or reason == text or reason not in PROBLEMS:
            return self.word(text)
        return f"{self.elided(text[: -len(reason) - 1])}:{reason}"

    def _document(self, text: str) -> str:
        try:
            return json.dumps(self.value(json.loads(text)), ensure_ascii=False)
        except (ValueError, RecursionError):
            if _BETWEEN.fullmatch(_LISTED.sub("", text)):
                return _LISTED.sub(self._quoted, text)
        return self.elided(text)

    def _quoted(self, match: re.Match[str]) -> str:
        return f'"{self.word(match[1])}"' if match[1] is not None else self.word(match[0])

    def value(self, value: Any, name: str = "") -> Any:
        """Return a JSON value in its own shape: what is not written of it, names too, is elided."""
        if isinstance(value, dict):
            return {self._name(key): self.value(member, key) for key, member in value.items()}
        return self._leaf(value, name, self.value)

    def facts(self, value: Any, name: str = "") -> Any:
        """Return of a JSON value the members that name no patient: states, times, identifiers as hashes."""
        if isinstance(value, dict):
            return {key: self.facts(member, key) for key, member in value.items() if key in _FACTS}
        return self._leaf(value, name, self.facts)

    def _leaf(self, value: Any, name: str, again: Callable[[Any, str], Any]) -> Any:
        if isinstance(value, list):
            return [again(member, name) for member in value]
        if isinstance(value, str):
            return self._member(value, name)
        if value is None or isinstance(value, bool):
            return value
        most = 11 if name in _SECONDS else MOST_DIGITS
        return value if sum(map(str.isdigit, json.dumps(value))) <= most else self.elided(json.dumps(value), "number")

    def _member(self, text: str, name: str) -> str:
        if name in IDENTIFIER_MEMBERS:
            return self._redactor.identifier(text, IDENTIFIER_MEMBERS[name])
        if name == "type":
            return self.problem_type(text)
        if name == "scope":
            return " ".join(map(self.word, text.split(" "))) if text else text
        return self.word(text, name if name in members() else "text") if text else text

    def _name(self, name: str) -> str:
        return name if name in members() else self.elided(name, "name")

    def header(self, name: str, value: str) -> tuple[str, str]:
        """Return a header's name and value as they may be written."""
        lower = name.lower()
        if lower not in header_names():
            gateway = GATEWAY_HEADERS.search(lower)
            kept = gateway.group() if gateway else ""
            return kept + self.elided(name, "name"), self.elided(value)
        return name, self._value_of(lower, value)

    def _value_of(self, name: str, value: str) -> str:
        if name in _NAMED:
            return self._redactor.identifier(value, _NAMED[name])
        whole = (
            is_time(value)
            or (name == "x-request-id" and _REQUEST_ID.fullmatch(value))
            or (name in _LENGTHS and re.fullmatch(r"\s*\d{1,10}\s*", value))
            or (name in _DIGESTS and all(map(_DIGEST.fullmatch, value.split(","))))
        )
        return self._redactor.redact_wire_text(value) if whole else _QUOTED.sub(self._quoted, value)
