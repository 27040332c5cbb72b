"""A generated request, with the promises for its answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pacsimile_contract.checkers.promises import AS_DESCRIBED, NEVER_FAILS
from pacsimile_contract.client.requests import build
from pacsimile_contract.evidence.exchange import Exchange, Headers, Request
from pacsimile_contract.target.model import Client, Target

Pairs = tuple[tuple[str, str], ...]
"""Parameters in their order, decoded."""

PLAIN = frozenset(map(chr, range(32, 127)))
"""Characters that pass every gateway once they are percent-encoded; others are hostile input."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A request to be sent: an operation, its query as sent, and the names of its promises.

    `values` is what the promises need to know, including `why`. `derived` holds (text, source): a text made from an
    identifier is as secret as that. `second` is another judge of the answer: it returns the violation, or None.
    """

    operation: str
    query: str
    promises: tuple[str, ...]
    values: Mapping[str, object]
    headers: Headers = ()
    body: bytes | None = None
    hostile: bool = False
    derived: tuple[tuple[str, str], ...] = ()
    second: Callable[[Exchange], str | None] | None = field(default=None, compare=False, repr=False)

    def request(self, target: Target, client: Client | None, authorization: str | None) -> Request:
        """Return the request as sent, with `authorization` unless the trial has its own."""
        own = {name.lower() for name, _ in self.headers}
        headers = self.headers
        if authorization is not None and "authorization" not in own:
            headers = (("Authorization", authorization), *headers)
        built = build(target, self.operation, {}, query=self.query, headers=headers, body=self.body, client=client)
        # a gateway may refuse it in its own words, which are not judged as the operation's answer
        return replace(built, hostile=True, operation=None) if self.hostile else built

    def all_promises(self) -> tuple[str, ...]:
        """Return the names of all promises, the most important first."""
        return (NEVER_FAILS, *self.promises, *(() if self.hostile else (AS_DESCRIBED,)))


def is_hostile(*texts: str) -> bool:
    """Tell whether any of the texts has other characters than printable ASCII, or is longer than identifiers are."""
    return any(len(text) > 1000 or not set(text) <= PLAIN for text in texts)
