"""Handles calls that make, list and show organizations and their clients."""

from __future__ import annotations

from typing import Any

from pacsimile_mock.control import http, paging
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control.worlds import describe_client
from pacsimile_mock.control_errors import bad_request, not_found
from pacsimile_mock.control_params import Params
from pacsimile_mock.seed.submission import ALL_SCOPES, Submitter
from pacsimile_mock.worlds.world import World
from pacsimile_spec.identifiers import ORGANIZATION_ID
from pacsimile_spec.scopes import SCOPES


@paging.takes(*paging.PAGE)
def list_organizations(state: ServerState, world: World) -> tuple[int, Any]:
    """List the organizations."""
    names = sorted(world.organizations())
    return paging.page(names, str, "organizations", lambda name: {"organization_id": name})


def create_organization(state: ServerState, world: World) -> tuple[int, Any]:
    """Make an organization with a client that has all scopes."""
    params = Params(http.body(), ("organization_id",))
    submitter = Submitter(world)
    with world.adding_clients():
        name = _organization_id(params) if "organization_id" in params else submitter.organization()
        if name in world.organizations():
            raise bad_request(f"there is an organization {name!r} already")
        client = submitter.client(name)
    return 201, {"organization_id": name, "client": describe_client(client)}


def show_organization(state: ServerState, world: World, organization_id: str) -> tuple[int, Any]:
    """Show an organization with its clients and their secrets."""
    if organization_id not in world.organizations():
        raise not_found(f"there is no organization {organization_id[:100]!r} in this world")
    clients = tuple(world.clients.values())
    own = [describe_client(client) for client in clients if client.organization_id == organization_id]
    return 200, {"organization_id": organization_id, "clients": own}


@paging.takes("organization_id", *paging.PAGE)
def list_clients(state: ServerState, world: World) -> tuple[int, Any]:
    """List the clients with their secrets."""
    clients = tuple(world.clients.values())
    owner = paging.filters().get("organization_id")
    matching = (client for client in clients if owner in (None, client.organization_id))
    return paging.page(matching, lambda client: client.client_id, "clients", describe_client)


def show_client(state: ServerState, world: World, client_id: str) -> tuple[int, Any]:
    """Show a client with its secret."""
    client = world.clients.get(client_id)
    if client is None:
        raise not_found(f"there is no client {client_id[:100]!r} in this world")
    return 200, describe_client(client)


def create_client(state: ServerState, world: World) -> tuple[int, Any]:
    """Make a client of an organization, which may be a new one."""
    params = Params(http.body(), ("organization_id", "scopes"))
    scopes = params.words("scopes", SCOPES) if "scopes" in params else ALL_SCOPES
    owner = _organization_id(params) if "organization_id" in params else world.first_organization()
    return 201, describe_client(Submitter(world).client(owner, scopes))


def _organization_id(params: Params) -> str:
    name = params.text("organization_id")
    if not ORGANIZATION_ID.fullmatch(name):
        raise bad_request("'organization_id' must be 1 to 64 letters, digits, full stops, underscores and hyphens")
    return name
