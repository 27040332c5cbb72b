"""What a scenario may do: ask for tokens and states, call operations, and note what it knows."""

import json
import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.documents.marks import is_marked
from pacsimile_contract.errors import Blocked, CannotTell, NotApplicable, NotExercised
from pacsimile_contract.exchange import Cut, Exchange, Headers, Request
from pacsimile_contract.history import Story
from pacsimile_contract.instants import Instant, instant
from pacsimile_contract.journal import read_journal
from pacsimile_contract.lookalikes import lookalike
from pacsimile_contract.requests import TOKEN_OPERATIONS, build, query_of
from pacsimile_contract.run import Run
from pacsimile_contract.states import WITHOUT_HOME, Given
from pacsimile_contract.target import Client, Target

NO_TOKEN = ""
"""As `token` of a call: send no Authorization."""

DRAWS = 20
"""How often a name is drawn that nobody has, where short ones are in use."""


class Session:
    """One scenario's view of a run. Each labelled exchange becomes a step of its story.

    `first` is what the scenario told before, where it is told again: what generates asks that alone, and no more.
    """

    def __init__(self, run: Run, name: str, attempt: int = 1, first: Story | None = None) -> None:
        self._run, self.first = run, first
        self.story = Story(name, attempt=attempt)
        self.draw = random.Random(f"{run.options.seed}/{name}")  # noqa: S311 (repeatable, not secret)

    # What the target is

    @property
    def target(self) -> Target:
        """The target: addresses, clients, what the operator allows."""
        return self._run.target

    @property
    def level(self) -> str:
        """`smoke`, `standard` or `full`: how much to ask."""
        return self._run.options.level

    @property
    def repeats(self) -> int:
        """How often what is broken may be asked again; 0 where it is neither repeated nor shrunk."""
        return self._run.options.repeats

    @property
    def left(self) -> int:
        """How many requests may still be asked: what is generated stops there, and what goes beyond is BudgetSpent."""
        return self._run.transport.pace.left

    @property
    def planned(self) -> bool:
        """Whether the run is only rehearsed: answers mean nothing then."""
        return self._run.transport.pace.planned

    @property
    def primary(self) -> Client:
        """The client that asks where nothing else is said: of `home`."""
        return self.home.client

    @property
    def home(self) -> Given:
        """The organization in which shared states are made: a fresh one where states are offered, else the target's."""
        try:
            return self._run.states.shared("fresh_organization", {})
        except NotExercised:
            client = self.target.primary
            return Given("fresh_organization", {"organization_id": client.organization_id}, client, client.owned)

    def allowed_acknowledgement(self) -> str | None:
        """Return the standing organization whose reports may be marked as received: by both words, and ours."""
        allowed = self.target.acknowledge_organization if self.target.acknowledge_allowed else None
        mine = self.target.primary.organization_id
        return allowed if allowed is not None and allowed == self._run.options.allow_acknowledge == mine else None

    # States

    def state(self, state: str, label: str | None = None, **params: Any) -> Given:
        """Return a state that all scenarios share: look at it, never change it. NotExercised where it is not to be had.

        It is made in `home` unless `organization_id` says where (None: in a new organization). Its values are noted
        for the checker under `label`, or the state's name.
        """
        return self._noted(label or state, self._run.states.shared(state, self._placed(state, params)), params)

    def fresh_state(self, state: str, label: str | None = None, **params: Any) -> Given:
        """Return a state of this scenario's own, which it may change."""
        return self._noted(label or state, self._run.states.fresh(state, self._placed(state, params)), params)

    def _placed(self, state: str, params: dict[str, Any]) -> dict[str, Any]:
        if "organization_id" not in params and state not in WITHOUT_HOME and self._run.state_url is not None:
            home = self.home
            params = {"organization_id": home.organization_id, **params} if home.owned else params
        return {name: value for name, value in params.items() if value is not None}

    def _noted(self, label: str, given: Given, params: Mapping[str, Any] = MappingProxyType({})) -> Given:
        if given.state == "client_with_scopes":
            self._run.tokens.limit(given.client, params.get("scopes", ()))
        known = list(facts.identifiers(dict(given.values)))
        self._run.named.update(text for _, text in known)
        self._run.redactor.add_identifiers(known, harmless=is_marked(given.values))
        self.note(label, {**given.values, "organization_id": given.organization_id})
        return given

    def note(self, label: str, values: Mapping[str, Any] | object) -> None:
        """Note values for the checker: a JSON object, or one JSON value, which it reads as `given(label)["value"]`."""
        self.story.values[label] = values if isinstance(values, Mapping) else {"value": values}

    def lookalike(self, text: str) -> str:
        """Return an identifier that nobody has, of the same length and shape."""
        drawn = (lookalike(text, self.draw) for _ in range(DRAWS))
        made = next((one for one in drawn if one not in self._run.named), None) or lookalike(text, self.draw)
        self._run.transport.safety.invent(made)
        self._run.redactor.add_identifiers([("invented", made)], harmless=True)
        return made

    def derived(self, text: str, of: str) -> str:
        """Return a text that was made from an identifier, and note that it may be written wherever that may."""
        self._run.redactor.add_identifiers([("derived", text)], harmless=self._run.redactor.is_harmless(of))
        return text

    # Tokens

    def token(self, client: Client | None = None, scopes: str | None = None, *, fresh: bool = False) -> str:
        """Return an access token of the client (default: primary), shared by the run unless `fresh`."""
        return self._run.tokens.get(client or self.primary, scopes, self._send, fresh=fresh)

    def ask_token(
        self,
        label: str,
        *,
        method: str = "GET",
        authorization: str | None = None,
        parameters: Mapping[str, object] | list[tuple[str, object]] | None = None,
        query: str = "",
        headers: Headers = (),
        body: bytes | None = None,
        client: Client | None = None,
    ) -> Exchange:
        """Ask the token endpoint, as freely as a test needs. `parameters` go to the query of GET, to the form of POST.

        A token in the answer is kept for others where `client` says whose it is; never pass one for a wrong secret.
        """
        pairs = {"grant_type": "client_credentials"} if parameters is None else parameters
        text = query_of(pairs)
        if authorization is not None:
            headers = (("Authorization", authorization), *headers)
        if method == "GET":
            query = "&".join(one for one in (text, query) if one)
        elif body is None:
            body = text.encode()
            if not any(name.lower() == "content-type" for name, _ in headers):
                headers = (*headers, ("Content-Type", "application/x-www-form-urlencoded"))
        operation = "getToken" if method == "GET" else "postToken"
        request = build(
            self.target, operation, dict(pairs), method=method, query=query, headers=headers, body=body, client=client
        )
        exchange = self.story.add(label, self._send(request))
        if client is not None and exchange.succeeded and facts.gives_token(exchange):
            asked = dict(pairs).get("scope")
            self._run.tokens.note(exchange, client, None if asked is None else str(asked))
        elif facts.gives_token(exchange):
            self._run.redactor.add_secret(facts.token(exchange).access_token, "$TOKEN")
        return exchange

    # Calls

    def call(
        self,
        operation: str | None,
        label: str,
        parameters: Mapping[str, object] | None = None,
        *,
        client: Client | None = None,
        token: str | None = None,
        headers: Headers = (),
        query: str | None = None,
        method: str | None = None,
        path: str | None = None,
        body: bytes | None = None,
        document: object = None,
        reuse: bool = False,
        fresh: bool = False,
        throttled: bool = False,
        organizations: frozenset[str] = frozenset(),
        cut: Cut | None = None,
        hostile: bool = False,
        by_word: bool = False,
        **more: object,
    ) -> Exchange:
        """Call an operation (None: a probe, by `method` and `path`) and keep the exchange as step `label`.

        `parameters`, and those given by name, go to the query (None: left out); `query` replaces them, raw. `client`
        asks (default: primary) with its shared token, or with `token` (NO_TOKEN: none). `document` is sent as JSON.
        `reuse` takes the answer of an earlier identical GET of the run: for shared states only. `fresh` uses a
        connection of its own. `throttled` returns a 429 or 503 at once; else it is waited for. `organizations` names
        those concerned, where neither token nor query does: the safety rules ask. `cut` ends our side early. `hostile`
        is input that may be refused by closing the connection. `by_word` is an acknowledgement that the operator's two
        words allow.
        """
        asked = {name: value for name, value in {**(parameters or {}), **more}.items() if value is not None}
        if document is not None:
            body, headers = json.dumps(document).encode(), (("Content-Type", "application/json"), *headers)
        client = client or (self.primary if token is None else None)
        if token is None and client is not None:
            token = self.token(client)
        if token:
            headers = (("Authorization", f"Bearer {token}"), *headers)
        request = build(
            self.target, operation, asked, method=method, path=path, query=query, headers=headers, body=body,
            client=client, organizations=organizations,
        )  # fmt: skip
        request = replace(request, cut=cut, hostile=hostile, by_word=by_word)
        return self.story.add(label, self._answer(request, reuse=reuse, fresh=fresh, throttled=throttled))

    def send(self, label: str, request: Request, *, fresh: bool = False) -> Exchange:
        """Send a request built by hand (see `requests.build`) and keep it as step `label`. Nothing is repeated."""
        return self.story.add(label, self._run.transport.send(request, fresh=fresh))

    def ask(self, request: Request) -> Exchange:
        """Send a request that is no step yet (`story.add` makes it one); 429 and 503 are waited for.

        A token in the answer is hidden wherever something is written, and used for nothing.
        """
        exchange = self._send(request)
        if exchange.operation in TOKEN_OPERATIONS and facts.gives_token(exchange):
            self._run.redactor.add_secret(facts.token(exchange).access_token, "$TOKEN")
        return exchange

    def _answer(self, request: Request, *, reuse: bool, fresh: bool, throttled: bool) -> Exchange:
        key = (request.method, request.url, request.headers, request.body)
        if reuse and self.story.attempt == 1 and request.method == "GET" and key in self._run.answers:
            return self._run.answers[key]
        exchange = self._run.transport.send(request, fresh=fresh) if throttled else self._send(request, fresh=fresh)
        if reuse and exchange.answer is not None:
            self._run.answers[key] = exchange
        return exchange

    def _send(self, request: Request, *, fresh: bool = False) -> Exchange:
        return self._run.ask(request, fresh=fresh)

    # The server's clock

    def now(self) -> Instant:
        """Return the server's own time, by the state `time_passes`, never by ours."""
        return self._clock(0)

    def time_passes(self, seconds: float) -> Instant:
        """Move the server's clock (only in a scenario that `moves_clock`); returns its time, forgets all tokens."""
        found = self._clock(seconds)
        self._run.tokens.forget()
        self._run.answers.clear()
        return found

    def _clock(self, seconds: float) -> Instant:
        found = instant(self._run.states.fresh("time_passes", {"seconds": seconds})["now"])
        if found is None:
            raise CannotTell("the state time_passes answered without a time")
        return found

    def wait(self, seconds: float) -> None:
        """Let real time pass, where the server's clock cannot be moved or shows whole seconds only."""
        self._run.transport.pace.pause(seconds)

    def rest_until(self, moment: float) -> None:
        """Wait until that second of the monotonic clock: time that the operator gives beside `max_time`."""
        self._run.transport.pace.rest(moment - time.monotonic())

    @property
    def first_token(self) -> Exchange | None:
        """The answer that brought the run's first token; None where none came."""
        return self._run.first_token

    @property
    def asked_so_far(self) -> Sequence[Exchange]:
        """Everything that the run has asked up to now."""
        return self._run.history.exchanges

    def journal(self) -> Sequence[Mapping[str, Any]]:
        """Return the audit records of the mock's world, oldest first; N/A elsewhere, where no caller sees them."""
        if self.target.journal_url is None:
            raise NotApplicable("no caller sees the audit log of a service")
        return read_journal(self._run.transport, self.target.journal_url)

    # Ending early

    def require(self, condition: bool, requirement: str) -> None:
        """Go on only where `condition` holds; else NOT-EXERCISED, blocked by `requirement`, which judges that."""
        if not condition:
            raise Blocked(requirement)

    def lack(self, what: str) -> None:
        """End the scenario: NOT-EXERCISED, for what is lacking."""
        raise NotExercised(what)

    def not_applicable(self, why: str) -> None:
        """End the scenario: N/A, for a lack that the operator declared or the kind of target has."""
        raise NotApplicable(why)


Tell = Callable[[Session], None]
