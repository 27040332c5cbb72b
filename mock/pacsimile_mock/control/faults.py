"""Handles calls that set, list and remove the faults of a world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pacsimile_mock.control import http
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control_errors import bad_request, not_found
from pacsimile_mock.worlds.world import World
from pacsimile_spec.suggestions import did_you_mean

if TYPE_CHECKING:
    from pacsimile_mock.faults.model import Fault


def list_faults(state: ServerState, world: World) -> tuple[int, Any]:
    """List all faults, those that have ended too, with the counts of calls that matched and triggered each."""
    return 200, {"faults": _describe_all(world)}


def add(state: ServerState, world: World) -> tuple[int, Any]:
    """Set a fault: `{"match": {...}, "effect": {...}, "limit": {...}}`; only `effect` is required."""
    from pacsimile_mock.faults.model import parse
    from pacsimile_mock.faults.reading import FaultError

    try:
        fault = parse(http.body())
        _check_client(world, fault)
        return 201, world.open_faults().add(fault, world.clock.now())
    except FaultError as error:
        raise bad_request(str(error)) from None


def show(state: ServerState, world: World, fault: str) -> tuple[int, Any]:
    """Show one fault."""
    row = next((row for row in _describe_all(world) if row["id"] == fault), None)
    if row is None:
        raise not_found(f"there is no fault {fault[:100]!r} in this world")
    return 200, row


def clear(state: ServerState, world: World) -> tuple[int, Any]:
    """Remove all faults."""
    faults = world.faults
    if faults is not None:
        faults.clear()
    return 204, None


def remove(state: ServerState, world: World, fault: str) -> tuple[int, Any]:
    """Remove one fault."""
    faults = world.faults
    if faults is None or not faults.remove(fault):
        raise not_found(f"there is no fault {fault[:100]!r} in this world")
    return 204, None


def _describe_all(world: World) -> list[dict[str, Any]]:
    return [] if world.faults is None else world.faults.describe(world.clock.now())


def _check_client(world: World, fault: Fault) -> None:
    """Refuse an unknown client, since no call could trigger the fault."""
    client_id = fault.match.client_id
    if client_id is not None and client_id not in world.clients:
        hint = did_you_mean(client_id, world.clients)
        raise bad_request(f"match.client_id: there is no client {client_id[:100]!r} in this world{hint}")
