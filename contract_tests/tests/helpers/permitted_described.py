"""Services that keep to the public description, and to nothing that only our contract or an RFC has."""

import json
from collections.abc import Callable
from dataclasses import replace

from contract_tests.tests.helpers.permitted import BARE, Permission, responses
from contract_tests.tests.helpers.varied_server import Request, Response

REFUSALS = frozenset(range(400, 500)) - {429}
Refusal = Callable[[Request, Response], Response]


def _bare(status: int, body: bytes, media_type: str) -> Response:
    return Response(body, media_type, status, {BARE: "yes"})


def nothing_there(_: Request, response: Response) -> Response:
    """Say 404 of everything that is wrong, in JSON of its own."""
    return _bare(404, b'{"message":"Not Found"}', "application/json") if response.status in REFUSALS else response


def forbidding(_: Request, response: Response) -> Response:
    """Say 403 of everything that is wrong, as text."""
    return _bare(403, b"No.\n", "text/plain") if response.status in REFUSALS else response


def sparing(_: Request, response: Response) -> Response:
    """Have no header beyond what HTTP asks for: none that names an answer or a report, or is its digest."""
    kept = {name: value for name, value in response.headers.items() if not name.startswith(("X-", "Content-Di"))}
    return replace(response, headers={**kept, BARE: "yes"})


def plain(request: Request, response: Response) -> Response:
    """Say what is wrong by the status alone, and have no header beyond what HTTP asks for, on any answer."""
    said = json.dumps({"error": str(response.status)}).encode()
    refused = response.status in REFUSALS
    return _bare(response.status, said, "application/json") if refused else sparing(request, response)


SPARING: dict[str, Permission] = {
    "404 for all": Permission(responses(nothing_there)),
    "403 for all": Permission(responses(forbidding)),
    "status alone": Permission(responses(plain)),
}
"""Each with how it refuses."""
