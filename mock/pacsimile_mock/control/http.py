"""Answers calls of the control API: checks the token, reads JSON, and writes JSON or a problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson
from flask import Response, request
from werkzeug.exceptions import ClientDisconnected

from pacsimile_mock.control import guard, paging
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.control_errors import ControlError, bad_request, not_found
from pacsimile_mock.database_errors import OUTAGE, Unavailable, WorldEnded
from pacsimile_mock.exchange import why_incomplete
from pacsimile_mock.worlds.world import World
from pacsimile_mock.wsgi_calls import CUT_OFF, TOO_LARGE, origin
from pacsimile_spec.given_documents import DocumentError, load_json
from pacsimile_spec.plain import printable

Handler = Callable[..., "tuple[int, Any] | Response"]
"""Takes the server's state and the variables of the path, and returns a status and JSON, or a response.

The variable `world` is a World.
"""

Handlers = Mapping[str, Handler]
"""The handlers of one path, by method."""

View = Callable[..., Response]
"""Answers the calls of one path, given its variables."""


def body() -> object:
    """Return the request's JSON, whatever media type it names; an empty object where there is no body.

    Raises:
        ControlError: It is too large, did not arrive whole, is not JSON, or gives a name twice.
    """
    cap = request.environ.get(TOO_LARGE)
    if cap is not None:
        parts = ": send it in parts" if cap == guard.BULK_CAP else ""
        raise ControlError(413, "body-too-large", f"the body is over {cap >> 20} MiB{parts}")
    try:
        sent = request.get_data()
    except ClientDisconnected:
        raise bad_request(f"the body {why_incomplete(request.content_length)}") from None
    if request.environ.get(CUT_OFF):
        raise bad_request(f"the body {why_incomplete(request.content_length)}")
    try:
        return load_json(sent or b"{}")
    except DocumentError as error:
        raise bad_request(f"the body, at line {error.line}, column {error.column}: {error}") from None


def world_of(state: ServerState, name: str) -> World:
    """Return the world of this name.

    Raises:
        ControlError: 404, for an unknown name.
    """
    world = state.worlds.find(name)
    if world is None:
        raise not_found(f"there is no world {name[:100]!r}")
    return world


def base_url(state: ServerState) -> str:
    """Return the base URL of links in an answer."""
    return state.base_url(origin(request.environ))


def view(state: ServerState, handlers: Handlers, *, guarded: bool) -> View:
    """Make the Flask view of one path.

    Args:
        state: The state of the server.
        handlers: The handlers by method; none for a path that is not found.
        guarded: Whether the path needs the control token.
    """

    def answer(**variables: str) -> Response:
        try:
            guard.check_admission(request.environ)
            if guarded:
                guard.check_token(request.environ, state)
            handler = _handler(handlers)
            paging.check(handler)
            result = handler(state, **_arguments(state, variables))
            return result if isinstance(result, Response) else respond(*result)
        except ControlError as error:
            return _refused(error, handlers)
        except Unavailable as error:
            OUTAGE.warn(error)
            return _refused(ControlError(503, "database-unavailable", f"{error}: ask again"), handlers)
        except WorldEnded as error:
            return _refused(not_found(str(error)), handlers)

    return answer


def _arguments(state: ServerState, variables: Mapping[str, str]) -> dict[str, Any]:
    """Return the variables of the path, with the World in place of its name."""
    name = variables.get("world")
    return {**variables} if name is None else {**variables, "world": world_of(state, name)}


def _handler(handlers: Handlers) -> Handler:
    if not handlers:
        raise not_found("the control API has nothing at this path: GET /_mock/openapi.yaml describes it")
    handler = handlers.get(request.method)
    if handler is None:
        raise ControlError(405, "method-not-allowed", f"this path knows {' and '.join(handlers)} only")
    return handler


def respond(status: int, content: Any, media_type: str = "application/json") -> Response:
    """Answer with JSON, or without a body where `content` is None."""
    if content is None:
        return response_of(status, b"", None)
    return response_of(status, orjson.dumps(content), media_type)


def response_of(status: int, content: bytes, media_type: str | None) -> Response:
    """Answer with these bytes and the common headers; without a media type there is no `Content-Type`."""
    response = Response(content, status, mimetype=None)
    response.headers.remove("Content-Type")
    if media_type is not None:
        response.headers["Content-Type"] = media_type
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _refused(error: ControlError, handlers: Handlers) -> Response:
    content = {
        "type": f"urn:pacsimile:control:{error.reason}",
        "title": error.reason.replace("-", " "),
        "status": error.status,
        "detail": printable(error.detail, kept=frozenset()),
    }
    response = respond(error.status, content, "application/problem+json")
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="pacsimile control"'
    if error.status == 503:
        response.headers["Retry-After"] = "5"
    if error.status == 405:
        response.headers["Allow"] = ", ".join(handlers)
    return response
