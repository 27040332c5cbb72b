"""Handles calls that switch the defects of a world on and off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pacsimile_mock.control import http
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control_errors import not_found
from pacsimile_mock.control_params import Params
from pacsimile_mock.worlds.defect_registry import catalogue
from pacsimile_mock.worlds.world import World


def list_defects(state: ServerState, world: World) -> tuple[int, Any]:
    """List the defects that are on, in the order in which they were switched on."""
    return 200, {"defects": [_rows()[name] for name in world.options.defects]}


def add(state: ServerState, world: World) -> tuple[int, Any]:
    """Switch the defect `{"name": ...}` on. The world's data stays; a defect that is on already is no error."""
    name = Params(http.body(), ("name",)).one_of("name", _rows())
    state.worlds.switch_defects(world, lambda on: (*on, name))
    return 201, _rows()[name]


def clear(state: ServerState, world: World) -> tuple[int, Any]:
    """Switch all defects off."""
    state.worlds.switch_defects(world, lambda _: ())
    return 204, None


def remove(state: ServerState, world: World, defect: str) -> tuple[int, Any]:
    """Switch one defect off."""
    state.worlds.switch_defects(world, _without(defect))
    return 204, None


def _without(name: str) -> Callable[[tuple[str, ...]], list[str]]:
    def rest(on: tuple[str, ...]) -> list[str]:
        if name not in on:
            raise not_found(f"the defect {name[:100]!r} is not on in this world")
        return [other for other in on if other != name]

    return rest


def _rows() -> dict[str, dict[str, Any]]:
    return {row["name"]: row for row in catalogue()}
