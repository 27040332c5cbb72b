"""The calls that tell a mistake from a fault, and the comparison of two answers."""

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
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS
from pacsimile_spec.scopes import REPORTS_ACK, REPORTS_READ, STATUS_READ

API_SCOPES = frozenset({STATUS_READ, REPORTS_READ, REPORTS_ACK})


def refusal_signature(exchange: Exchange) -> tuple[object, ...]:
    """Return what makes two refusals the same: (status, media type, problem type, token error)."""
    problem = facts.problem(exchange)
    return exchange.status, exchange.media_type, problem.type, facts.token_error(exchange)


def answer_summary(exchange: Exchange) -> str:
    """Describe an answer by its status and reason: `403 organization-not-allowed`."""
    if exchange.answer is None:
        return f"no answer ({exchange.failure})"
    reason = facts.problem(exchange).reason or facts.token_error(exchange)
    kind = "an HTML page " if exchange.media_type == "text/html" else ""
    return f"{kind}{exchange.status}{f' {from_wire(reason)}' if reason else ''}"


@dataclass
class Inquiry:
    """Calls the service as the clients of the target file. Tokens and calls with the same parameters are asked once."""

    run: Run
    _token_answers: dict[str, list[Exchange]] = field(default_factory=dict)
    _asked: dict[tuple[str, str, tuple[tuple[str, str], ...]], Exchange] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        """The target that may be described wrongly."""
        return self.run.target

    def remember_tokens(self, client: Client, answers: list[Exchange]) -> None:
        """Remember what the token endpoint answered to a client before."""
        self._token_answers[client.client_id] = answers

    def token_answers(self, client: Client) -> list[Exchange]:
        """Return the token endpoint's answers to a client: by GET, then by POST where that issued no token."""
        if client.client_id not in self._token_answers:
            answers = self.ask_tokens(client)
            if facts.gives_token(answers[-1]) and answers[-1].succeeded:
                self.run.tokens.store(answers[-1], client, None)
            self._token_answers[client.client_id] = answers
        return self._token_answers[client.client_id]

    def ask_tokens(
        self, client: Client, scope: str | None = None, secret: str | None = None, *, as_far_as_soon: bool = False
    ) -> list[Exchange]:
        """Ask for a token by GET, then by POST where that issued none. Return the answers in this order.

        `as_far_as_soon` leaves the second out where it would come too late.
        """
        answers: list[Exchange] = []
        for operation in TOKEN_OPERATIONS:
            if answers and as_far_as_soon and not self.run.transport.pace.is_soon(token=True):
                break
            answers.append(self.run.ask(token_request(self.target, client, operation, scope, secret)))
            if answers[-1].succeeded and facts.gives_token(answers[-1]):
                self.run.redactor.add_secret(facts.token(answers[-1]).access_token, "$TOKEN")
                break
        return answers

    def issuing_answer(self, client: Client) -> Exchange | None:
        """Return the answer that issued a client's token; None where none did."""
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

    def get_path(self, path: str) -> Exchange:
        """Get a path below the base URL with the primary client's token."""
        primary = self.target.primary
        return self.run.ask(
            build(self.target, None, {}, method="GET", path=path, headers=self._authorization(primary), client=primary)
        )

    def get_without_credentials(self, url: str) -> Exchange:
        """Get an address without credentials."""
        return self.run.ask(Request("GET", url))

    def invented_name(self, text: str) -> str:
        """Return an invented name of the same shape. It is registered as harmless, so that reports may show it."""
        draw = random.Random(f"{self.run.options.seed}/mistakes")  # noqa: S311 (repeatable, not secret)
        made = lookalike(text, draw)
        self.run.transport.safety.invent(made)
        self.run.redactor.add_identifiers([("invented", made)], harmless=True)
        return made

    def _authorization(self, client: Client) -> tuple[tuple[str, str], ...]:
        if self.issuing_answer(client) is None:
            raise Blocked("AUTH-1")
        return (("Authorization", f"Bearer {self.run.tokens.get(client, None, self.run.ask)}"),)
