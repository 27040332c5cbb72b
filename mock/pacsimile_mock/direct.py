"""The operations' own paths, answered before Flask is asked: they are literal, and need no router.

Flask takes some 50 µs a call for contexts and responses that an operation makes no use of, the pipeline 15. Whatever is
not exactly an operation goes on to Flask: other paths and methods, paths into a world, the control API.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any

from pacsimile_mock.exchange import Answer
from pacsimile_mock.guards import origin, read_call
from pacsimile_mock.oauth2.endpoints import HANDLERS
from pacsimile_mock.server_state import ServerState
from pacsimile_spec import operations

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Direct:
    """A WSGI application: the operations, each by its method and path, in front of `otherwise`."""

    def __init__(self, state: ServerState, otherwise: Wsgi) -> None:
        self.state = state
        self.otherwise = otherwise
        self.operations = {(one.method, one.path): one.operation_id for one in operations().values()}

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a call, or hand it on."""
        operation_id = self.operations.get((environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")))
        if operation_id is None:
            return self.otherwise(environ, start_response)
        try:
            call = read_call(environ, operation_id)
            token_request = operation_id in HANDLERS
            if token_request:
                call.base_url = self.state.base_url(origin(environ))
            world = self.state.worlds.of_call(call, token_request)
        except Exception:
            return self.otherwise(environ, start_response)  # where it happens again, and is told as a fault of ours
        answer = world.answer(call)
        if answer.delivery is not None:
            answer = answer.delivery.hand_over(environ, answer)
        return _send(answer, start_response)


def _send(answer: Answer, start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    if answer.media_type is not None:
        headers.append(("Content-Type", answer.media_type))
    start_response(STATUS_LINES.get(answer.status, f"{answer.status} "), headers)
    return [answer.body]
