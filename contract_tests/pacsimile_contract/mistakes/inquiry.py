"""The calls by which a mistake is told from a fault, and how two answers are compared."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.client.requests import build
from pacsimile_contract.client.tokens import token_request
from pacsimile_contract.errors import Blocked
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.provenance import from_wire
from pacsimile_contract.provider.lookalikes import lookalike
from pacsimile_contract.run.run import Run
from pacsimile_contract.target.model import Client, Target
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ, STATUS_READ

API_SCOPES = frozenset({STATUS_READ, REPORTS_READ, REPORTS_ACK})


def look(exchange: Exchange) -> tuple[object, ...]:
    """Return what two refusals must have in common to mean the same: status, media type, reason, token error."""
    problem = facts.problem(exchange)
    return exchange.status, exchange.media_type, problem.type, facts.token_error(exchange)


def described(exchange: Exchange) -> str:
    """Describe an answer in a few words of its own, without whatever else it says: `403 organization-not-allowed`."""
    if exchange.answer is None:
        return f"no answer ({exchange.failure})"
    reason = facts.problem(exchange).reason or facts.token_error(exchange)
    kind = "an HTML page " if exchange.media_type == "text/html" else ""
    return f"{kind}{exchange.status}{f' {from_wire(reason)}' if reason else ''}"


@dataclass
class Inquiry:
    """Asks on behalf of the clients of the target file; their tokens and listings are asked for once."""

    run: Run
    _given: dict[str, list[Exchange]] = field(default_factory=dict)
    _asked: dict[tuple[str, str, tuple[tuple[str, str], ...]], Exchange] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        """The target that may be described wrongly."""
        return self.run.target

    def note_tokens(self, client: Client, answers: list[Exchange]) -> None:
        """Take what the token endpoint answered to a client before."""
        self._given[client.client_id] = answers

    def token_answers(self, client: Client) -> list[Exchange]:
        """Return what the token endpoint answers to a client: by GET, and by POST where that gives no token."""
        if client.client_id not in self._given:
            found = self.ask_tokens(client)
            if facts.gives_token(found[-1]) and found[-1].succeeded:
                self.run.tokens.store(found[-1], client, None)
            self._given[client.client_id] = found
        return self._given[client.client_id]

    def ask_tokens(self, client: Client, scope: str | None = None, secret: str | None = None) -> list[Exchange]:
        """Ask for a token by GET, and by POST where that gives none."""
        found: list[Exchange] = []
        for operation in ("getToken", "postToken"):
            found.append(self.run.ask(token_request(self.target, client, operation, scope, secret)))
            if found[-1].succeeded and facts.gives_token(found[-1]):
                self.run.redactor.add_secret(facts.token(found[-1]).access_token, "$TOKEN")
                break
        return found

    def given(self, client: Client) -> Exchange | None:
        """Return the answer that gave a client its token; None where none did."""
        last = self.token_answers(client)[-1]
        return last if last.succeeded and facts.gives_token(last) else None

    def call(self, operation: str, client: Client, parameters: Mapping[str, Any] | None = None) -> Exchange:
        """Call an operation as a client, once for the same parameters; Blocked where it has no token."""
        asked = {name: str(value) for name, value in (parameters or {}).items()}
        key = (operation, client.client_id, tuple(sorted(asked.items())))
        if key not in self._asked:
            request = build(self.target, operation, asked, headers=self._authorization(client), client=client)
            self._asked[key] = self.run.ask(request)
        return self._asked[key]

    def path(self, path: str) -> Exchange:
        """Ask for a path below the base URL with the primary client's token."""
        primary = self.target.primary
        return self.run.ask(
            build(self.target, None, {}, method="GET", path=path, headers=self._authorization(primary), client=primary)
        )

    def plainly(self, url: str) -> Exchange:
        """Ask for an address without credentials."""
        return self.run.ask(Request("GET", url))

    def nobodys(self, text: str) -> str:
        """Return a name like this one that nobody has; it may be written anywhere."""
        draw = random.Random(f"{self.run.options.seed}/mistakes")  # noqa: S311 (repeatable, not secret)
        made = lookalike(text, draw)
        self.run.transport.safety.invent(made)
        self.run.redactor.add_identifiers([("invented", made)], harmless=True)
        return made

    def _authorization(self, client: Client) -> tuple[tuple[str, str], ...]:
        if self.given(client) is None:
            raise Blocked("AUTH-1")
        return (("Authorization", f"Bearer {self.run.tokens.get(client, None, self.run.ask)}"),)
