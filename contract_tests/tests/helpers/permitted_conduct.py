"""Permissions about how a service behaves: its report types, how busy it is, what stands before it, how it writes."""

import json
import re
import time
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote

from contract_tests.tests.helpers import permitted_wire as wire
from contract_tests.tests.helpers.permitted import (
    SECOND,
    Answer,
    Change,
    Making,
    Permission,
    gateways,
    is_report,
    problem,
)
from contract_tests.tests.helpers.varied_server import Request, Response, Service


def forgetful(service: Service) -> Change:
    """Remember a listing for an hour."""
    shown: dict[str, int] = {}

    def changed(request: Request, answer: Answer) -> Response:
        now, who = service.clock.now(), str(parse_qs(request.query).get("organizationId"))
        if request.path == "/reports" and request.method == "POST" and now - shown.get(who, now) > 3600 * SECOND:
            service.backlog._shown.clear()
        if request.path == "/reports" and request.method == "GET":
            shown[who] = now
        return answer(request)

    return changed


def without_types(*gone: str) -> Making:
    """Offer no report in these types."""

    def walk(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                name: [kind for kind in one if kind not in gone] if name == "report_types" else walk(one)
                for name, one in value.items()
            }
        return [walk(one) for one in value] if isinstance(value, list) else value

    def changed(request: Request, answer: Answer) -> Response:
        if request.path == "/states" and any(f'"{kind}"'.encode() in request.body for kind in gone):
            return problem(422, "not-with-these-params")
        response = answer(request)
        if is_report(response):
            asked = parse_qs(request.query)["report_type"][0]
            return problem(404, "report-type-not-available") if asked in gone else response
        if "json" in response.media_type and request.path != "/states":
            return replace(response, body=json.dumps(walk(json.loads(response.body))).encode())
        return response

    return lambda _: changed


def busy(every: int) -> Making:
    """Answer each so-manieth call of the API 429, and each third token request 503."""
    calls, tokens = count(1), count(1)

    def changed(request: Request, answer: Answer) -> Response:
        if request.path == "/oauth2/token" and next(tokens) % 3 == 1:
            return problem(503, "service-unavailable", **{"Retry-After": "1"})
        if request.path not in ("/oauth2/token", "/states") and next(calls) % every == 0:
            return problem(429, "too-many-requests", **{"Retry-After": "1"})
        return answer(request)

    return lambda _: changed


def firewall(request: Request, answer: Answer) -> Response:
    """Keep from the service what is plainly hostile, and what is over the gateway's limits."""
    if len(request.query) + len(request.path) > 8000:
        return gateways(414)
    if sum(map(len, request.headers.values())) > 8000:
        return gateways(431)
    if request.body.count(b",") >= 10_000:
        return gateways(413)
    if request.method not in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"):
        return gateways(501)
    if re.search(r"[\x00-\x1f\x7f]", unquote(request.query) + unquote(request.path)):
        return gateways(400)
    return answer(request)


def no_token_first(request: Request, answer: Answer) -> Response:
    """Ask who has no token for one, before anything else: paths and methods included."""
    if request.path in ("/states", "/oauth2/token") or request.header("Authorization"):
        return answer(request)
    challenge = {"WWW-Authenticate": 'Bearer realm="x"'}
    return problem(401, "invalid-token", **challenge)


def not_implemented(request: Request, answer: Answer) -> Response:
    """Say 501 of methods that no path has."""
    if request.method in ("PUT", "DELETE", "PATCH"):
        return problem(501, "not-implemented")
    return answer(request)


def by_name(service: Service) -> Change:
    """List what was completed at one instant by name, and not as it became ready."""
    backlog = service.backlog

    def listing(client_id: str, organization: Any, limit: int | None) -> dict[str, Any]:
        waiting = sorted(organization.waiting.values(), key=lambda one: (one.completed_at, one.report_id))
        said = own(client_id, organization, None)
        entries = {one["report_id"]: one for one in said["reports"]}
        chosen = [one.report_id for one in waiting][:limit]
        backlog._shown[backlog.place(client_id, organization)] = chosen
        return {**said, "reports": [entries[one] for one in chosen], "count": len(chosen)}

    own, backlog.listing = backlog.listing, listing  # type: ignore[method-assign]
    return lambda request, answer: answer(request)


def unsteady() -> Making:
    """Take up to some milliseconds for each call, of which no two have the same."""
    numbers = count()

    def changed(request: Request, answer: Answer) -> Response:
        time.sleep((next(numbers) * 7 % 13) / 2000)
        response = answer(request)
        time.sleep((next(numbers) * 5 % 11) / 2000)
        return response

    return lambda _: changed


CONDUCT: dict[str, Permission] = {
    "listings remembered for an hour": Permission(forgetful),
    "no txt": Permission(without_types("txt")),
    "json alone": Permission(without_types("txt", "pdf", "hl7v2", "csv")),
    "pdf alone": Permission(without_types("txt", "json", "hl7v2", "csv")),
    "busy now and then": Permission(busy(7)),
    "a firewall": Permission(lambda _: firewall),
    "401 before 404 and 405": Permission(lambda _: no_token_first),
    "501 for methods of no path": Permission(lambda _: not_implemented),
    "ties by name": Permission(by_name),
    "answers that take their time": Permission(unsteady()),
}
"""Each with what the contract says of it, in short."""

WIRE: dict[str, Permission] = {
    "early hints": Permission(writer=wire.early_hints),
    "lower case": Permission(writer=wire.lower_case),
    "upper case": Permission(writer=wire.upper_case),
    "no space": Permission(writer=wire.no_space),
    "closes silently": Permission(writer=wire.closes_silently),
    "chunk extensions": Permission(writer=wire.chunk_extensions),
    "two lines": Permission(writer=wire.two_lines),
    "no digest": Permission(writer=wire.no_digest, found=(("RESULTS-9", "WARN"),)),
    "replicas": Permission(writer=wire.Replicas()),
}
"""How answers are written."""
