"""The small example server in this process, with benign peculiarities: what a right service may do too."""

import gzip
import json
import re
import sys
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

EXAMPLE = Path(__file__).parents[3] / "examples" / "small_server"
sys.path.insert(0, str(EXAMPLE))

from small_server.api import Service  # noqa: E402 (the example is no package that is installed)
from small_server.demo import furnish  # noqa: E402
from small_server.orders import Order as Order  # noqa: E402
from small_server.orders import Organization as Organization  # noqa: E402
from small_server.states import States  # noqa: E402
from small_server.wire import Handler, Request, Response, Server  # noqa: E402

sys.path.remove(str(EXAMPLE))

Answering = Callable[[Request, Callable[[Request], Response]], Response]
"""(request, the server's own answer) → what is answered."""

_TIME = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9:]{8})(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})")


def _json(response: Response, change: Callable[[Any], Any]) -> Response:
    if "json" not in response.media_type:
        return response
    return replace(response, body=json.dumps(change(json.loads(response.body)), separators=(",", ":")).encode())


def _everywhere(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Answering:
    """Change every object of an answer that is not the report itself (whose bytes are digested)."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return change({name: walk(member) for name, member in value.items()})
        return [walk(one) for one in value] if isinstance(value, list) else value

    def answering(request: Request, answer: Callable[[Request], Response]) -> Response:
        response = answer(request)
        return response if "Content-Digest" in response.headers else _json(response, walk)

    return answering


def _times(write: Callable[[re.Match[str]], str]) -> Answering:
    def answering(request: Request, answer: Callable[[Request], Response]) -> Response:
        response = answer(request)
        if "json" not in response.media_type or "Content-Digest" in response.headers or request.path == "/states":
            return response
        return replace(response, body=_TIME.sub(write, response.body.decode()).encode())

    return answering


def _more_headers(**headers: str) -> Answering:
    def answering(request: Request, answer: Callable[[Request], Response]) -> Response:
        response = answer(request)
        return replace(response, headers={**response.headers, **{k.replace("_", "-"): v for k, v in headers.items()}})

    return answering


def _forbidden_paths(request: Request, answer: Callable[[Request], Response]) -> Response:
    known = ("/status", "/orderId", "/results", "/report", "/reports", "/oauth2/token", "/states")
    if request.path not in known and not request.header("Authorization"):
        return Response(b'{"message":"Forbidden"}', "application/json", 403)
    return answer(request)


def _allow_head(request: Request, answer: Callable[[Request], Response]) -> Response:
    response = answer(request)
    if response.status != 405:
        return response
    allow = ", ".join(dict.fromkeys([*response.headers.get("Allow", "GET").split(", "), "HEAD", "OPTIONS"]))
    return replace(response, headers={**response.headers, "Allow": allow})


def _later(seconds: float) -> Answering:
    def answering(request: Request, answer: Callable[[Request], Response]) -> Response:
        time.sleep(seconds if request.path != "/states" else 0.0)
        return answer(request)

    return answering


ANSWERING: dict[str, Answering] = {
    "other-key-order": _everywhere(lambda said: dict(reversed(list(said.items())))),
    "extra-fields": _everywhere(lambda said: {"x_vendor": {"trace": ["a", None, 1.5]}, **said, "links": []}),
    "offset-for-z": _times(lambda at: f"{at[1]}T{at[2]}{at[3] or ''}{'+00:00' if at[4] == 'Z' else at[4]}"),
    "fractions": _times(lambda at: f"{at[1]}T{at[2]}{(at[3] or '.') + '000000'}{at[4]}"),
    "lower-case-t-and-z": _times(lambda at: f"{at[1]}t{at[2]}{at[3] or ''}{at[4].lower()}"),
    "extra-headers": _more_headers(
        Via="1.1 gateway", Server="nginx", ETag='"1"', X_RateLimit_Remaining="99", Strict_Transport_Security="max-age=1"
    ),
    "cookies-of-a-load-balancer": _more_headers(Set_Cookie="AWSALB=abc; Path=/"),
    "403-for-unknown-paths": _forbidden_paths,
    "405-lists-head": _allow_head,
    "answers-late": _later(0.02),
}
"""Peculiarities of what is answered."""


class _Gzipped(Handler):
    def _write(self, response: Response, request_id: str) -> None:
        if response.body and "Content-Digest" not in response.headers and self.command != "HEAD":
            response = replace(
                response, body=gzip.compress(response.body), headers={**response.headers, "Content-Encoding": "gzip"}
            )
        super()._write(response, request_id)


class _Rewritten(Handler, ABC):
    """Writes the head that the server wrote another way."""

    def _write(self, response: Response, request_id: str) -> None:
        whole = _Kept()
        own, self.connection = self.connection, whole  # type: ignore[assignment]
        try:
            super()._write(response, request_id)
        finally:
            self.connection = own
        head, _, body = whole.written.partition(b"\r\n\r\n")
        self.connection.sendall(self.rewritten(head.decode("ascii"), body, response.status))

    @abstractmethod
    def rewritten(self, head: str, body: bytes, status: int) -> bytes:
        """Return the bytes to send."""


class _Kept:
    def __init__(self) -> None:
        self.written = b""

    def sendall(self, data: bytes) -> None:
        """Keep what would be sent."""
        self.written += data

    def settimeout(self, seconds: float) -> None:
        """Ignore it."""


class _Http10(_Rewritten):
    def rewritten(self, head: str, body: bytes, status: int) -> bytes:
        """Answer as HTTP/1.0 does: no length, and the end of the connection is that of the body."""
        self.close_connection = True
        del status
        head = re.sub(r"\r\nContent-Length: [0-9]+|\r\nConnection: close", "", head.replace("HTTP/1.1", "HTTP/1.0", 1))
        return head.encode() + b"\r\nConnection: close\r\n\r\n" + body


HANDLERS: dict[str, type[Handler]] = {"gzip": _Gzipped, "http-1.0": _Http10}
"""Peculiarities of how it is sent."""
CLOCKS = {"two-minutes-fast": 120_000, "two-minutes-slow": -120_000}
"""Clocks that are off, by milliseconds."""
PECULIARITIES = (
    (
        "other-key-order", "extra-fields", "offset-for-z", "extra-headers", "403-for-unknown-paths", "405-lists-head",
        "http-1.0", "two-minutes-fast",
    ),
    ("fractions", "lower-case-t-and-z", "gzip", "two-minutes-slow", "cookies-of-a-load-balancer"),
)  # fmt: skip
"""Those that go together, each in one group: two runs find what sixteen would.

Answers in chunks are among the permissions: `chunk extensions`.
"""


ROLES = ("primary", "same_org", "other_org", "status_only", "ingest_only")
"""What the clients of the example's demonstration may be in a target file."""


def _changed(change: Answering, answer: Callable[[Request], Response], request: Request) -> Response:
    return change(request, answer)


@contextmanager
def varied(
    *names: str, answering: Answering | None = None, handler: type[Handler] = Handler
) -> Iterator[dict[str, Any]]:
    """Serve with the peculiarities of these names, or with `answering`; `handler` sends where none of the names does.

    Gives what the example's first line says, its clients by role, and the service itself.
    """
    service = Service(None)
    service.clock.advance(sum(CLOCKS.get(name, 0) for name in names))
    states = States(service)
    changes = [ANSWERING[name] for name in names if name in ANSWERING] + ([answering] if answering else [])

    def plain(request: Request) -> Response:
        return states.answer(request) if request.path == "/states" else service.answer(request)

    own: Callable[[Request], Response] = plain

    for change in changes:
        own = partial(_changed, change, own)
    server = Server(0, own, service.clock.now)
    clients = furnish(states.world)
    server.RequestHandlerClass = next((HANDLERS[name] for name in names if name in HANDLERS), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield {
            "url": url, "oauth2_endpoint": f"{url}/oauth2", "states_url": f"{url}/states", "states_token": states.token,
            "client": clients[0], "clients": dict(zip(ROLES, clients, strict=True)), "service": service,
        }  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()
