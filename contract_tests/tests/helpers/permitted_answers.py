"""Permissions about what answers say: members, times, numbers, problems, headers."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from itertools import count
from urllib.parse import parse_qs, quote

from contract_tests.tests.helpers.permitted import (
    SECOND,
    Answer,
    Change,
    Making,
    Permission,
    documents,
    headers,
    is_report,
    members,
    redigested,
    responses,
)
from contract_tests.tests.helpers.varied_server import Request, Response, Service

_TIME = re.compile(r'"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,12})(Z|[+-][0-9]{2}:[0-9]{2})"')


def traced() -> Making:
    """Add members of which no two answers have the same: a trace's name, the time, the replica."""
    numbers = count(1)
    return documents(lambda said: {**said, "trace_id": f"t-{next(numbers)}", "served": {"by": next(numbers) % 3}})


def reports_traced() -> Making:
    """Do so in json reports too, whose digest follows."""
    numbers = count(1)

    def changed(_: Request, response: Response) -> Response:
        if not is_report(response) or response.media_type != "application/json":
            return response
        body = json.dumps({**json.loads(response.body), "retrieved": next(numbers)}, ensure_ascii=False).encode()
        return redigested(response, body)

    return responses(changed)


def times(write: Callable[[datetime, int], str]) -> Making:
    """Write the times of documents and of json reports another way: (instant in UTC, number of the answer)."""
    numbers = count()

    def changed(_: Request, response: Response) -> Response:
        if "json" not in response.media_type:
            return response
        number = next(numbers)
        body = _TIME.sub(lambda at: f'"{write(datetime.fromisoformat(at[1] + at[2]).astimezone(UTC), number)}"',
                         response.body.decode()).encode()  # fmt: skip
        return redigested(response, body) if is_report(response) else replace(response, body=body)

    return responses(changed)


def _in_zone(at: datetime, number: int) -> str:
    hours = (0, 5, -7)[number % 3]
    local = (at + timedelta(hours=hours)).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{local}{hours:+03d}:00"


def _leap_second(at: datetime, _: int) -> str:
    """Say second 60 for second 0 of the next minute: the same instant, and what RFC 3339 has for leap seconds."""
    if at.second:
        return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    before = at - timedelta(minutes=1)
    return f"{before:%Y-%m-%dT%H:%M}:60.{at.microsecond // 1000:03d}Z"


def echoing(request: Request, response: Response) -> Response:
    """Say in the detail what was asked for, percent-encoded."""
    if response.status != 404:
        return response
    asked = parse_qs(request.query)
    named = next((asked[name][0] for name in ("order_id", "study_uid", "study_group") if name in asked), "?")
    said = {**json.loads(response.body), "detail": f"There is no {quote(named)} here."}
    return replace(response, body=json.dumps(said).encode())


def in_detail(_: Request, response: Response) -> Response:
    """Name what is wrong in the detail, and have no `errors`."""
    if response.media_type != "application/problem+json":
        return response
    said = json.loads(response.body)
    wrong = ", ".join(f"{one['parameter']} ({one['reason']})" for one in said.pop("errors", []))
    return replace(response, body=json.dumps({**said, "detail": wrong or said["detail"]}).encode())


def typed(_: Request, response: Response) -> Response:
    """Write media types with other parameters, case and quotation marks."""
    others = {
        "text/plain; charset=utf-8": 'Text/Plain;format=flowed; Charset="UTF-8"',
        "text/csv": "text/csv; header=present",
        "application/json": "application/json;charset=UTF-8",
    }
    kind = others.get(response.media_type, response.media_type.title())
    return replace(response, media_type=kind)


def challenges(request: Request, response: Response) -> Response:
    """Offer another scheme beside the one that is asked for, in front of it."""
    if "WWW-Authenticate" not in response.headers:
        return response
    own = response.headers["WWW-Authenticate"]
    other = 'Bearer realm="gateway"' if own.startswith("Basic") else 'Basic realm="a, Bearer"'
    return replace(response, headers={**response.headers, "WWW-Authenticate": f"{other}, {own}"})


