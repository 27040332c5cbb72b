"""Handles calls that make, list, show, reset and end worlds."""

from __future__ import annotations

from typing import Any

from pacsimile_mock.config import DEFAULT_WORLD, MOST_SEED, WorldOptions
from pacsimile_mock.control import http
from pacsimile_mock.control.given_dialects import dialect_of
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control.times import start_time
from pacsimile_mock.control_errors import bad_request
from pacsimile_mock.control_params import Params
from pacsimile_mock.oauth2.model import Client
from pacsimile_mock.seed.build import PACES
from pacsimile_mock.seed.model import ScenarioError
from pacsimile_mock.states import catalogue as states
from pacsimile_mock.worlds.defect_registry import catalogue
from pacsimile_mock.worlds.world import World
from pacsimile_mock.worlds.worlds import TooManyWorlds


def create(state: ServerState) -> tuple[int, Any]:
    """Make a world, and show it with its credentials."""
    options = _options(
        state,
        Params(http.body(), ("scenario", "seed", "pace", "defects", "report_types", "token_format", "time", "dialect")),
    )
    try:
        world = state.worlds.create(options)
    except (ScenarioError, TooManyWorlds) as error:
        raise bad_request(str(error)) from None
    return 201, _describe(state, world)


def _options(state: ServerState, params: Params) -> WorldOptions:
    default = state.options.world
    return WorldOptions(
        undecided=tuple(name for name in ("seed", "pace") if name not in params),
        scenario=params.text_or("scenario", default.scenario),
        seed=params.integer("seed", 0, MOST_SEED, default.seed),
        pace=params.one_of("pace", PACES, default.pace),
        defects=params.words("defects", [row["name"] for row in catalogue()]) if "defects" in params else (),
        token_format=params.one_of("token_format", ("jwt", "opaque"), default.token_format),
        report_types=params.report_types(),
        time=_time(params) if "time" in params else default.time,
        dialect=dialect_of(params.raw("dialect")) if "dialect" in params else default.dialect,
    )


def _time(params: Params) -> str:
    try:
        return start_time(params.text("time"))
    except ValueError as error:
        raise bad_request(f"'time': {error}") from None


def names(state: ServerState) -> tuple[int, Any]:
    """List the names of the worlds."""
    return 200, {"worlds": [world.name for world in state.worlds]}


def show(state: ServerState, world: World) -> tuple[int, Any]:
    """Show a world with its credentials."""
    return 200, _describe(state, world)


def description(state: ServerState, world: World) -> tuple[int, Any]:
    """Return the OpenAPI document of the results API as a world spells it."""
    from pacsimile_spec import description as contract
    from pacsimile_spec.dialects.openapi import describe

    del state
    return 200, contract() if world.translator is None else describe(world.translator.dialect)


def delete(state: ServerState, world: World) -> tuple[int, Any]:
    """End a world; its credentials and tokens are refused from now on."""
    if world is state.worlds.default:
        raise bad_request("the default world lives as long as the server")
    state.worlds.delete(world.name)
    return 204, None


def reset(state: ServerState, world: World) -> tuple[int, Any]:
    """Start a world's scenario again: orders and queues are replaced; credentials, tokens and clock stay."""
    Params(http.body(), ())
    try:
        world.reset()
    except ScenarioError as error:
        raise bad_request(f"the world is as it was: {error}") from None
    return 200, _describe(state, world)


def make_state(state: ServerState, world: World | None = None) -> tuple[int, Any]:
    """Make a provider state in a world; the default world where the path names none."""
    return 200, states.make(world or http.world_of(state, DEFAULT_WORLD), http.body())


def describe_client(client: Client) -> dict[str, Any]:
    """Return the JSON of a client, with its secret."""
    return {
        "client_id": client.client_id,
        "client_secret": client.client_secret,
        "organization_id": client.organization_id,
        "scopes": list(client.scopes),
    }


def _describe(state: ServerState, world: World) -> dict[str, Any]:
    base = http.base_url(state)
    prefix = "" if world is state.worlds.default else f"/w/{world.name}"
    return {
        "world": world.name,
        "base_url": base + prefix,
        "oauth2_endpoint": f"{base}{prefix}/oauth2",
        "clients": [describe_client(client) for client in tuple(world.clients.values())],
        "token_endpoint": base + prefix + world.token_path,
        "states_url": f"{base}/_mock/worlds/{world.name}/states",
        "scenario": world.options.scenario,
        "seed": world.options.seed,
        "pace": world.options.pace,
        "defects": world.options.defects,
        "token_format": world.options.token_format,
        "report_types": world.report_types,
        "time": world.options.time,
        "dialect": "identity" if world.translator is None else world.translator.dialect.name,
    }
