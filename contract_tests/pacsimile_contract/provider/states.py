"""Sources of provider states, in order: the state URL, fixtures of the target file, discovery by safe calls."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from pacsimile_contract import facts
from pacsimile_contract.client.transport import Transport
from pacsimile_contract.errors import BudgetSpent, CannotTell, NotExercised, Unreachable, UsageError
from pacsimile_contract.evidence.bounds import LONGEST_STATE, read_json, too_long
from pacsimile_contract.provider.supplies import how_to_supply
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.target.model import STATE_CLIENT, Client, Target

WITHOUT_HOME = frozenset({"fresh_organization", "other_organization", "throttled", "server_restarted", "time_passes"})
"""States that make an organization, or take none."""

_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
NO_SUCH_STATE = (404, 501)
NOT_WITH_THESE = (400, 422)


@dataclass(frozen=True, slots=True)
class ProvidedState:
    """A provider state: what the state URL answered, or what a fixture or discovery says in its place."""

    state: str
    values: Mapping[str, Any]
    client: Client
    """A client that may see the state."""
    owned: bool = False
    """Whether this run made the state, and may change it."""
    second: Client | None = None
    """Another client of the same organization, where the state made one."""
    other: Client | None = None
    """A client of the other organization, where the state is about two."""
    source: str | None = None
    """The source in words, such as `the state URL`; None if it is invented."""

    def __getitem__(self, key: str) -> Any:
        if key not in self.values:
            raise CannotTell(f"the state {self.state} answered without {key}")
        return self.values[key]

    @property
    def organization_id(self) -> str:
        """The organization that the state belongs to; NotExercised where it is not known."""
        organization_id = self.values.get("organization_id") or self.client.organization_id
        if organization_id is None:
            raise NotExercised("needs to know the organization: `organization_id` in the target file")
        return str(organization_id)


class StateUrl:
    """A provider-state URL: `POST {"state", "params", "action": "setup"}` answers 200 with a JSON object."""

    def __init__(self, url: str, transport: Transport, redactor: Redactor) -> None:
        self._url, self._transport, self._redactor = url, transport, redactor
        self._clients: dict[str, Client] = {}
        self._answered = False
        self._refused: set[str] = set()

    @property
    def offers_nothing(self) -> bool:
        """Whether states were asked for and none was offered, so that the URL is wrong."""
        return bool(self._refused) and not self._answered

    @property
    def refusal(self) -> str:
        """The message where the URL offers nothing."""
        return f"{self._url}: offers no state at all: is `states: url` right?"

    def make(self, state: str, params: Mapping[str, Any]) -> ProvidedState:
        """Make a state in a new organization, or in that of `params`, which a state of this run must have made.

        Raises:
            NotExercised: the state is not offered.
            CannotTell: making it failed.
            ExistingNamed: the answer names what was there before the run.
            UsageError: the URL refuses the token, or no connection to it ever came about.
        """
        if state in self._refused:
            raise NotExercised(f"the state URL does not offer {state}")
        home = _text(params.get("organization_id"))
        if home is not None and not self._transport.safety.owns(home):
            raise NotExercised(f"{state} is asked for in organizations alone that a state of this run made")
        body = {"state": state, "params": params, "action": "setup"}
        states = self._transport.target.states
        try:
            answer = self._transport.call_state_url("POST", self._url, body, states.token, states.timeout)
        except Unreachable as error:
            if self._answered or self._refused:
                raise
            raise UsageError(f"{error}: is `states: url` right, and is the state URL running?") from None
        if answer.status in (401, 403):
            refused = "refuses our token" if states.token else "wants a token, and none is given"
            raise UsageError(f"{self._url}: the state URL {refused} ({answer.status}): see `states: token`")
        if answer.status in NO_SUCH_STATE:
            self._refused.add(state)
            raise NotExercised(f"the state URL does not offer {state}")
        self._answered = True
        if answer.status in NOT_WITH_THESE:
            raise NotExercised(f"the state URL does not offer {state} with {self._shown(params)}")
        if answer.status != 200:
            raise CannotTell(f"the state URL answered {answer.status} to {state}")
        values = _object(answer.body, state)
        access_token = _text(values.get("access_token"))
        if access_token is not None and not facts.is_sendable(access_token):
            raise CannotTell(f"the state URL answered {state} with an access_token that no header can carry")
        self._transport.safety.existing_names.check_answer(state, params, values)
        return self._provided(state, params, values)

    def _shown(self, params: Mapping[str, Any]) -> str:
        return self._redactor.redact_own_text(json.dumps(params))[:200]

    def _provided(self, state: str, params: Mapping[str, Any], values: Mapping[str, Any]) -> ProvidedState:
        values = {**{name: params[name] for name in ("organization_id",) if name in params}, **values}
        self._redactor.add_made_token(_text(values.get("access_token")), state, params)
        organization = _text(values.get("organization_id"))
        narrow = state == "client_with_scopes"
        client = self._client(values, "client", organization, keep=not narrow)
        known = self._clients.get(organization or "")
        if client is not None and isinstance(values.get("access_token"), str):
            self._transport.safety.note_token(values["access_token"], client)
        return ProvidedState(
            state=state,
            values={name: value for name, value in values.items() if not name.endswith("secret")},
            client=(client if narrow else known or client) or self._transport.target.primary,
            owned=organization is not None,
            second=self._client(values, "second_client", organization),
            other=self._client(values, "other_client", _text(values.get("other_organization_id"))),
            source="the state URL",
        )

    def _client(
        self, values: Mapping[str, Any], prefix: str, organization: str | None, *, keep: bool = False
    ) -> Client | None:
        client_id, secret = _text(values.get(f"{prefix}_id")), _text(values.get(f"{prefix}_secret"))
        self._transport.safety.own(organization)
        if client_id is None or secret is None:
            return None
        client = Client(f"{STATE_CLIENT}{client_id}", client_id, secret, organization, owned=True)
        self._redactor.add_client(client)
        self._transport.safety.own(organization, [client])
        if keep and organization is not None:
            self._clients.setdefault(organization, client)
        return client


def from_fixtures(target: Target, state: str, params: Mapping[str, Any]) -> ProvidedState | None:
    """Return the first fixture of this state that has these params; None where none has.

    The target file has a fixture or a list of them for a state. Each of `params` must be in it with the same value.
    """
    known = target.states.fixtures.get(state, ())
    for fixture in known if isinstance(known, list | tuple) else [known]:
        if isinstance(fixture, Mapping) and all(
            name in fixture and _same(fixture[name], value) for name, value in params.items()
        ):
            other = _text(fixture.get("other_organization_id"))
            return ProvidedState(
                state,
                fixture,
                client_of(target, _text(fixture.get("organization_id"))),
                other=client_of(target, other) if other in _organizations(target) else None,
                source="a fixture of the target file",
            )
    return None


def _same(known: Any, asked: Any) -> bool:
    if isinstance(asked, list | tuple):
        return isinstance(known, list) and len(known) == len(asked) and all(map(_same, known, asked))
    return str(known) == str(asked)


def client_of(target: Target, organization: str | None) -> Client:
    """Return the client of the target file in an organization; the primary one where there is none."""
    others = (client for client in target.clients.values() if organization and client.organization_id == organization)
    return next(others, target.primary)


def _organizations(target: Target) -> set[str]:
    return {client.organization_id for client in target.clients.values() if client.organization_id}


def _object(body: bytes, state: str) -> Mapping[str, Any]:
    if len(body) > LONGEST_STATE:  # all names in it are compared with those that stand already, in each form
        raise CannotTell(f"the state URL answered {state} with {too_long(LONGEST_STATE)}")
    try:
        values = read_json(body)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise CannotTell(f"the state URL answered {state} without a JSON object")
    if _LONE_SURROGATE.search(json.dumps(values, ensure_ascii=False)):
        raise CannotTell(f"the state URL answered {state} with a text that is no Unicode: no request can name it")
    return values


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


class Discover(Protocol):
    """A way to find an example of a state by safe calls."""

    def __call__(self, state: str, params: Mapping[str, Any], /) -> ProvidedState | None:
        """Return an example; None where there is none."""

    def summary(self) -> str:
        """Say in words what discovery finds examples in."""


class StateSource:
    """The three sources in their order. Shared states are remembered."""

    def __init__(self, target: Target, url: StateUrl | None, discover: Discover) -> None:
        self._target, self.url, self._discover = target, url, discover
        self._shared: dict[str, ProvidedState] = {}
        self._lacking: dict[str, str] = {}
        self.clients: dict[str, Client] = {}
        """By name, the clients of the states that the URL has made."""

    def shared(self, state: str, params: Mapping[str, Any]) -> ProvidedState:
        """Return the run's shared state of this kind, made when first asked for. Nobody may change it."""
        key = json.dumps([state, params], sort_keys=True)
        if key in self._lacking:
            raise NotExercised(self._lacking[key])
        if key not in self._shared:
            try:
                self._shared[key] = self.fresh(state, params)
            except NotExercised as error:
                self._lacking[key] = str(error)
                raise
        return self._shared[key]

    def forget(self) -> None:
        """Forget the shared states: the next scenario that asks for one gets a new one."""
        self._shared.clear()

    def summary(self) -> str:
        """Say in words what discovery finds examples in.

        Raises:
            NotExercised: the target file does not allow it to look.
            CannotTell: its calls failed.
        """
        return self._discover.summary()

    def fresh(self, state: str, params: Mapping[str, Any]) -> ProvidedState:
        """Return a new state from the URL, or else the same one each time from the other sources.

        Raises:
            NotExercised: no source has the state.
        """
        refused = ""
        if self.url is not None:
            try:
                made = self.url.make(state, params)
                self.clients[made.client.name] = made.client
                return made
            except BudgetSpent:
                raise
            except NotExercised as error:
                refused = str(error)
        asked = {name: value for name, value in params.items() if name != "organization_id"}
        known = from_fixtures(self._target, state, asked) or self._discover(state, asked)
        if known is not None:
            return known
        shown = f" with {json.dumps(asked)}" if asked else ""
        raise NotExercised(f"needs the state {state}{shown}: {refused or how_to_supply(state, asked, self._target)}")