def dated(service: Service) -> Change:
    """Say as a date when to come back."""

    def changed(request: Request, answer: Answer) -> Response:
        response = answer(request)
        if request.path == "/states" or "Retry-After" not in response.headers:
            return response
        then = service.clock.now() / SECOND + int(response.headers["Retry-After"]) + 1
        return replace(response, headers={**response.headers, "Retry-After": formatdate(then, usegmt=True)})

    return changed


def other_bytes() -> Making:
    """Write a text's end another way each time: the same bytes are a SHOULD."""
    numbers = count()

    def changed(_: Request, response: Response) -> Response:
        text = is_report(response) and response.media_type.startswith("text/plain")
        return redigested(response, response.body + b"\n" * next(numbers)) if text else response

    return responses(changed)


def patient(_: Request, response: Response) -> Response:
    """Ask to come back after an hour, where a report is not ready."""
    if response.status != 409 or "Retry-After" not in response.headers:
        return response
    return replace(response, headers={**response.headers, "Retry-After": "3600"})


def without_error(_: Request, response: Response) -> Response:
    """Say that a token is not good, and not why."""
    if response.status != 401 or "Bearer" not in response.headers.get("WWW-Authenticate", ""):
        return response
    return replace(response, headers={**response.headers, "WWW-Authenticate": "Bearer"})


def refreshing(request: Request, response: Response) -> Response:
    """Give a refresh token beside the other."""
    if request.path != "/oauth2/token" or response.status != 200:
        return response
    return replace(response, body=json.dumps({**json.loads(response.body), "refresh_token": "r-1"}).encode())


ANSWERS: dict[str, Permission] = {
    "members that differ from answer to answer": Permission(traced()),
    "a json report with more members": Permission(reports_traced()),
    "another zone in each answer": Permission(times(_in_zone), found=(("RESULTS-6", "WARN"),)),
    "nine digits and -00:00": Permission(times(lambda at, _: f"{at:%Y-%m-%dT%H:%M:%S.%f}000-00:00")),
    "second 60": Permission(times(_leap_second)),
    "whole seconds": Permission(times(lambda at, _: f"{at:%Y-%m-%dT%H:%M:%S}Z")),
    "integers with a fraction of zero": Permission(
        members(
            count=float,
            progress=float,
            expires_in=float,
            status=lambda one: float(one) if isinstance(one, int) else one,
        )
    ),
    "spaces in JSON": Permission(documents(lambda said: said, indent=2)),
    "scopes in another order": Permission(members(scope=lambda said: " ".join(reversed(said.split())))),
    "lists in another order": Permission(
        members(
            acknowledged=lambda ids: ids[::-1], not_found=lambda ids: ids[::-1], report_types=lambda kinds: kinds[::-1]
        )
    ),
    "types of problems that end after a slash": Permission(members(type=lambda kind: kind.replace("#", "/"))),
    "types of problems that end after a colon": Permission(
        members(type=lambda kind: f"urn:x:{kind.partition('#')[2]}")
    ),
    "another instance": Permission(members(instance=lambda _: "/x")),
    "parameters named in the detail": Permission(responses(in_detail)),
    "identifiers in the detail": Permission(responses(echoing)),
    "media types in other spellings": Permission(responses(typed)),
    "several challenges": Permission(responses(challenges)),
    "Retry-After as a date": Permission(dated),
    "other names of files": Permission(headers(Content_Disposition=lambda _: "inline; filename*=UTF-8''r%20port.bin")),
    "digests by more algorithms": Permission(
        headers(
            Content_Digest=lambda said: (
                "sha-512=:"
                + base64.b64encode(hashlib.sha512(said.body).digest()).decode()
                + ":, "
                + said.headers["Content-Digest"]
            )
        )
    ),
    "401 without an error": Permission(responses(without_error), found=(("AUTH-10", "WARN"),)),
    "refresh tokens": Permission(responses(refreshing), found=(("AUTH-7", "WARN"),)),
    "Retry-After of an hour": Permission(responses(patient)),
    "other bytes each time": Permission(other_bytes(), found=(("RESULTS-6", "WARN"),)),
}
"""Each with what the contract says of it, in short."""
