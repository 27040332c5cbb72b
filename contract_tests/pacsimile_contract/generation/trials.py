"""One request that was drawn, with what is promised of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from pacsimile_contract.checkers.promises import DIFFERS, FAILS
from pacsimile_contract.client.requests import build
from pacsimile_contract.evidence.exchange import Exchange, Headers, Request
from pacsimile_contract.target.model import Client, Target

Pairs = tuple[tuple[str, str], ...]
"""Parameters in their order, decoded."""

PLAIN = frozenset(map(chr, range(32, 127)))
"""Characters that pass every gateway once they are percent-encoded; others are hostile input."""


@dataclass(frozen=True, slots=True)
class Trial:
    """A request to be: an operation, its query as it is sent, and the names of what is promised, `promises`.

    `values` are what the promises need to know, `why` among them. `derived` holds (text, of): what was made from an
    identifier, as secret as that. `second` is another judge's opinion: what it finds violated, or None.
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
        """Return it as it leaves, with `authorization` unless it brings its own."""
        own = {name.lower() for name, _ in self.headers}
        headers = self.headers
        if authorization is not None and "authorization" not in own:
            headers = (("Authorization", authorization), *headers)
        built = build(target, self.operation, {}, query=self.query, headers=headers, body=self.body, client=client)
        # what a gateway may refuse in its own words is judged as no answer of the operation
        return replace(built, hostile=True, operation=None) if self.hostile else built

    def all_promises(self) -> tuple[str, ...]:
        """Return what is promised, the most telling first."""
        return (FAILS, *self.promises, *(() if self.hostile else (DIFFERS,)))


def is_hostile(*texts: str) -> bool:
    """Whether any of the texts holds what a firewall may take for an attack, or is longer than identifiers are."""
    return any(len(one) > 1000 or not set(one) <= PLAIN for one in texts)
