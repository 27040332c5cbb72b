"""Faults in tokens and scopes."""

from __future__ import annotations

from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import Issued, TokenRequest, TokenService
from pacsimile_mock.oauth2.tokens import InvalidToken
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.worlds.defect_registry import defect
from pacsimile_spec.scopes import SCOPES


@defect("panel-token-given-again-whatever-scope-is-asked", "AUTH-6")
class GivenAgain(TokenService):
    """A client that asks again within a minute gets the token that it has, though it asks for fewer scopes now."""

    def issue(self, request: TokenRequest, now: Instant, ends_after: int | None = None) -> Issued:
        """Keep a client's token for a minute."""
        issued = super().issue(request, now, ends_after)
        kept: dict[tuple[str, str], tuple[Issued, Instant]] = self.__dict__.setdefault("kept", {})
        key = (issued.grant.client_id, issued.grant.issuer)
        former, since = kept.get(key, (issued, now))
        if now - since < 60 * SECOND and set(issued.grant.scopes) <= set(former.grant.scopes) and ends_after is None:
            kept.setdefault(key, (issued, now))
            return Issued(former.access_token, issued.grant, (former.grant.expires_at - now) // SECOND)
        kept[key] = (issued, now)
        return issued


@defect("panel-permission-remembered-for-the-client", "AUTH-14")
class RememberedPermission(Pipeline):
    """Once one token of a client was allowed an operation, so is each other token of that client."""

    def authorize(self, grant: Grant, operation_id: str) -> None:
        """Remember permissions by client, not by token."""
        allowed: set[tuple[str, str]] = self.__dict__.setdefault("allowed", set())
        if (grant.client_id, operation_id) not in allowed:
            super().authorize(grant, operation_id)
            allowed.add((grant.client_id, operation_id))


@defect("panel-verified-token-is-kept-an-hour-from-its-first-use", "AUTH-11")
class KeptFromFirstUse(Verifier):
    """A verified token is remembered for an hour from its first use, and so outlives its expiry if used late."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Remember a verified token for a fixed time."""
        known: dict[str, tuple[Grant, Instant]] = self.__dict__.setdefault("known", {})
        if text in known and now < known[text][1]:
            return known[text][0]
        grant = super().verify(text, now)
        known[text] = (grant, now + 3600 * SECOND)
        return grant


@defect("panel-used-token-works-in-the-second-of-its-expiry", "AUTH-18")
class WorksInItsLastSecond(Verifier):
    """A token that was used before is accepted during the whole second that `exp` names."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Compare whole seconds with `>` where the token is remembered."""
        grant = self._verified.get(text)
        if grant is not None and now // SECOND == grant.expires_at // SECOND:
            return grant
        return super().verify(text, now)


@defect("panel-only-the-first-scope-asked-is-checked", "AUTH-6")
class FirstScopeChecked(TokenService):
    """Of several scopes asked for, only the first is compared with what the client may have."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Grant every scope of the API after the first."""
        if asked is None:
            return super().scopes(client, None)
        first, *others = dict.fromkeys(asked.split(" "))
        unknown = [scope for scope in others if scope not in SCOPES]
        super().scopes(client, " ".join([first, *unknown]))
        return (first, *others)


@defect("panel-sixth-token-in-use-ends-the-first", "AUTH-17")
class FiveInUse(Verifier):
    """A client may use five tokens; when it uses another one, the one that it used first is refused."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Count the tokens in use of a client."""
        grant = super().verify(text, now)
        state: dict[str, Any] = self.__dict__.setdefault("used", {"ended": set()})
        if text in state["ended"]:
            raise InvalidToken("The access token was replaced by newer ones.")
        used = state.setdefault(f"of {grant.client_id}", {})
        used = {other: until for other, until in used.items() if now < until}
        used.setdefault(text, grant.expires_at)
        if len(used) > 5:
            first = next(iter(used))
            state["ended"].add(first)
            del used[first]
        state[f"of {grant.client_id}"] = used
        return grant


@defect("panel-verified-token-is-known-by-its-claims", "AUTH-12")
class KnownByClaims(Verifier):
    """Once a token was verified, its header and claims are accepted with any signature."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Remember verified tokens without their signature."""
        known: dict[str, Grant] = self.__dict__.setdefault("known", {})
        signed = text.rpartition(".")[0] or text
        if signed in known and now < known[signed].expires_at:
            return known[signed]
        known[signed] = super().verify(text, now)
        return known[signed]
