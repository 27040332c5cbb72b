"""Handles calls that show or move a world's clock."""

from __future__ import annotations

from typing import Any

from pacsimile_mock.clock import SECOND, Clock, as_instant, rfc3339
from pacsimile_mock.control import http
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control.times import parse_rfc3339
from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.control_params import Params
from pacsimile_mock.worlds.world import World

MOVES = ("advance", "set", "freeze", "run")


def show(state: ServerState, world: World) -> tuple[int, Any]:
    """Return a world's time, and whether its clock is frozen."""
    clock = world.clock
    return 200, {"now": rfc3339(clock.now()), "frozen": clock.frozen}


def move(state: ServerState, world: World) -> tuple[int, Any]:
    """Do one of `{"advance": seconds}`, `{"set": time}`, `{"freeze": true}`, `{"run": true}`."""
    params = Params(http.body(), MOVES)
    names = [name for name in MOVES if name in params]
    if len(names) != 1:
        raise bad_request(f"give exactly one of {', '.join(MOVES)}")
    try:
        world.move_clock(lambda clock: _move(clock, names[0], params))
    except ValueError as error:
        raise bad_request(str(error)) from None
    return show(state, world)


def _move(clock: Clock, name: str, params: Params) -> None:
    if name == "advance":
        clock.advance(round(params.seconds("advance") * SECOND))
    elif name == "set":
        clock.set(as_instant(parse_rfc3339(params.text("set"))))
    elif not params.flag(name):
        raise bad_request(f"{name!r} must be true")
    elif name == "freeze":
        clock.freeze()
    else:
        clock.run()
