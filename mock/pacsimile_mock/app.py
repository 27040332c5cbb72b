"""The server's table of contents: which path and method is which operation, and which world answers."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, Response, abort, request
from werkzeug.exceptions import HTTPException, InternalServerError

from pacsimile_mock import spelling
from pacsimile_mock.control import endpoints as control
from pacsimile_mock.database.errors import Unavailable
from pacsimile_mock.direct import Direct
from pacsimile_mock.errors import failure
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.guards import Application, origin, read_call
from pacsimile_mock.oauth2.endpoints import BESIDE, HANDLERS
from pacsimile_mock.oauth2.issuers import issuer_of
from pacsimile_mock.oauth2.metadata import METADATA, metadata
from pacsimile_mock.server_state import ServerState
from pacsimile_mock.world import World
from pacsimile_mock.worlds import DEFAULT
from pacsimile_spec import Operation, operations

View = Callable[..., Response]


def create_app(state: ServerState) -> Flask:
    """Make the application over the worlds of `state`; it can be called as WSGI without any server."""
    app = Application("pacsimile", static_folder=None)
    app.url_map.merge_slashes = False
    beside = (Operation(name, "POST", path, None, (), ()) for name, path in BESIDE.items())
    for operation in (*operations().values(), *beside):
        view = _operation(state, operation)
        for path in (operation.path, "/w/<world>" + operation.path):
            endpoint = f"{operation.operation_id} {path}"
            app.add_url_rule(path, endpoint, view, methods=[operation.method], provide_automatic_options=False)
    _add_authorization_server(app, state)
    if state.options.control:
        control.add_to(app, state)
    app.register_error_handler(HTTPException, _refused(state))
    app.register_error_handler(Unavailable, _unavailable(state))
    app.wsgi_app = Direct(state, app.wsgi_app)  # type: ignore[method-assign]  # the way Flask documents
    return app


def _operation(state: ServerState, operation: Operation) -> View:
    def view(world: str | None = None) -> Response:
        call = read_call(request.environ, operation.operation_id)
        if call.method != operation.method:
            call.operation = None  # Flask lets HEAD in with GET, and `get`, which is another method
        found = _world(state, world, call)
        if call.operation in HANDLERS:
            call.base_url = state.base_url(origin(request.environ)) + ("" if world is None else f"/w/{world}")
        return respond(found.answer(call))

    return view


def _world(state: ServerState, name: str | None, call: Call) -> World:
    """The world that the path names; else the one that the credentials tell."""
    if name is None:
        return state.worlds.of_call(call, call.operation in HANDLERS)
    named = state.worlds.of_path(name, call)
    if named is None:
        call.operation = None  # a path into a world that is not there, or no more, leads nowhere
        return state.worlds.default
    call.path = call.path.removeprefix(f"/w/{name}")
    return named


def _refused(state: ServerState) -> Callable[[HTTPException], Response]:
    """Whatever Flask would refuse, a path or method it does not know above all, takes the pipeline's way too."""

    def view(error: HTTPException) -> Response:
        if isinstance(error, InternalServerError):
            return _failed(state)
        call = read_call(request.environ, None)  # the pipeline finds out what is wrong, in the contract's order
        name, slash, rest = call.path.removeprefix("/w/").partition("/")
        world = state.worlds.of_path(name, call) if call.path.startswith("/w/") and slash else None
        if world is None:
            return respond(state.worlds.of_call(call, token_request=False).answer(call))
        call.path = "/" + rest
        return respond(world.answer(call))

    return view


def _unavailable(state: ServerState) -> Callable[[Unavailable], Response]:
    """What needs the database beside the operations answers as they do where it does not answer."""

    def view(error: Unavailable) -> Response:
        call = read_call(request.environ, None)
        call.unavailable = error
        return respond(state.worlds.default.answer(call))

    return view


def _failed(state: ServerState) -> Response:
    """What is left where even the pipeline was not reached; Flask has logged why."""
    call = Call(request.method, "", "", {})
    answer = spelling.problem(failure(), call)
    state.worlds.default.pipeline.finish(answer, call)
    return respond(answer)


def _add_authorization_server(app: Flask, state: ServerState) -> None:
    """The open documents of the authorization server: RFC 8414 metadata, and the keys (RFC 7517)."""

    def describe(world: str | None = None) -> Response:
        return _open_document(state, world, metadata(issuer_of(state.base_url(origin(request.environ)), world)))

    def keys(world: str | None = None) -> Response:
        found = state.worlds.find(world or DEFAULT)
        withdrawn = found.jwt.withdrawn if found else frozenset()
        return _open_document(state, world, state.worlds.keys.public(withdrawn))

    for path in (
        f"{METADATA}/oauth2",
        f"/oauth2{METADATA}",
        f"/w/<world>/oauth2{METADATA}",
        f"{METADATA}/w/<world>/oauth2",
    ):
        app.add_url_rule(path, path, describe, methods=["GET"], provide_automatic_options=False)
    for path in ("/oauth2/jwks", "/w/<world>/oauth2/jwks"):
        app.add_url_rule(path, path, keys, methods=["GET"], provide_automatic_options=False)


def _open_document(state: ServerState, name: str | None, content: object) -> Response:
    world = state.worlds.default if name is None else state.worlds.find(name)
    if world is None:
        abort(404)
    answer = Answer.of_json(200, content)
    world.pipeline.finish(answer, read_call(request.environ, None))
    return respond(answer)


def respond(answer: Answer) -> Response:
    """Turn an answer into Flask's response."""
    if answer.delivery is not None:
        answer = answer.delivery.hand_over(request.environ, answer)
    response = Response(answer.body, answer.status, answer.headers)
    if answer.media_type is not None:
        response.headers["Content-Type"] = answer.media_type
    return response
