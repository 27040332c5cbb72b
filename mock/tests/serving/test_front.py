"""The front between granian and the application: what WSGI promises an application is there."""

import asyncio
from collections.abc import Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from pacsimile_mock.serving.front import Front


class Headers(dict[str, str]):
    """Headers as granian gives them."""

    def get_all(self, name: str) -> list[str]:
        """All values of a name."""
        return [self[name]] if name in self else []


class Protocol:
    """Takes an answer, as granian does."""

    status = 0

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Take an answer with a body."""
        del headers, body
        self.status = status


def called(wsgi: Callable[..., Iterable[bytes]]) -> int:
    """The status of a call to an application behind the front."""
    scope = SimpleNamespace(
        http_version="1.1",
        method="GET",
        path="/",
        query_string="",
        scheme="http",
        server="127.0.0.1:8080",
        client="127.0.0.1:50000",
        authority=None,
        headers=Headers(host="127.0.0.1:8080"),
    )
    front, protocol = Front(wsgi, lambda environ: 0), Protocol()
    try:
        asyncio.run(front.__rsgi__(scope, protocol))
    finally:
        front.close()
    return protocol.status


def test_an_application_can_tell_its_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """What an application writes to WSGI's error stream, Flask of a view that failed above all, is told as ours."""

    def failing(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.errors"].write("broken on purpose")
        start_response("500 Internal Server Error", [])
        return [b"failed"]

    assert called(failing) == 500
    assert capsys.readouterr().err == "broken on purpose"
