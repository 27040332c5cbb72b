"""Permissions about tokens: how long they live, what they look like, how they are asked for and sent."""

import base64
import hashlib
import json
from collections import defaultdict
from copy import copy
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from contract_tests.tests.helpers.permitted import SECOND, Answer, Change, Permission, members, problem
from contract_tests.tests.helpers.varied_server import Request, Response, Service
from pacsimile_contract.facts.jwt import base64url

MOST_ALIVE = 100


def short_lived(service: Service) -> Change:
    """Give tokens that live five minutes."""
    issue = service.tokens.issue

    def shorter(token: Any, now: int) -> str:
        if token.expires_at == now + 3600 * SECOND:
            token.expires_at = now + 300 * SECOND
        return issue(token, now)

    service.tokens.issue = shorter  # type: ignore[method-assign]
    return members(expires_in=lambda _: 300)(service)


def a_hundred(service: Service) -> Change:
    """Keep a hundred tokens of each client alive: the oldest ends when there are more."""
    issue, given = service.tokens.issue, defaultdict[str, list[Any]](list)

    def fewer(token: Any, now: int) -> str:
        alive = given[token.client.client_id]
        alive.append(token)
        if len(alive) > MOST_ALIVE:
            alive.pop(0).expires_at = 0
        return issue(token, now)

    service.tokens.issue = fewer  # type: ignore[method-assign]
    return lambda request, answer: answer(request)


def as_jwt(service: Service) -> Change:
    """Give JWTs: issued a while ago, for several services, with an end between two seconds and scopes in a list."""
    issue = service.tokens.issue

    def signed(token: Any, now: int) -> str:
        own = issue(token, now)
        claims = {
            "iss": "https://issuer.example", "aud": ["urn:another", "urn:results"], "iat": now // SECOND - 240,
            "exp": token.expires_at / SECOND, "scp": sorted(token.scopes), "jti": own,
        }  # fmt: skip
        header = {"alg": "ES256", "typ": "JWT", "kid": "2024/05"}
        pieces = [base64url(json.dumps(one).encode()) for one in (header, claims)]
        text = ".".join([*pieces, base64url(hashlib.sha512(pieces[1].encode()).digest())])
        service.tokens._tokens[hashlib.sha256(text.encode()).digest()] = token
        return text

    service.tokens.issue = signed  # type: ignore[method-assign]
    return lambda request, answer: answer(request)


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
        by_query = request.method == "GET"
        pairs = [pair for pair in (request.query if by_query else request.body.decode("latin-1")).split("&") if pair]
        scopes = [pair for pair in pairs if pair.startswith("scope=")]
        if request.path == "/oauth2/token" and scopes in ([], ["scope="]):  # without a value it counts as omitted
            asked = "&".join([*(pair for pair in pairs if pair not in scopes), "scope=status.read%20reports.read"])
            response = answer(
                replace(request, query=asked) if by_query else replace(request, body=asked.encode("latin-1"))
            )
            return response if b"invalid_scope" not in response.body else answer(request)
        return answer(request)

    return changed


def bad_requests(request: Request, answer: Answer) -> Response:
    """Say 400 where credentials are lacking or malformed."""
    response = answer(request)
    given = request.header("Authorization") or ""
    tried = _holds_a_pair(given) or parse_qs(request.body.decode("latin-1")).get("client_secret")
    if request.path == "/oauth2/token" and response.status == 401 and not tried:
        body = json.dumps({"error": "invalid_request", "error_uri": "https://x.example/"}).encode()
        return Response(body, "application/json", 400)
    return response


def _holds_a_pair(authorization: str) -> bool:
    """Tell whether the value is Basic with an id and a secret (RFC 7617 section 2), right or wrong ones."""
    scheme, _, encoded = authorization.partition(" ")
    try:
        return scheme == "Basic" and ":" in base64.b64decode(encoded, validate=True).decode()
    except ValueError:
        return False


def one_header(request: Request, answer: Answer) -> Response:
    """Say 400 of two Authorization headers, and of `Bearer` without a token (RFC 6750 section 3.1)."""
    given = request.headers.get_all("Authorization", [])
    if request.path not in ("/oauth2/token", "/states") and (len(given) > 1 or given == ["Bearer"]):
        return problem(400, "invalid-request", **{"WWW-Authenticate": 'Bearer error="invalid_request"'})
    return answer(request)


def first_header(request: Request, answer: Answer) -> Response:
    """Read the first of several Authorization headers, and pass over the rest."""
    given = request.headers.get_all("Authorization", [])
    if len(given) < 2:
        return answer(request)
    headers = copy(request.headers)
    del headers["Authorization"]
    headers["Authorization"] = given[0]
    return answer(replace(request, headers=headers))


def secrets_passed_over(request: Request, answer: Answer) -> Response:
    """Pass over a secret in the URL, as over any parameter that the token endpoint does not know."""
    kept = [one for one in request.query.split("&") if not one.startswith("client_secret")]
    return answer(replace(request, query="&".join(kept)) if request.path == "/oauth2/token" else request)


TOKENS: dict[str, Permission] = {
    "tokens of five minutes": Permission(short_lived),
    "one token an hour": Permission(one_token),
    "the first of two headers": Permission(lambda _: first_header, found=(("AUTH-13", "WARN"),)),
    "secrets in the URL passed over": Permission(lambda _: secrets_passed_over, found=(("AUTH-8", "WARN"),)),
    "a hundred live tokens": Permission(a_hundred),
    "JWTs": Permission(as_jwt),
    "leeway of 300 s": Permission(lenient, found=(("AUTH-18", "FAIL"),)),
    "a narrow default set": Permission(narrow_by_default),
    "400 for credentials that are none": Permission(lambda _: bad_requests),
    "400 for two Authorization headers": Permission(lambda _: one_header),
}
"""Each with what the contract says of it, in short."""
