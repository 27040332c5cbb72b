"""Defects of a world: switched on and off while it serves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pacsimile_mock.control import http
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control_errors import not_found
from pacsimile_mock.control_params import Params
from pacsimile_mock.worlds.defect_registry import catalogue
from pacsimile_mock.worlds.world import World


def listed(state: ServerState, world: World) -> tuple[int, Any]:
    """Show the defects that are on, in the order in which they were switched on."""
    return 200, {"defects": [_rows()[name] for name in world.options.defects]}


def add(state: ServerState, world: World) -> tuple[int, Any]:
    """Switch `{"name": ...}` on; what the world keeps stays, and it is no error if it is on."""
    name = Params(http.body(), ("name",)).one_of("name", _rows())
    state.worlds.switch_defects(world, lambda on: (*on, name))
    return 201, _rows()[name]


def clear(state: ServerState, world: World) -> tuple[int, Any]:
    """Switch all off."""
    state.worlds.switch_defects(world, lambda _: ())
    return 204, None


def remove(state: ServerState, world: World, defect: str) -> tuple[int, Any]:
    """Switch one off."""
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
