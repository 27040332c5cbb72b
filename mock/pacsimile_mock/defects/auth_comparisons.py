"""Defects of comparisons that are too generous: claims, client ids, scopes, grant types; and of the order of checks."""

from __future__ import annotations

from typing import Any

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.clock import Instant
from pacsimile_mock.errors import Problem
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import TokenRequest, TokenService
from pacsimile_mock.oauth2.tokens import AUDIENCE, InvalidToken, JwtTokens
from pacsimile_mock.parameters import pairs
from pacsimile_mock.worlds.defect_registry import defect


@defect("one-audience-of-several-by-its-beginning", "AUTH-12")
class AudienceByBeginning(JwtTokens):
    """An audience counts that begins with the service's name, alone or among several."""

    def check_audience(self, claims: dict[str, Any]) -> None:
        """Compare beginnings."""
        audience = claims.get("aud")
        named = audience if isinstance(audience, list) else [audience]
        if not any(str(one).startswith(AUDIENCE) for one in named):
            raise InvalidToken("The access token is meant for another service.")


@defect("issuer-in-any-case", "AUTH-12")
class IssuerInAnyCase(JwtTokens):
    """An issuer counts in any case, as if all of its address were a host's name."""

    def check_issuer(self, claims: dict[str, Any]) -> None:
        """Write it in lower case."""
        super().check_issuer({**claims, "iss": str(claims.get("iss")).lower()})


@defect("issuer-compared-by-its-path", "AUTH-12")
class IssuerByPath(JwtTokens):
    """Of an issuer the path is compared, as if the host were a balancer's."""

    def check_issuer(self, claims: dict[str, Any]) -> None:
        """Look at the end of it alone."""
        issuer = claims.get("iss")
        if not (isinstance(issuer, str) and issuer.startswith("http") and issuer.endswith("/oauth2")):
            super().check_issuer(claims)


@defect("key-found-by-the-beginning-of-its-id", "AUTH-12")
class KeyByBeginning(JwtTokens):
    """A key is found by an id that begins with its own."""

    def key(self, header: dict[str, Any]) -> Any:
        """Find the key in use by its beginning."""
        current, named = self.keys.current, str(header.get("kid", ""))
        return current if named.startswith(str(current.kid)) else super().key(header)


@defect("nbf-read-as-whole-seconds-alone", "AUTH-12")
class NbfOfWholeSeconds(JwtTokens):
    """An `nbf` with a fraction is ignored."""

    def check_times(self, claims: dict[str, Any], now: Instant) -> None:
        """Leave such a claim out."""
        whole = isinstance(claims.get("nbf", 0), int)
        super().check_times(claims if whole else {**claims, "nbf": 0}, now)


@defect("client-id-in-any-case", "AUTH-4")
class ClientIdInAnyCase(TokenService):
    """A client is found by its id in any case."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Write the id as the client has it."""
        if sent is not None:
            known = {name.lower(): name for name in self.clients}
            readings = tuple((known.get(name.lower(), name), secret) for name, secret in sent.readings)
            sent = sent._replace(readings=readings)
        return super().authenticate(sent)


@defect("scope-in-any-case", "AUTH-6")
class ScopeInAnyCase(TokenService):
    """A scope is granted that is asked for in capitals."""

    def scopes(self, client: Client, asked: str | None) -> tuple[str, ...]:
        """Read it in lower case."""
        return super().scopes(client, None if asked is None else asked.lower())


@defect("blanks-around-a-grant-type-are-ignored", "AUTH-5")
class GrantTypeStripped(TokenService):
    """A grant type counts with blanks around it."""

    def grant_type(self, request: TokenRequest, parameters: Any) -> str:
        """Strip it."""
        return super().grant_type(request, parameters).strip()


@defect("token-request-in-json-is-read", "AUTH-5")
class JsonIsRead(Pipeline):
    """A token request in JSON is taken as a form."""

    def respond(self, call: Call, values: dict[str, str]) -> Answer:
        """Make a form of it."""
        if call.operation == "postToken" and call.headers.get("content-type", "").startswith("application/json"):
            call.body = b"grant_type=client_credentials&as=".ljust(len(call.body), b"j")  # as long as it was announced
            call.headers = {**call.headers, "content-type": "application/x-www-form-urlencoded"}
        return super().respond(call, values)


@defect("group-looked-up-before-the-scope", "AUTH-15")
class GroupBeforeScope(Pipeline):
    """Whether a group exists is looked up before the scope is checked."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Look the group up right behind the token."""
        grant, named = super().authenticate(call, now), dict(pairs(call.query))
        reports, group = self.world.reports, named.get("study_group")
        if call.operation == "getGroupReport" and group and not reports.members(grant.organization_id, group):
            raise reports.unknown_group(group)
        return grant


@defect("organization-checked-before-the-scope", "AUTH-15")
class OrganizationBeforeScope(Pipeline):
    """Whose organization is listed is checked before the scope."""

    def authenticate(self, call: Call, now: Instant) -> Grant:
        """Check the organization right behind the token."""
        grant, named = super().authenticate(call, now), dict(pairs(call.query))
        asked = named.get("organizationId", grant.organization_id)
        if call.operation == "listReports" and asked != grant.organization_id:
            raise Problem("Another organization.", reason="organization-not-allowed", requirement="SEC-2")
        return grant
