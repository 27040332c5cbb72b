"""What it takes to let the small example use a permission of the contract: changes of its right answers."""

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from threading import Thread
from typing import Any

from contract_tests.tests.helpers.permitted_wire import BARE, Writer, writing
from contract_tests.tests.helpers.varied_server import Request, Response, Server, Service, States, furnish

Answer = Callable[[Request], Response]
Change = Callable[[Request, Answer], Response]
"""(request, the server's own answer) → what is answered."""
Making = Callable[[Service], Change]

SECOND = 1000


@dataclass(frozen=True)
class Permission:
    """A permission, as the example uses it: by what it answers, or by how that is written.

    `found` are the verdicts that must tell of it all the same: a recommendation that is not followed is a WARN.
    """

    making: Making | None = None
    writer: Writer | None = None
    found: tuple[tuple[str, str], ...] = ()


def is_report(response: Response) -> bool:
    """Tell whether the answer is a report, whose bytes are digested."""
    return "Content-Digest" in response.headers


def responses(change: Callable[[Request, Response], Response]) -> Making:
    """Change answers, but those of the states."""

    def changed(request: Request, answer: Answer) -> Response:
        response = answer(request)
        return response if request.path == "/states" else change(request, response)

    return lambda _: changed


def documents(change: Callable[[Any], Any], **style: Any) -> Making:
    """Change the documents of answers that are no reports; `style` is how JSON is written."""

    def changed(_: Request, response: Response) -> Response:
        if is_report(response) or "json" not in response.media_type:
            return response
        return replace(response, body=json.dumps(change(json.loads(response.body)), **style).encode())

    return responses(changed)


def members(**change: Callable[[Any], Any]) -> Making:
    """Change members by name, wherever they stand."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: change[name](one) if name in change else walk(one) for name, one in value.items()}
        return [walk(one) for one in value] if isinstance(value, list) else value

    return documents(walk)


def headers(**change: Callable[[Response], str]) -> Making:
    """Change headers that an answer has; `_` stands for a hyphen."""

    def changed(_: Request, response: Response) -> Response:
        named = {name.replace("_", "-"): value for name, value in change.items()}
        new = {name: value(response) for name, value in named.items() if name in response.headers}
        return replace(response, headers={**response.headers, **new})

    return responses(changed)


def problem(status: int, reason: str, **more: str) -> Response:
    """Return a refusal as the example spells it."""
    said = {
        "type": f"https://example.org/problems#{reason}",
        "title": reason,
        "status": status,
        "detail": "",
        "instance": "/",
    }
    return Response(json.dumps(said).encode(), "application/problem+json", status, more)


def gateways(status: int, page: bytes = b"<html><h1>No.</h1></html>", media_type: str = "text/html") -> Response:
    """Return what stands before the service says: any body, none of its headers."""
    return Response(page, media_type, status, {BARE: "yes"})


def redigested(response: Response, body: bytes) -> Response:
    """Return the report with other bytes."""
    digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
    return replace(response, body=body, headers={**response.headers, "Content-Digest": f"sha-256=:{digest}:"})


@contextmanager
def serving(permissions: Iterable[Permission]) -> Iterator[dict[str, Any]]:
    """Serve the example as it uses these permissions; give its addresses, its first client and its clock."""
    used = list(permissions)
    service = Service(None)
    states = States(service)

    def plain(request: Request) -> Response:
        return states.answer(request) if request.path == "/states" else service.answer(request)

    answer: Answer = plain
    for making in (one.making for one in used if one.making is not None):
        answer = partial(_through, making(service), answer)
    server = Server(0, answer, service.clock.now)
    server.RequestHandlerClass = writing(*(one.writer for one in used if one.writer is not None))
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield {
            "url": url, "oauth2_endpoint": f"{url}/oauth2", "states_url": f"{url}/states", "states_token": states.token,
            "client": furnish(states.world)[0], "clock": service.clock,
        }  # fmt: skip
    finally:
        server.shutdown()
        server.server_close()


def _through(change: Change, answer: Answer, request: Request) -> Response:
    return change(request, answer)
