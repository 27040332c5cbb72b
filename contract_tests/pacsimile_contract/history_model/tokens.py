"""Decide what each token of a history opens, by the answer that gave it and the time that passed since."""

from dataclasses import dataclass
from typing import Literal

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.history_model.acts import LIMITED, NO_TOKEN, OPERATIONS, Act
from pacsimile_contract.service_model.access import LEEWAY, SCOPES, UNCERTAINTY

EARLY = 30.0
"""Seconds before its end from which a token is not relied upon."""

TokenDecision = Literal["opens", "refused", "unknown"]


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A token: whose it is, what it opens, for how many seconds, its answer, and the time that had passed by then."""

    who: int
    scopes: frozenset[str] | None
    lifetime: int | None
    issued: Exchange
    passed: float


class Tokens:
    """The tokens of a history, by name."""

    def __init__(self) -> None:
        self._tokens: dict[str, IssuedToken] = {}
        self._allowed: frozenset[str] = frozenset()
        """The scopes that the limited client may have."""

    def allow(self, act: Act) -> None:
        """Note what the limited client may have."""
        self._allowed = frozenset(act.scopes)

    def take(self, act: Act, exchange: Exchange, passed: float) -> None:
        """Note the token that an answer gave."""
        if exchange.succeeded and facts.gives_token(exchange):
            answer = facts.token(exchange)
            token = IssuedToken(act.who, answer.scopes, answer.expires_in, exchange, passed)
            self._tokens[act.made[0]] = token

    def may_have(self, act: Act) -> bool:
        """Tell whether a client may have the scopes that it asks for. Only the limited one may lack some."""
        return act.who != LIMITED or self._allowed.issuperset(act.scopes)

    def access(self, act: Act, exchange: Exchange, passed: float) -> tuple[TokenDecision, str, str]:
        """Decide whether a call's token opens it.

        Args:
            act: the call.
            exchange: its exchange.
            passed: the seconds by which states moved the clock before it.

        Returns:
            The decision; where it is `refused`, the requirement that says so and the reason, else two empty texts.
            It is `unknown` near the end of the token's life, and where its scopes or its lifetime are not known.
        """
        if act.fault == NO_TOKEN:
            return "refused", "AUTH-9", "the call has no token"
        token = self._tokens.get(act.token)
        if token is None or token.lifetime is None:
            return "unknown", "", ""
        age = passed - token.passed + exchange.started - token.issued.ended
        if age > token.lifetime + LEEWAY + UNCERTAINTY:
            return "refused", "AUTH-11", f"{act.token} has expired"
        if age > token.lifetime - EARLY or token.scopes is None or exchange.dialect is not None:
            return "unknown", "", ""
        scope = SCOPES[OPERATIONS[act.kind]]
        if scope not in token.scopes:
            return "refused", "AUTH-14", f"{act.token} has no scope {scope}"
        return "opens", "", ""
