"""Redactors decide what journal and audit log show of a call: all but secrets, or only what is surely synthetic."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Protocol

from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.journal.excerpt import excerpt
from pacsimile_mock.journal.hashing import hashed, may_be_shown, redacted, redacted_sentence
from pacsimile_mock.journal.secrets import Secrets
from pacsimile_mock.journal.sent_parameters import by_name, sent_parameters
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS

LONGEST_SENTENCE = 1_000
LONGEST_NAME = 100
PLAIN_VALUE = re.compile("[0-9A-Za-z.-]{0,64}").fullmatch
"""Matches a short value whose characters all occur in identifiers, so that it can be no token. It may be a secret."""


class Redactor(Protocol):
    """Decides how a call is shown in the journal and in the audit log. `salt` keys the hashes of one world."""

    secrets: Secrets

    def parameters(self, call: Call, answer: Answer, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return the parameters to show; `values` are those that the pipeline read before it served or refused."""

    def queried(self, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return the values of a query to the journal as entries show them."""

    def path(self, call: Call, salt: bytes) -> str:
        """Return the path to show."""

    def of_refused_call(self, value: str, call: Call, salt: bytes) -> str:
        """Return a value that a refused call has: it may be anything."""

    def identifier(self, value: str, call: Call, salt: bytes) -> str:
        """Return an identifier that an answer has, or a call that was served."""

    def client_id(self, client_id: str, call: Call, salt: bytes) -> str:
        """Return a client id that was claimed and not authenticated."""

    def refusal(self, detail: str, call: Call, salt: bytes) -> str:
        """Return the detail of a refusal."""


class SecretRedactor:
    """Hides secrets and tokens wherever they are, and shows all else: the mock's own data is synthetic."""

    def __init__(self, secrets: Secrets | None = None) -> None:
        self.secrets = secrets or Secrets()

    def parameters(self, call: Call, answer: Answer, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return all parameters that were sent. Plain values of a call that was served need no masking."""
        del salt
        if (
            answer.status < 400
            and call.operation not in CREDENTIAL_OPERATIONS
            and all(map(PLAIN_VALUE, values.values()))
        ):
            return values
        mask, pairs = self.secrets.mask_of(call), sent_parameters(call)
        shown = ((name, mask.value(name, value)) for name, value in pairs)
        return by_name((excerpt(mask.text(name), LONGEST_NAME), excerpt(value)) for name, value in shown)

    def queried(self, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return them as `parameters` shows them."""
        del salt
        mask = self.secrets.known_mask()
        return {name: excerpt(mask.value(name, value)) for name, value in values.items()}

    def path(self, call: Call, salt: bytes) -> str:
        """Return the path with secrets hidden."""
        del salt
        if call.operation and (call.respelled is None or not call.respelled.path_pieces):
            return call.path
        mask = self.secrets.mask_of(call)
        return excerpt(call.path_with(mask.text) if call.operation else mask.text(call.path))

    def of_refused_call(self, value: str, call: Call, salt: bytes) -> str:
        """Return the value with secrets hidden."""
        del salt
        return excerpt(self.secrets.mask_of(call).text(value))

    def identifier(self, value: str, call: Call, salt: bytes) -> str:
        """Return the value with secrets hidden. A plain value that was served needs no masking."""
        return value if PLAIN_VALUE(value) else self.of_refused_call(value, call, salt)

    def client_id(self, client_id: str, call: Call, salt: bytes) -> str:
        """Return the id with secrets hidden."""
        del salt
        return excerpt(self.secrets.mask_of(call).text(client_id))

    def refusal(self, detail: str, call: Call, salt: bytes) -> str:
        """Return the detail with secrets hidden."""
        del salt
        return excerpt(self.secrets.mask_of(call).sentence(detail), LONGEST_SENTENCE)


class HashingRedactor:
    """Shows what is surely synthetic, and salted hashes of all else: for clients that send real data."""

    def __init__(self, secrets: Secrets | None = None) -> None:
        self.secrets = secrets or Secrets()

    def parameters(self, call: Call, answer: Answer, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return the parameters that were well-formed."""
        del call, answer
        return redacted(values, salt)

    def queried(self, values: Mapping[str, str], salt: bytes) -> Mapping[str, str]:
        """Return them hashed where entries have them hashed."""
        return redacted(values, salt)

    def path(self, call: Call, salt: bytes) -> str:
        """Return an operation's path, or the hash of any other."""
        if not call.operation:
            return hashed(call.path, salt)
        return call.path_with(lambda value: value if may_be_shown("", value) else hashed(value, salt))

    def of_refused_call(self, value: str, call: Call, salt: bytes) -> str:
        """Return a value that is surely synthetic, or the hash of any other."""
        return self.identifier(value, call, salt)

    def identifier(self, value: str, call: Call, salt: bytes) -> str:
        """Return a value that is surely synthetic, or the hash of any other."""
        del call
        return value if may_be_shown("", value) else hashed(value, salt)

    def client_id(self, client_id: str, call: Call, salt: bytes) -> str:
        """Return the hash of the id."""
        del call
        return hashed(client_id, salt)

    def refusal(self, detail: str, call: Call, salt: bytes) -> str:
        """Return the detail with its quotations hashed."""
        del call
        return redacted_sentence(detail, salt)
