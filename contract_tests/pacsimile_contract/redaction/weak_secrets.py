"""A secret that does not hide: short, or a word. What is replaced by `$SECRET` among other words can be guessed."""

import re
from collections.abc import Iterator

from pacsimile_contract.redaction.own_words import is_ours
from pacsimile_contract.redaction.word_search import SHORTEST
from pacsimile_contract.target.model import Target

SHORT = 8
"""Characters below which a secret is short."""

_LONGEST_WORD = 16
_WORD = re.compile(r"[a-z]+|[A-Z][a-z]*|[A-Z]+")
"""Letters as words have them; what is drawn at random has other signs, or capitals within."""

_COMMON = frozenset(
    {
        "0000000000", "00000000", "11111111", "12345678", "123456789", "1234567890", "abcd1234", "admin123",
        "changeme123", "iloveyou1", "letmein1", "p@ssw0rd", "passw0rd", "password1", "password123", "qwerty123",
        "secret123", "test1234", "welcome1",
    }
)  # fmt: skip
"""What people take for secrets, with signs that no word has."""


def remarks(target: Target) -> list[str]:
    """Return a line for each client of the target file whose secret is weak; its secret is not in it.

    Whatever a world of a mock has is synthetic, and no secret of anybody.
    """
    return [] if target.world_of_its_own else list(_remarks(target))


def _remarks(target: Target) -> Iterator[str]:
    for client in target.clients.values():
        why = None if client.owned else weakness(client.client_secret)
        if why:
            yield (
                f"the secret of the client {client.name} {why}: give the client a long random one; reports replace it "
                "by $SECRET in what the service says, and a reader may guess it from what stands around"
            )


def weakness(secret: str) -> str | None:
    """Return what is the matter with a secret, in words to follow `the secret`; None where nothing is."""
    if len(secret) < SHORTEST:
        return f"has fewer than {SHORTEST} characters, too few to be replaced at all"
    if len(secret) < SHORT:
        return f"has fewer than {SHORT} characters"
    ordinary = len(secret) <= _LONGEST_WORD and _WORD.fullmatch(secret) is not None
    return "is an ordinary word" if ordinary or secret.lower() in _COMMON or is_ours(secret) else None
