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


class SplitCookies(Headers):
    """Headers of HTTP/2, which may split cookies."""

    def items(self) -> Any:
        """Each name with a value, as often as it came."""
        return [*super().items(), ("cookie", "a=1"), ("cookie", "b=2")]


def called(wsgi: Callable[..., Iterable[bytes]], headers: type[Headers] = Headers) -> int:
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
        headers=headers(host="127.0.0.1:8080"),
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


def test_cookies_that_came_apart_are_joined_as_cookies() -> None:
    """By a semicolon (RFC 9113 section 8.2.3), where other headers have a comma."""

    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK" if environ["HTTP_COOKIE"] == "a=1; b=2" else "400 Bad Request", [])
        return [b""]

    assert called(answering, SplitCookies) == 200
