"""The control API: its table of contents, and each of its calls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from flask import Blueprint, Response, request

from pacsimile_mock.clock import SECOND, as_instant, rfc3339
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.control import guard
from pacsimile_mock.control.errors import ControlError, bad_request, not_found
from pacsimile_mock.control.params import Params
from pacsimile_mock.control.times import parse_rfc3339
from pacsimile_mock.defects.registry import catalogue, find
from pacsimile_mock.scenarios.build import PACES
from pacsimile_mock.scenarios.load import shipped
from pacsimile_mock.scenarios.model import ScenarioError
from pacsimile_mock.server_state import ServerState
from pacsimile_mock.states import catalogue as states
from pacsimile_mock.world import World
from pacsimile_spec.report_types import REPORT_TYPES
from pacsimile_spec.version import __version__

Handler = Callable[..., tuple[int, Any]]
MOST_SEED = 2**63 - 1


class Control:
    """The calls of the control API."""

    def __init__(self, state: ServerState) -> None:
        self.state = state

    def health(self) -> tuple[int, Any]:
        """Tell that the server is ready: open, without a token."""
        return 200, {"ready": True, "version": __version__}

    def create_world(self) -> tuple[int, Any]:
        """Make a world, and tell the credentials that lead to it."""
        options = self._world_options(Params(_body(), ("scenario", "seed", "pace", "defects", "report_types")))
        try:
            world = self.state.worlds.create(options, [find(name).override for name in options.defects])
        except ScenarioError as error:
            raise bad_request(str(error)) from None
        return 201, self._shown(world)

    def _world_options(self, params: Params) -> WorldOptions:
        default = self.state.options.world
        return WorldOptions(
            scenario=params.text_or("scenario", default.scenario),
            seed=params.integer("seed", 0, MOST_SEED, default.seed),
            pace=params.one_of("pace", PACES, default.pace),
            defects=params.words("defects", [one["name"] for one in catalogue()]) if "defects" in params else (),
            report_types=params.words("report_types", REPORT_TYPES) if "report_types" in params else None,
        )

    def list_worlds(self) -> tuple[int, Any]:
        """Name the worlds."""
        return 200, {"worlds": [world.name for world in self.state.worlds]}

    def show_world(self, world: str) -> tuple[int, Any]:
        """Show a world again."""
        return 200, self._shown(self._world(world))

    def delete_world(self, world: str) -> tuple[int, Any]:
        """End a world: its credentials and tokens open nothing from now on."""
        if self._world(world) is self.state.worlds.default:
            raise bad_request("the default world lives as long as the server")
        self.state.worlds.delete(world)
        return 204, None

    def show_clock(self, world: str) -> tuple[int, Any]:
        """Tell a world's time."""
        clock = self._world(world).clock
        return 200, {"now": rfc3339(clock.now()), "frozen": clock.frozen}

    def set_clock(self, world: str) -> tuple[int, Any]:
        """Advance, set, freeze or run a world's clock."""
        clock, params = self._world(world).clock, Params(_body(), ("advance", "set", "freeze", "run"))
        given = [name for name in ("advance", "set", "freeze", "run") if name in params]
        if len(given) != 1:
            raise bad_request("give exactly one of advance, set, freeze, run")
        try:
            if given == ["advance"]:
                clock.advance(int(params.seconds("advance") * SECOND))
            elif given == ["set"]:
                clock.set(as_instant(parse_rfc3339(params.text("set"))))
            elif params.flag(given[0]):
                clock.freeze() if given == ["freeze"] else clock.run()
        except ValueError as error:
            raise bad_request(str(error)) from None
        return self.show_clock(world)

    def make_state(self, world: str = "default") -> tuple[int, Any]:
        """Make a provider state in a world."""
        return 200, states.make(self._world(world), _body())

    def list_defects(self) -> tuple[int, Any]:
        """Name the ways in which a world can be made wrong on purpose."""
        return 200, catalogue()

    def list_scenarios(self) -> tuple[int, Any]:
        """Name the scenarios that come with the package."""
        return 200, {"scenarios": shipped()}

    def _world(self, name: str) -> World:
        world = self.state.worlds.find(name)
        if world is None:
            raise not_found(f"there is no world {name[:100]!r}")
        return world

    def _shown(self, world: World) -> dict[str, Any]:
        base = self.state.base_url(request.host_url)
        prefix = "" if world is self.state.worlds.default else f"/w/{world.name}"
        clients = [
            {
                "client_id": client.client_id,
                "client_secret": client.client_secret,
                "organization_id": client.organization_id,
                "scopes": client.scopes,
            }
            for client in tuple(world.clients.values())
        ]
        return {
            "world": world.name,
            "base_url": base + prefix,
            "oauth2_endpoint": f"{base}{prefix}/oauth2",
            "clients": clients,
            "states_url": f"{base}/_mock/worlds/{world.name}/states",
            "scenario": world.options.scenario,
            "seed": world.options.seed,
            "pace": world.options.pace,
            "defects": world.options.defects,
        }


def blueprint(state: ServerState) -> Blueprint:
    """The control API's routes; every call but `health` takes the control token."""
    control, routes = Control(state), Blueprint("control", __name__, url_prefix="/_mock")
    open_routes = {"/health": {"GET": control.health}}
    guarded_routes: dict[str, dict[str, Handler]] = {
        "/worlds": {"GET": control.list_worlds, "POST": control.create_world},
        "/worlds/<world>": {"GET": control.show_world, "DELETE": control.delete_world},
        "/worlds/<world>/clock": {"GET": control.show_clock, "POST": control.set_clock},
        "/worlds/<world>/states": {"POST": control.make_state},
        "/states": {"POST": control.make_state},
        "/defects": {"GET": control.list_defects},
        "/scenarios": {"GET": control.list_scenarios},
    }
    for path, handlers in (*open_routes.items(), *guarded_routes.items()):
        view = _view(state, handlers, guarded=path in guarded_routes)
        methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
        routes.add_url_rule(path, path, view, methods=methods, provide_automatic_options=False)
    routes.add_url_rule("/<path:rest>", "nothing", _view(state, {}, guarded=True))
    return routes


def _view(state: ServerState, handlers: dict[str, Handler], *, guarded: bool) -> Callable[..., Response]:
    def view(**arguments: str) -> Response:
        try:
            guard.check_host(request, state)
            if guarded:
                guard.check_token(request, state)
            return _respond(*_handler(handlers)(**arguments))
        except ControlError as error:
            return _refused(error, handlers)

    return view


def _handler(handlers: dict[str, Handler]) -> Handler:
    if not handlers:
        raise not_found("the control API has nothing at this path")
    handler = handlers.get(request.method)
    if handler is None:
        raise ControlError(405, "method-not-allowed", f"this path knows {' and '.join(handlers)} only")
    return handler


def _body() -> object:
    try:
        return orjson.loads(request.get_data() or b"{}")
    except orjson.JSONDecodeError:
        raise bad_request("the body is not valid JSON") from None


def _respond(status: int, content: Any, media_type: str = "application/json") -> Response:
    body = b"" if content is None else orjson.dumps(content)
    response = Response(body, status, mimetype=None)
    if body:
        response.headers["Content-Type"] = media_type
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _refused(error: ControlError, handlers: dict[str, Handler]) -> Response:
    content = {
        "type": f"urn:pacsimile:control:{error.reason}",
        "title": error.reason.replace("-", " "),
        "status": error.status,
        "detail": error.detail,
    }
    response = _respond(error.status, content, "application/problem+json")
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="pacsimile control"'
    if error.status == 405:
        response.headers["Allow"] = ", ".join(handlers)
    return response
