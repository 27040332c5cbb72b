"""Provides the operations that all provider states share."""

from __future__ import annotations

from typing import Any

from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.control_params import Params
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.orders.model import Order
from pacsimile_mock.seed.submission import ALL_SCOPES, Submitter
from pacsimile_mock.worlds.world import World
from pacsimile_spec.identifiers import STUDY_UID, is_study_group

Values = dict[str, Any]


class Maker:
    """Makes provider states in one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.submitter = Submitter(world)

    def organization(self, params: Params) -> Client:
        """Return a client of the organization that the caller names, or of a new one."""
        if "organization_id" not in params:
            return self.submitter.new_organization()
        organization_id = params.text("organization_id")
        return self.full_client(organization_id)

    def full_client(self, organization_id: str) -> Client:
        """Return a client of a known organization that has all scopes."""
        clients = self.clients(organization_id)
        able = (client for client in clients if set(ALL_SCOPES) <= set(client.scopes))
        return next(able, None) or self.submitter.client(organization_id)

    def clients(self, organization_id: str) -> list[Client]:
        """Return the clients of a known organization."""
        clients = [client for client in tuple(self.world.clients.values()) if client.organization_id == organization_id]
        if not clients:
            raise bad_request(f"there is no organization {organization_id[:100]!r} in this world")
        return clients

    def values(self, client: Client, **values: Any) -> Values:
        """Return the answer of a state: its own values, and a client that has access to them."""
        credentials = {"client_id": client.client_id, "client_secret": client.client_secret}
        return {"organization_id": client.organization_id, **credentials, **values}

    def order(self, params: Params) -> Order:
        """Return the order of `order_id`; it must belong to the organization that the caller names, if any."""
        order = self.world.store.find_order(params.text("order_id"))
        if order is None:
            raise bad_request(f"there is no order {params.text('order_id')[:100]!r} in this world")
        return self.owned(order, params)

    def owned(self, order: Order, params: Params) -> Order:
        """Return the order; refuse it where the caller names another organization."""
        self._check_owner(order.organization_id, params)
        return order

    def client(self, params: Params) -> Client:
        """Return the client of `client_id`; it must belong to the organization that the caller names, if any."""
        client = self.world.clients.get(params.text("client_id"))
        if client is None:
            raise bad_request("there is no such client in this world")
        self._check_owner(client.organization_id, params)
        return client

    def _check_owner(self, organization_id: str, params: Params) -> None:
        if params.text_or("organization_id", organization_id) != organization_id:
            raise bad_request("the object is not of the organization that organization_id names")


def other_client(client: Client) -> Values:
    """Return the values of the other organization's client, for a state with two organizations."""
    return {
        "other_organization_id": client.organization_id,
        "other_client_id": client.client_id,
        "other_client_secret": client.client_secret,
    }


def study_uid(params: Params) -> str | None:
    """Return the study UID that the caller gives, if any."""
    if "study_uid" not in params:
        return None
    uid = params.text("study_uid")
    if not STUDY_UID.fullmatch(uid):
        raise bad_request("'study_uid' must be a DICOM UID")
    return uid


def study_group(params: Params) -> str | None:
    """Return the name of a group that the caller gives, if any."""
    if "study_group" not in params:
        return None
    name = params.text("study_group")
    if not is_study_group(name):
        raise bad_request("'study_group' must be 1 to 128 printable characters")
    return name
