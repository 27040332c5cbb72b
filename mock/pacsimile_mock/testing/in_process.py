"""Runs a mock in the test's own process, without a port or a thread, as a WSGI application."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from pacsimile_mock.testing.control import body_of, error_of
from pacsimile_mock.testing.world import PACE, TestWorld, world_options
from pacsimile_spec.control_client import read

if TYPE_CHECKING:
    from requests.adapters import BaseAdapter

    from pacsimile_mock.serving.dispatcher import Dispatcher
from pacsimile_mock.testing.tracebacks import is_refusal

__tracebackhide__ = is_refusal

URL = "http://pacsimile.test"


class InProcess:
    """A server without a socket: `wsgi` for `httpx.WSGITransport`, `requests_adapter()` for `requests`."""

    def __init__(self) -> None:
        from pacsimile_mock.config import ServerOptions, WorldOptions
        from pacsimile_mock.control.server_state import ServerState
        from pacsimile_mock.serving.app import create_app

        options = ServerOptions(world=WorldOptions(scenario="empty", pace=PACE), public_url=URL)
        self._state = ServerState(options, URL)
        self.url = URL
        self.wsgi: Dispatcher = create_app(self._state)

    def world(
        self,
        scenario: str = "empty",
        *,
        seed: int | None = None,
        pace: str | None = None,
        time: datetime | str | None = None,
        **options: Any,
    ) -> TestWorld:
        """Make a new world.

        Args:
            scenario: The name of a scenario, or the path of a YAML file.
            seed: The seed; None for the scenario's.
            pace: The pace; None for the scenario's.
            time: The time, with a UTC offset, at which its clock starts frozen; None for a clock that runs from now.
            options: Other members of `POST /_mock/worlds`. `dialect` may be the path of a file too.
        """
        fields = self._control("POST", "/worlds", world_options(scenario, seed, pace, {"time": time, **options}))
        return TestWorld(self._control, self.url, fields)

    def _control(self, method: str, path: str, content: Any = None) -> Any:
        from werkzeug.test import Client

        response = Client(self.wsgi).open(
            "/_mock" + path,
            method=method,
            data=body_of(content),
            base_url=URL,
            headers={"Authorization": f"Bearer {self._state.control_token}"},
        )
        if response.status_code >= 400:
            raise error_of(response.data)
        return read(response.data)

    def requests_adapter(self) -> BaseAdapter:
        """Return an adapter to mount: `session.mount(server.url, server.requests_adapter())`."""
        from requests import PreparedRequest, Response
        from requests.adapters import BaseAdapter
        from urllib3 import HTTPResponse
        from werkzeug.test import Client

        wsgi = self.wsgi

        class Adapter(BaseAdapter):
            def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
                answer = Client(wsgi).open(
                    request.url, method=request.method, headers=dict(request.headers), data=request.body or b""
                )
                response = Response()
                response.status_code, response.reason = answer.status_code, answer.status.partition(" ")[2]
                response.headers.update(dict(answer.headers))
                response.raw = HTTPResponse(BytesIO(answer.data), headers=dict(answer.headers), preload_content=False)
                response.request, response.url = request, request.url or ""
                return response

            def close(self) -> None:
                """Do nothing: nothing is open."""

        return Adapter()
