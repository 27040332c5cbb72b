"""What may be shown of calls: all but secrets and tokens; or, for whoever sends real data, what is surely synthetic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.legible import legible
from pacsimile_mock.journal.redaction import hashed, redacted, sentence
from pacsimile_mock.journal.secrets import Secrets
from pacsimile_mock.journal.sent import by_name, sent
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS

LONGEST_SENTENCE = 1_000
LONGEST_NAME = 100
PLAIN = re.compile("[0-9A-Za-z.-]{0,64}").fullmatch
"""Matches a value that is short and has nothing in it that a token has and an identifier has not."""


class Discretion(Protocol):
    """Decides how a call stands in the journal and in the audit log."""

    secrets: Secrets

    def parameters(self, call: Call, answer: Answer, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return the parameters; `values` are those that were read before the call was served or refused."""

    def asked_about(self, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return values that somebody asks about as they stand in entries."""

    def path(self, call: Call, salt: bytes) -> str:
        """Return the path."""

    def claimed(self, client_id: str, call: Call, salt: bytes) -> str:
        """Return the client that a call claims to be of."""

    def got(self, refusal: str, call: Call, salt: bytes) -> str:
        """Return what a refusal says."""


class Open:
    """Shows what came: all data of a mock is synthetic. Secrets and tokens are hidden wherever they stand."""

    def __init__(self, secrets: Secrets | None = None) -> None:
        self.secrets = secrets or Secrets()

    def parameters(self, call: Call, answer: Answer, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return those that were sent, in a refused call too; those of a call that was served are names that exist."""
        del salt
        if answer.status < 400 and call.operation not in CREDENTIAL_OPERATIONS and all(map(PLAIN, values.values())):
            return values
        hiding, pairs = self.secrets.of(call), sent(call)
        shown = ((name, hiding.value(name, value)) for name, value in pairs)
        return by_name((legible(hiding.text(name), LONGEST_NAME), legible(value)) for name, value in shown)

    def asked_about(self, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return them as `parameters` shows them."""
        del salt
        hiding = self.secrets.anybodys()
        return {name: legible(hiding.value(name, value)) for name, value in values.items()}

    def path(self, call: Call, salt: bytes) -> str:
        """Return it as it came."""
        del salt
        return call.path if call.operation else legible(self.secrets.of(call).text(call.path))

    def claimed(self, client_id: str, call: Call, salt: bytes) -> str:
        """Return it as it came."""
        del salt
        return legible(self.secrets.of(call).text(client_id))

    def got(self, refusal: str, call: Call, salt: bytes) -> str:
        """Return it with what it quotes."""
        del salt
        return legible(self.secrets.of(call).text(refusal), LONGEST_SENTENCE)


class Redacting:
    """Shows what is surely synthetic, and all else as salted hashes: for whoever sends real data."""

    def __init__(self, secrets: Secrets | None = None) -> None:
        self.secrets = secrets or Secrets()

    def parameters(self, call: Call, answer: Answer, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return those that were well-formed."""
        del call, answer
        return redacted(values, salt)

    def asked_about(self, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return them hashed where they are in entries."""
        return redacted(values, salt)

    def path(self, call: Call, salt: bytes) -> str:
        """Return an operation's path; a stranger's is hashed."""
        return call.path if call.operation else hashed(call.path, salt)

    def claimed(self, client_id: str, call: Call, salt: bytes) -> str:
        """Return its hash."""
        del call
        return hashed(client_id, salt)

    def got(self, refusal: str, call: Call, salt: bytes) -> str:
        """Return it with hashes of what it quotes."""
        del call
        return sentence(refusal, salt)
