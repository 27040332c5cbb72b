"""Permissions about how a service behaves: its tokens, its report types, how busy it is, what stands before it."""

import json
import re
import time
from dataclasses import replace
from itertools import count
from typing import Any
from urllib.parse import parse_qs, unquote

import permitted_wire as wire
from permitted import SECOND, Answer, Change, Making, Permission, gateways, is_report, members, problem
from varied_server import Request, Response, Service


def short_lived(service: Service) -> Change:
    """Give tokens that live five minutes."""
    issue = service.tokens.issue

    def shorter(token: Any, now: int) -> str:
        if token.expires_at == now + 3600 * SECOND:
            token.expires_at = now + 300 * SECOND
        return issue(token, now)

    service.tokens.issue = shorter  # type: ignore[method-assign]
    return members(expires_in=lambda _: 300)(service)


def lenient(service: Service) -> Change:
    """Take a token until 300 s after its end, as RFC 7519 section 4.1.4 allows."""
    issue = service.tokens.issue

    def longer(token: Any, now: int) -> str:
        token.expires_at += 300 * SECOND
        return issue(token, now)

    service.tokens.issue = longer  # type: ignore[method-assign]
    return lambda request, answer: answer(request)


def one_token(service: Service) -> Change:
    """Give a client the token that it has, while that lasts."""
    kept: dict[tuple[str, ...], tuple[dict[str, Any], int]] = {}

    def changed(request: Request, answer: Answer) -> Response:
        response = answer(request)
        if request.path != "/oauth2/token" or response.status != 200:
            return response
        said, now = json.loads(response.body), service.clock.now()
        asked = parse_qs(request.query or request.body.decode())
        key = (request.header("Authorization") or str(asked.get("client_id")), said["scope"])
        if key not in kept or kept[key][1] - now < 60 * SECOND:
            kept[key] = (said, now + 3600 * SECOND)
        first, end = kept[key]
        body = json.dumps({**first, "expires_in": (end - now) // SECOND}).encode()
        return replace(response, body=body)

    return changed


def narrow_by_default(service: Service) -> Change:
    """Give no reports.ack to who asks for no scope."""

    def changed(request: Request, answer: Answer) -> Response:
        asked = parse_qs(request.query or request.body.decode("latin-1"))
        if request.path == "/oauth2/token" and "scope" not in asked:
            more = "scope=status.read%20reports.read"
            if request.method == "GET":
                narrowed = replace(request, query="&".join(one for one in (request.query, more) if one))
            else:
                narrowed = replace(request, body=b"&".join(one for one in (request.body, more.encode()) if one))
            response = answer(narrowed)
            return response if b"invalid_scope" not in response.body else answer(request)
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


def bad_requests(request: Request, answer: Answer) -> Response:
    """Say 400 where credentials are lacking or malformed."""
    response = answer(request)
    given = request.header("Authorization") or ""
    tried = re.fullmatch(r"Basic [A-Za-z0-9+/]{8,}=*", given) and not given.endswith("/w==") and "29" not in given
    if request.path == "/oauth2/token" and response.status == 401 and not tried:
        body = json.dumps({"error": "invalid_request", "error_uri": "https://x.example/"}).encode()
        return Response(body, "application/json", 400)
    return response


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


def one_header(request: Request, answer: Answer) -> Response:
    """Say 400 of two Authorization headers, and of `Bearer` without a token (RFC 6750 section 3.1)."""
    given = request.headers.get_all("Authorization", [])
    if request.path not in ("/oauth2/token", "/states") and (len(given) > 1 or given == ["Bearer"]):
        return problem(400, "invalid-request", **{"WWW-Authenticate": 'Bearer error="invalid_request"'})
    return answer(request)


CONDUCT: dict[str, Permission] = {
    "tokens of five minutes": Permission(short_lived),
    "one token an hour": Permission(one_token),
    "leeway of 300 s": Permission(lenient, found=(("AUTH-18", "FAIL"),)),
    "a narrow default set": Permission(narrow_by_default),
    "no txt": Permission(without_types("txt")),
    "json alone": Permission(without_types("txt", "pdf", "hl7v2", "csv")),
    "pdf alone": Permission(without_types("txt", "json", "hl7v2", "csv")),
    "busy now and then": Permission(busy(7)),
    "a firewall": Permission(lambda _: firewall),
    "401 before 404 and 405": Permission(lambda _: no_token_first),
    "501 for methods of no path": Permission(lambda _: not_implemented),
    "400 for credentials that are none": Permission(lambda _: bad_requests),
    "400 for two Authorization headers": Permission(lambda _: one_header),
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
    "replicas": Permission(writer=wire.Replicas()),
}
"""How answers are written."""
