"""The front between granian and the application: what WSGI promises an application is there."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from mock.tests.serving.test_bodies import Arriving
from pacsimile_mock.serving.bodies import Bodies
from pacsimile_mock.serving.front import Front


class Headers(dict[str, str]):
    """Headers as granian gives them."""

    def get_all(self, name: str) -> list[str]:
        """All values of a name."""
        return [self[name]] if name in self else []


class Protocol:
    """Gives a body and takes an answer, as granian does."""

    status = 0

    def __init__(self, arriving: Arriving | None = None) -> None:
        self._arriving = arriving or Arriving()
        self.headers: list[tuple[str, str]] = []

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body in chunks."""
        return self._arriving.__aiter__()

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Take an answer with a body."""
        del body
        self.status, self.headers = status, headers


class SplitCookies(Headers):
    """Headers of HTTP/2, which may split cookies."""

    def items(self) -> Any:
        """Each name with a value, as often as it came."""
        return [*super().items(), ("cookie", "a=1"), ("cookie", "b=2")]


def called(
    wsgi: Callable[..., Iterable[bytes]],
    headers: type[Headers] = Headers,
    arriving: Arriving | None = None,
    bodies: Bodies | None = None,
    **more: str,
) -> Protocol:
    """What a call to an application behind the front is answered with; `more` are headers, with `_` for a hyphen."""
    scope = SimpleNamespace(
        http_version="1.1",
        method="GET",
        path="/",
        query_string="",
        scheme="http",
        server="127.0.0.1:8080",
        client="127.0.0.1:50000",
        authority=None,
        headers=headers(host="127.0.0.1:8080", **{name.replace("_", "-"): value for name, value in more.items()}),
    )
    front, protocol = Front(wsgi, lambda environ: 0), Protocol(arriving)
    front.bodies = bodies or front.bodies
    try:
        asyncio.run(front.__rsgi__(scope, protocol))
    finally:
        front.close()
    return protocol


def test_an_application_can_tell_its_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """What an application writes to WSGI's error stream, Flask of a view that failed above all, is told as ours."""

    def failing(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ["wsgi.errors"].write("broken on purpose")
        start_response("500 Internal Server Error", [])
        return [b"failed"]

    assert called(failing).status == 500
    assert capsys.readouterr().err == "broken on purpose"


def test_cookies_that_came_apart_are_joined_as_cookies() -> None:
    """By a semicolon (RFC 9113 section 8.2.3), where other headers have a comma."""

    def answering(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK" if environ["HTTP_COOKIE"] == "a=1; b=2" else "400 Bad Request", [])
        return [b""]

    assert called(answering, SplitCookies).status == 200


def refusing(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer without a look at the body."""
    del environ
    start_response("400 Bad Request", [])
    return [b"refused"]


SLOW, FULL = {"seconds": 0.01}, {"most_bytes": 3}
SENT = {
    "small": {"content_length": "1000"},
    "chunked": {"transfer_encoding": "chunked"},
    "large": {"content_length": "900000"},
}


@pytest.mark.parametrize(
    ("how", "bounds"), [("small", SLOW), ("small", FULL), ("chunked", SLOW), ("chunked", FULL), ("large", SLOW)]
)
def test_an_answer_before_the_end_of_its_body_says_that_the_connection_ends(how: str, bounds: dict[str, Any]) -> None:
    """The body is too slow, or finds no room. The rest of it would be taken for the next call."""
    answer = called(refusing, arriving=Arriving(b"0123", stalls=True), bodies=Bodies(**bounds), **SENT[how])
    assert ("connection", "close") in answer.headers


@pytest.mark.parametrize("how", SENT)
def test_an_answer_after_its_whole_body_keeps_the_connection(how: str) -> None:
    """Also where the call may send no body of that length, and it was read and let go."""
    answer = called(refusing, arriving=Arriving(b"0" * 1000), **SENT[how])
    assert answer.status == 400
    assert ("connection", "close") not in answer.headers
