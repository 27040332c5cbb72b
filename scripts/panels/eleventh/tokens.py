"""Faults of the mock in tokens, and in what stands before an operation."""

from __future__ import annotations

from time import monotonic

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.oauth2.credentials import Credentials
from pacsimile_mock.oauth2.model import Client, Grant
from pacsimile_mock.oauth2.service import TokenService
from pacsimile_mock.oauth2.verifier import Verifier
from pacsimile_mock.worlds.defect_registry import defect

AUTHENTICATED_FOR = 60.0
"""Seconds for which a client counts as authenticated."""
IDLE = 15 * 60 * SECOND
"""How long a verified token is kept after its last use."""


@defect("panel-11-authenticated-client-is-remembered-by-its-id", "AUTH-4")
class AuthenticatedById(TokenService):
    """A slow hash of secrets is spared a client that was authenticated a minute ago, whatever secret it sends now."""

    def authenticate(self, sent: Credentials | None) -> Client:
        """Remember by the id alone."""
        kept: dict[str, tuple[Client, float]] = self.__dict__.setdefault("kept", {})
        for client_id, _ in sent.readings if sent else ():
            client, at = kept.get(client_id, (None, 0.0))
            if client is not None and monotonic() - at < AUTHENTICATED_FOR:
                return client
        client = super().authenticate(sent)
        kept[client.client_id] = client, monotonic()
        return client


@defect("panel-11-verified-token-lives-on-while-it-is-used", "AUTH-11")
class LivesOnWhileUsed(Verifier):
    """Verified tokens are in a cache that drops what is unused for fifteen minutes: one in use outlives its expiry."""

    def verify(self, text: str, now: Instant) -> Grant:
        """Extend the time with each use."""
        used: dict[str, tuple[Grant, Instant]] = self.__dict__.setdefault("used", {})
        grant, last = used.get(text, (None, 0))
        if grant is None or now - last >= IDLE:
            grant = super().verify(text, now)
        used[text] = grant, now
        return grant

    def forget(self) -> None:
        """Forget these too."""
        super().forget()
        self.__dict__.pop("used", None)


@defect("panel-11-permission-is-remembered-by-the-organization", "SEC-2")
class RememberedByOrganization(Pipeline):
    """That the caller may act for an organization is memoized by the organization's id, and so for each caller."""

    def check_ownership(self, request: Request, organization_id: str) -> None:
        """Check an organization once."""
        allowed: set[str] = self.__dict__.setdefault("allowed", set())
        if organization_id not in allowed:
            super().check_ownership(request, organization_id)
            allowed.add(organization_id)
