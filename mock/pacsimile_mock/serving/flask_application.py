"""Flask as the mock needs it: for the control API, the console, and the authorization server's open documents."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from flask import Flask, Request, Response, abort, request
from werkzeug.exceptions import HTTPException, InternalServerError, NotFound
from werkzeug.routing import Map, MapAdapter, Rule

from pacsimile_mock.calls.metadata import METADATA, metadata
from pacsimile_mock.console import views as console
from pacsimile_mock.control import endpoints as control
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.database_errors import Unavailable
from pacsimile_mock.exchange import Answer
from pacsimile_mock.oauth2.issuers import issuer_of
from pacsimile_mock.worlds.worlds import DEFAULT
from pacsimile_mock.wsgi_calls import origin, path_of, read_call

if TYPE_CHECKING:
    from pacsimile_mock.serving.dispatcher import Dispatcher

METADATA_PATHS = (
    f"{METADATA}/oauth2",
    f"/oauth2{METADATA}",
    f"/w/<world>/oauth2{METADATA}",
    f"{METADATA}/w/<world>/oauth2",
)
KEYS_PATHS = ("/oauth2/jwks", "/w/<world>/oauth2/jwks")


class Application(Flask):
    """Flask, routing by path and method alone: admission decides which `Host` is refused."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Bind the routes to a request, whose `Host` is not looked at."""
        if request is None:
            return super().create_url_adapter(request)
        path = path_of(request.environ)
        if path.startswith("//"):
            raise NotFound  # the routes would fold the slashes into one
        return self.url_map.bind("localhost", path_info=path, default_method=request.method)


def make_application(state: ServerState, dispatcher: Dispatcher) -> Application:
    """Make Flask's application over the worlds of `state`; what it has no route for, `dispatcher` answers."""
    app = Application("pacsimile", static_folder=None)
    app.url_map = _routes(control_too=state.options.control)
    _add_authorization_server(app, state)
    app.view_functions |= control.views(state)
    if state.options.control:
        app.view_functions |= console.views(state, app.wsgi_app)
    _add_refusals(app, dispatcher)
    return app


@cache
def _routes(*, control_too: bool) -> Map:
    """Return the routes, which all applications share: to compile them takes longer than all else about making one."""
    documents = [Rule(path, endpoint=path, methods=["GET"]) for path in (*METADATA_PATHS, *KEYS_PATHS)]
    rules = [*documents, *control.routes(control=control_too), *(console.routes() if control_too else ())]
    return Map(rules, merge_slashes=False)


def _add_refusals(app: Application, dispatcher: Dispatcher) -> None:
    """Let the pipeline answer what Flask would refuse, such as an unknown path or method."""

    def refused(error: HTTPException) -> Response:
        if isinstance(error, InternalServerError):
            return respond(dispatcher.failed(request.environ))
        return respond(dispatcher.answer_unrouted(request.environ))

    def unavailable(error: Unavailable) -> Response:
        call = read_call(request.environ, None)
        call.refused_early = error
        return respond(dispatcher.state.worlds.default.answer(call))

    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(Unavailable, unavailable)


def _add_authorization_server(app: Application, state: ServerState) -> None:
    """The open documents of the authorization server: RFC 8414 metadata, and the keys (RFC 7517)."""

    def describe(world: str | None = None) -> Response:
        base_url = state.base_url(origin(request.environ))
        content = metadata(issuer_of(base_url, world))
        named = state.worlds.find(world or DEFAULT)
        if named is not None and named.translator is not None:
            content |= named.translator.metadata(base_url + ("" if world is None else f"/w/{world}"))
        return _open_document(state, world, content)

    def keys(world: str | None = None) -> Response:
        named = state.worlds.find(world or DEFAULT)
        withdrawn = named.jwt.revoked_ids if named else frozenset()
        return _open_document(state, world, state.worlds.keys.public(withdrawn))

    app.view_functions |= dict.fromkeys(METADATA_PATHS, describe) | dict.fromkeys(KEYS_PATHS, keys)


def _open_document(state: ServerState, name: str | None, content: object) -> Response:
    world = state.worlds.default if name is None else state.worlds.find(name)
    if world is None:
        abort(404)
    answer = Answer.of_json(200, content)
    world.pipeline.add_common_headers(answer, read_call(request.environ, None))
    return respond(answer)


def respond(answer: Answer) -> Response:
    """Turn an answer into Flask's response."""
    if answer.delivery is not None:
        answer = answer.delivery.hand_over(request.environ, answer)
    response = Response(answer.body, answer.status, answer.headers)
    if answer.media_type is not None:
        response.headers["Content-Type"] = answer.media_type
    return response
