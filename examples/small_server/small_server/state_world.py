"""What the provider states share: creating organizations, clients and orders."""

import secrets
from typing import Any

from small_server.api import Service
from small_server.orders import OFFERED_TYPES, Order, Organization
from small_server.state_params import Params, refused
from small_server.tokens import Client

API_SCOPES = ("status.read", "reports.read", "reports.ack")
MINUTE = 60_000


class World:
    """The service as the states see it."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def new_organization(
        self, name: str | None = None, client_id: str | None = None, secret: str | None = None
    ) -> Organization:
        """Create an organization with one client that may do everything the API offers. What is not given is drawn."""
        organization = Organization(name or f"org-{secrets.token_hex(6)}")
        self.service.organizations[organization.organization_id] = organization
        self.service.tokens.add_client(organization.organization_id, API_SCOPES, client_id, secret)
        return organization

    def organization(self, params: Params) -> Organization:
        """Return the organization that the params name, else a new one."""
        return self.named_organization(params) or self.new_organization()

    def named_organization(self, params: Params) -> Organization | None:
        """Return the organization that the params name, or None. Raise 400 if it does not exist."""
        name = params.text("organization_id", None)
        if name is not None and name not in self.service.organizations:
            raise refused("there is no such organization")
        return None if name is None else self.service.organizations[name]

    def client_of(self, organization: Organization) -> Client:
        """Return the organization's first client."""
        clients = self.service.tokens.clients.values()
        return next(client for client in clients if client.organization_id == organization.organization_id)

    def client_named(self, params: Params) -> Client | None:
        """Return the client that the params name, or None. Raise 400 if it is unknown or another organization's."""
        name = params.text("client_id", None)
        if name is None:
            return None
        client = self.service.tokens.clients.get(name)
        organization = self.named_organization(params)
        if client is None or (organization and client.organization_id != organization.organization_id):
            raise refused("there is no such client in this organization")
        return client

    def submit(
        self,
        organization: Organization,
        status: str,
        created_at: int,
        *,
        study_uid: str | None = None,
        study_group: str | None = None,
        offset: str = "Z",
        completed_at: int | None = None,
        version_offset: str = "Z",
        report_types: tuple[str, ...] = OFFERED_TYPES,
    ) -> Order:
        """Create an order in a status. It ended half a minute after its creation, or just now."""
        order = Order(study_uid or new_uid(), created_at, created_at, study_group, offset, report_types)
        organization.submit(order)
        if completed_at is None:
            completed_at = min(created_at + MINUTE // 2, self.service.clock.now())
        if status != "RECEIVED":
            organization.move(order, status, completed_at, version_offset)
        return order


def described(organization: Organization, client: Client, **values: Any) -> dict[str, Any]:
    """Return a state's answer: its values, and a client that may see them."""
    return {
        "organization_id": organization.organization_id,
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        **values,
    }


def new_uid() -> str:
    """Return a study UID below the documentation arc (RFC 5612)."""
    return f"1.3.6.1.4.1.32473.{1 + secrets.randbelow(10**9)}.{1 + secrets.randbelow(10**9)}"


def new_group() -> str:
    """Return a name for a study group."""
    return f"group {secrets.token_hex(6)}"
