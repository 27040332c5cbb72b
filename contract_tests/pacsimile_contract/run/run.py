"""What the scenarios of one run share: the transport, the history, tokens, states, and answers asked for once."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from pacsimile_contract import facts
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.client.requests import build
from pacsimile_contract.client.tokens import Tokens
from pacsimile_contract.client.transport import Transport
from pacsimile_contract.client.wire import Wire
from pacsimile_contract.documents.headers import report_headers
from pacsimile_contract.errors import NotExercised, UsageError
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.bounds import MOST_IDENTIFIERS
from pacsimile_contract.evidence.exchange import BUSY, Exchange, Request
from pacsimile_contract.evidence.history import History
from pacsimile_contract.provider.discovery import Discovery
from pacsimile_contract.provider.states import StateSource, StateUrl
from pacsimile_contract.redaction.allowed_words import is_known
from pacsimile_contract.redaction.echoed_secrets import SHORTEST_SECRET
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.run.options import Options
from pacsimile_contract.target.model import Client, Target
from pacsimile_contract.target.operations import absence_reason
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

MOST_RETRIES = 4
"""How often a call is repeated that was answered 429 or 503."""


@dataclass
class Run:
    """One run against one target. Close it at the end."""

    target: Target
    options: Options = field(default_factory=Options)
    history: History = field(default_factory=History)
    wire: Wire | None = None
    pace: Pace | None = None

    def __post_init__(self) -> None:
        self._check_clear_text()
        self.id = secrets.token_hex(4)
        self.redactor = Redactor(
            all_synthetic=self.target.world_of_its_own, own=self._own_texts(), share=self.options.share_identifiers
        )
        self.redactor.credentials.token_url = f"{self.target.oauth2_endpoint}/token"
        self.redactor.credentials.states_url = self.target.states.url or ""
        for client in self.target.clients.values():
            self.redactor.add_client(client)
        for _, value in self.target.headers:
            self.redactor.add_secret(value)
        self.redactor.add_secret(self.target.states.token, "$STATES_TOKEN")
        self.transport = Transport(
            self.target,
            self.history,
            self.id,
            self.options.allow_acknowledge,
            self.options.report,
            self.wire,
            self.pace,
        )
        self.history.listeners.append(self._learn)
        self.tokens = Tokens(self.target, self.transport, self.redactor)
        url = self.target.states.url
        self.state_url = StateUrl(url, self.transport, self.redactor) if url else None
        self.states = StateSource(self.target, self.state_url, Discovery(self.target, self._ask))
        self.answers: dict[object, Exchange] = {}
        self.first_token: Exchange | None = None
        self.keys: Exchange | None = None
        """What `jwks_url` answered before the checks."""
        self.named: set[str] = set()
        """Identifiers that were asked for, or that answers and states named."""
        self.supplied = {text for _, text in facts.identifiers(list(self.target.states.fixtures.values()))}
        """Those that the operator's fixtures and state URL named: in an answer they are no mark of its own."""
        self._interned: dict[tuple[str, str], tuple[str, str]] = {}
        self._vouched: list[tuple[Exchange, list[tuple[str, str]]]] = []
        """The answers that bore the synthetic mark, each with all that it named."""
        self._first_vouched: dict[str, int] = {}
        """By identifier, the place in that list of the first answer that named it: one entry, however many name it."""
        self.known_before = set(self.supplied)
        """Those that were asked for, or supplied: from then on they are no mark of an answer's own."""

    def _own_texts(self) -> list[str]:
        target, report = self.target, self.options.report
        known = (target.base_url, target.oauth2_endpoint, target.states.url, target.jwks_url, report and str(report))
        return [text for text in known if text]

    def _check_clear_text(self) -> None:
        target, states = self.target, self.target.states
        urls = [target.base_url, target.oauth2_endpoint, *([states.url] if states.url and states.token else [])]
        clear = [url for url in urls if url.startswith("http://") and not target.is_local(url)]
        if clear and not self.target.plain_http_allowed:
            raise UsageError(
                f"{clear[0]}: no secret is sent over plain HTTP off this machine; use https, or say in the target file "
                'plain_http: {allowed: true, reason: "..."}'
            )

    def _learn(self, exchange: Exchange) -> None:
        pairs, asked = self._named_by(exchange), list(facts.identifiers(dict(exchange.given)))
        self.known_before.update(text for _, text in asked)
        exchange.known_before = (frozenset(text for _, text in pairs if text in self.known_before), self.supplied)
        exchange.is_synthetic = False  # for good, where the run's end stops the reading of a large report
        marked = exchange.is_synthetic = facts.is_synthetic(exchange)
        pairs += asked
        named = report_headers(exchange)
        pairs += [(kind, text) for kind, text in (("order", named.order_id), ("report", named.report_id)) if text]
        if exchange.operation in TOKEN_OPERATIONS:
            pairs += [("scope", scope) for scope in facts.token(exchange).scopes or () if not is_known(scope)]
        if marked and not self.redactor.all_synthetic:
            for _, text in pairs:
                self._first_vouched.setdefault(text, len(self._vouched))
            self._vouched.append((exchange, pairs))
        self.redactor.add_identifiers(pairs, harmless=marked)
        self.named.update(text for _, text in pairs)
        self.history.identifiers = len(self.named)

    def _named_by(self, exchange: Exchange) -> list[tuple[str, str]]:
        """Return each identifier that an answer names, once, as (kind, text): one object for all answers that name it.

        An answer that names too many loses its body.
        """
        pairs = {self._interned.get(pair, pair): None for pair in facts.identifiers(exchange.json)}
        if len(pairs) > MOST_IDENTIFIERS:
            exchange.pass_bound(f"more than {MOST_IDENTIFIERS:,} identifiers")
            return []
        self._interned.update((pair, pair) for pair in pairs)
        return list(pairs)

    def supply(self, texts: Iterable[str]) -> None:
        """Know identifiers that the operator's state URL or fixtures named: an answer that named one before echoed it.

        What such an answer said beside them was taken for synthetic by that mark alone, and is so no more.
        """
        new = set(texts) - self.supplied
        self.supplied |= new
        self.known_before |= new
        places = [self._first_vouched[text] for text in new if text in self._first_vouched]
        for exchange, pairs in self._vouched[min(places) :] if places else ():
            if not new.isdisjoint(text for _, text in pairs):
                exchange.is_synthetic = False
                exchange.is_synthetic = facts.is_synthetic(exchange)
                if not exchange.is_synthetic:
                    self.redactor.withdraw(pairs)

    def _ask(self, operation: str, client: Client, parameters: dict[str, object]) -> Exchange:
        if operation in self.target.absent:
            raise NotExercised(absence_reason(self.target, operation))
        token = self.tokens.get(client, None, self.ask)
        authorization = (("Authorization", f"Bearer {token}"),)
        return self.ask(build(self.target, operation, parameters, headers=authorization, client=client))

    def ask(self, request: Request, *, fresh: bool = False, again: bool = False) -> Exchange:
        """Send a request as it is; after 429 and 503 again, once the time is over that `Retry-After` says.

        Not so an acknowledgement that was answered 503: it may be done, and repeated it would find nothing. A run in a
        hurry takes such an answer where it would have to wait too long.
        """
        pace = self.transport.pace
        exchange = self.send(request, fresh=fresh, again=again)
        for _ in range(MOST_RETRIES):
            if exchange.status not in BUSY or exchange.indeterminate:
                break
            seconds = max(facts.retry_after(exchange) or 1.0, 0.1)
            if not pace.is_soon(seconds, token=request.operation in TOKEN_OPERATIONS):
                break
            pace.wait_within_budget(seconds)
            exchange = self.send(request, fresh=fresh, again=again)
        return exchange

    def send(self, request: Request, *, fresh: bool = False, again: bool = False) -> Exchange:
        """Send a request once. What HTTP Basic has in it is not written, even where an answer repeats it."""
        for sent in authorization.sent_by(request):
            if sent.basic is not None and sent.basic.exact and len(sent.basic.secret) >= SHORTEST_SECRET:
                self.redactor.add_secret(sent.credentials, "$CREDENTIALS")
        return self.transport.send(request, fresh=fresh, again=again)

    def close(self) -> None:
        """Close the connections."""
        self.transport.close()
