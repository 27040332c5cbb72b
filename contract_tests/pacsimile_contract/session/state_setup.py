"""States and names that a scenario asks for: where they are made, and what is noted of them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.documents.marks import is_marked
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.provider.discovery import LISTED
from pacsimile_contract.provider.lookalikes import lookalike, near_lookalike
from pacsimile_contract.provider.states import WITHOUT_HOME, ProvidedState
from pacsimile_contract.session.context import ScenarioContext
from pacsimile_contract.target.model import Client

ORIGIN = "origin"
"""Label below which it is noted where a state came from, and with which params it was asked for: what reports say."""
DRAWS = 20
"""How often a name is drawn that nobody has, where short ones are in use."""


class StateSetup(ScenarioContext):
    """Brings the target into states, and draws names that nobody has."""

    @property
    def home(self) -> ProvidedState:
        """The organization in which shared states are made: a fresh one where states are offered, else the target's."""
        try:
            return self._run.states.shared("fresh_organization", {})
        except NotExercised:
            client = self.target.primary
            return ProvidedState(
                "fresh_organization", {"organization_id": client.organization_id}, client, client.owned
            )

    @property
    def primary(self) -> Client:
        """The client that asks where nothing else is said: of `home`."""
        return self.home.client

    def allowed_acknowledgement(self) -> str | None:
        """Return the existing organization whose reports may be marked as received: by both words, and ours."""
        allowed = self.target.acknowledge_organization if self.target.acknowledge_allowed else None
        mine = self.target.primary.organization_id
        return allowed if allowed is not None and allowed == self._run.options.allow_acknowledge == mine else None

    def state(self, state: str, label: str | None = None, **params: Any) -> ProvidedState:
        """Return a state that all scenarios share: look at it, never change it. NotExercised where it is not to be had.

        Its organization may get further orders and reports: no scenario expects that it has none but those named.
        It is made in `home` unless `organization_id` says where (None: in a new organization). Its values are noted
        for the checker under `label`, or the state's name.
        """
        return self._noted(label or state, self._run.states.shared(state, self._placed(state, params)), params)

    def fresh_state(self, state: str, label: str | None = None, **params: Any) -> ProvidedState:
        """Return a state of this scenario's own, which it may change."""
        return self._noted(label or state, self._run.states.fresh(state, self._placed(state, params)), params)

    def _placed(self, state: str, params: dict[str, Any]) -> dict[str, Any]:
        if "organization_id" not in params and state not in WITHOUT_HOME and self._run.state_url is not None:
            home = self.home
            params = {"organization_id": home.organization_id, **params} if home.owned else params
        return {name: value for name, value in params.items() if value is not None}

    def _noted(
        self, label: str, given: ProvidedState, params: Mapping[str, Any] = MappingProxyType({})
    ) -> ProvidedState:
        if given.state == "client_with_scopes":
            self._run.tokens.limit(given.client, params.get("scopes", ()))
        known = list(facts.identifiers(dict(given.values)))
        self._run.named.update(text for _, text in known)
        if given.source != LISTED:
            self._run.supply(text for _, text in known)
        self._run.redactor.add_identifiers(known, harmless=is_marked(given.values))
        values = {**given.values, "organization_id": given.organization_id}
        self.note(label, values)
        self.note(f"{ORIGIN}/{label}", {**values, "source": given.source, "asked_as": dict(params)})
        return given

    def lookalike(self, text: str, *, near: bool = False) -> str:
        """Return an identifier that nobody has, of the same length and shape; `near`: with one other character."""
        make = near_lookalike if near else lookalike
        drawn = (make(text, self.draw) for _ in range(DRAWS))
        taken = self._run.named | {client.organization_id for client in self.target.clients.values()}
        made = next((name for name in drawn if name not in taken), None) or lookalike(text, self.draw)
        self._run.transport.safety.invent(made)
        self._run.redactor.add_identifiers([("invented", made)], harmless=True)
        return made

    def is_invented(self, text: str) -> bool:
        """Whether `lookalike` made this identifier."""
        return self._run.transport.safety.is_invented(text)

    def hide(self, text: str) -> None:
        """Never write a text that was made of a secret."""
        self._run.redactor.add_secret(text, "$WRONG_SECRET")

    def derived(self, text: str, of: str) -> str:
        """Return a text that was made from an identifier, and note that it may be written wherever that may."""
        self._run.redactor.add_identifiers([("look-alike", text)], harmless=self._run.redactor.is_harmless(of))
        return text
