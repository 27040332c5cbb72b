"""Answers the operations without Flask, at their own paths and at the same paths in a world's prefix.

Flask takes some 50 µs a call for contexts and responses that an operation does not use, the pipeline 15. All else goes
to Flask: the control API and the open documents. What Flask has no route for comes back here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cached_property
from http import HTTPStatus
from threading import Lock
from typing import Any

from pacsimile_mock.calls import serialization
from pacsimile_mock.calls.token_endpoint import UNDESCRIBED_PATHS
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.errors import Problem, Refusal, failure, invalid_request
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.logs import LOG
from pacsimile_mock.oauth2.model import CREDENTIAL_OPERATIONS
from pacsimile_mock.serving.admission import Admission
from pacsimile_mock.worlds.world import World
from pacsimile_mock.wsgi_calls import REFUSED_EARLY, cap_of, origin, path_of, read_call
from pacsimile_spec import operations

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Dispatcher:
    """A WSGI application that admits requests, answers the operations, and passes all else to `fallback`."""

    def __init__(self, state: ServerState, make_fallback: Callable[[Dispatcher], Wsgi]) -> None:
        self.state = state
        self._make_fallback = make_fallback
        self._fallback_lock = Lock()
        self.admission = Admission(state)
        self.operations = {(known.method, known.path): known.operation_id for known in operations().values()}
        self.operations |= {("POST", path): operation_id for operation_id, path in UNDESCRIBED_PATHS.items()}

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a call, or pass it on."""
        refusal = self.admission.refusal(environ)
        operation_id = self.operations.get((environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")))
        world = None
        if operation_id is None:
            operation_id, world = self._find_operation(environ)
        if operation_id is None:
            if refusal is None:
                return self.fallback(environ, start_response)
            if self.admission.leads_to_control(environ.get("PATH_INFO", "")):
                return self.fallback({**environ, REFUSED_EARLY: refusal, "QUERY_STRING": ""}, start_response)
        answer = self.answer(environ, operation_id, world, refusal)
        if answer.delivery is not None:
            answer = answer.delivery.hand_over(environ, answer)
        return _send(answer, start_response)

    @cached_property
    def fallback(self) -> Wsgi:
        """Answers what is no operation; made for the first request that needs it."""
        with self._fallback_lock:
            made: Wsgi | None = self.__dict__.get("fallback")
            return made or self._make_fallback(self)

    def _find_operation(self, environ: Environ) -> tuple[str | None, str | None]:
        """Return the operation that a request is for and the world that its path names, each None for none."""
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        operation_id, world = self.operations.get((method, path)), None
        if operation_id is None and path.startswith("/w/"):
            world, rest = split(path_of(environ))
            operation_id = self.operations.get((method, rest))
        return (operation_id, world) if operation_id is not None else self._find_respelled(environ)

    def _find_respelled(self, environ: Environ) -> tuple[str | None, str | None]:
        """Return what `_find_operation` does, of a path that a dialect gives an operation."""
        if self.admission.leads_to_control(environ.get("PATH_INFO", "")):
            return None, None
        path, name = path_of(environ), None
        if path.startswith("/w/"):
            name, path = split(path)
        for translator in self.state.worlds.known_translators():
            route = translator.routes.find(environ["REQUEST_METHOD"], path)
            if route is not None:
                return route.operation, name
        return None, name

    def answer(self, environ: Environ, operation_id: str | None, name: str | None, refusal: Refusal | None) -> Answer:
        """Answer a call in its world: of an operation, or to an unknown path."""
        try:
            call = read_call(environ, operation_id)
            call.refused_early = refusal
            if operation_id in CREDENTIAL_OPERATIONS:
                call.base_url = self.state.base_url(origin(environ)) + ("" if name is None else f"/w/{name}")
                if isinstance(refusal, Problem):
                    call.refused_early = invalid_request(refusal.detail)
                self._read_credentials(environ, call)
            world = self._world(call, name)
            if self.state.worlds.translators:
                self._adapt(call, world, environ)
            return world.answer(call)
        except Exception:
            LOG.exception("%s failed: please report it", operation_id or "finding a world")
            return self.failed(environ)

    def _read_credentials(self, environ: Environ, call: Call) -> None:
        """Read the headers in which dialects have a client's id and secret."""
        translators = self.state.worlds.known_translators()
        names = {name for translator in translators for name in translator.requests.header_names}
        sent = {name: environ.get(f"HTTP_{name.upper().replace('-', '_')}") for name in names}
        call.headers = {**call.headers, **{name: value for name, value in sent.items() if value}}

    def _adapt(self, call: Call, world: World, environ: Environ) -> None:
        """Adapt a call to its world, which decides what the path means, and may answer with a link."""
        if world.translator is None:
            call.operation = self.operations.get((call.method, call.path))  # not that of another world's dialect
        elif not call.base_url:
            call.base_url = self.state.base_url(origin(environ))

    def _world(self, call: Call, name: str | None) -> World:
        """Find the world that the path names, or else that of the credentials."""
        worlds, refused = self.state.worlds, call.refused_early
        own = worlds.of_call(call, call.operation in CREDENTIAL_OPERATIONS)
        named = own if name is None else worlds.of_path(name, call)
        call.refused_early = refused or call.refused_early
        if named is None:
            call.operation = None  # a path into a world that is not there, or no more, leads nowhere
            return own
        if name is not None:
            call.path = split(call.path)[1]
            call.path_names_other_world = named is not own
        return named

    def answer_unrouted(self, environ: Environ) -> Answer:
        """Answer a request that neither an operation nor Flask has a route for: the pipeline says what is wrong."""
        path = path_of(environ)
        name = split(path)[0] if path.startswith("/w/") and "/" in path.removeprefix("/w/") else None
        return self.answer(environ, None, name, None)

    def failed(self, environ: Environ) -> Answer:
        """Answer that the mock itself failed before the pipeline was reached; the cause is logged."""
        answer = serialization.problem_answer(failure(), Call(environ["REQUEST_METHOD"], "", "", {}))
        self.state.worlds.default.pipeline.add_common_headers(answer, Call("", "", "", {}))
        return answer

    def allowance(self, environ: Environ) -> int:
        """Tell how many bytes of a body this call may send, by its headers alone: 0 where it will be refused."""
        if self.admission.refusal(environ) is not None:
            return 0
        if self.admission.leads_to_control(environ.get("PATH_INFO", "")):
            from pacsimile_mock.control import guard

            return guard.allowance(environ, self.state)
        operation_id, name = self._find_operation(environ)
        if operation_id is None or environ["REQUEST_METHOD"] != "POST":
            return 0
        return (
            cap_of(operation_id)
            if operation_id in CREDENTIAL_OPERATIONS or self._token_permits(environ, operation_id, name)
            else 0
        )

    def _token_permits(self, environ: Environ, operation_id: str, name: str | None) -> bool:
        """Whether a call's token permits the operation; the pipeline checks it again with the body (AUTH-15)."""
        call = read_call(environ, operation_id)
        world = self._world(call, name)
        if world.options.defects:
            return True  # a defect may decide otherwise, so the body is read first
        try:
            world.pipeline.authorize(world.pipeline.authenticate(call, world.clock.now()), operation_id)
        except Refusal:
            return False
        return call.refused_early is None and call.operation is not None


def split(path: str) -> tuple[str, str]:
    """Split a path in a world's prefix, `/w/NAME/…`, into the world's name and the rest."""
    name, _, rest = path.removeprefix("/w/").partition("/")
    return name, f"/{rest}"


def _send(answer: Answer, start_response: Callable[..., Any]) -> Iterable[bytes]:
    headers = [*answer.headers, ("Content-Length", str(len(answer.body)))]
    if answer.media_type is not None:
        headers.append(("Content-Type", answer.media_type))
    start_response(STATUS_LINES.get(answer.status, f"{answer.status} "), headers)
    return [answer.body]
