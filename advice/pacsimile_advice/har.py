"""Reads the recorded traffic of a client, an HTTP archive (HAR 1.2), as calls that advice judges.

What the archive does not say stays unknown, and nothing is concluded from it. Tokens and secrets are only compared.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from hashlib import blake2b, sha256
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pacsimile_advice.calls import ClientCall
from pacsimile_advice.har_answers import Answered, read_answer
from pacsimile_advice.journal_lines import UnreadableRecord
from pacsimile_advice.retry_after import seconds_to_wait
from pacsimile_spec import operations
from pacsimile_spec.operation_ids import RETRIEVALS, TOKEN_OPERATIONS

WHAT_TO_GIVE = "give an HTTP archive (HAR 1.2) of a client of the results API"
SECRET_PARAMETERS = frozenset({"client_secret", "access_token", "refresh_token", "client_assertion", "password"})
PROXY_HEADERS = frozenset({"via", "forwarded", "x-forwarded-for"})
SHORTEST_TOKEN = 16
"""Characters of a token: what is shorter stands in its place."""
REDACTED = re.compile(r"redact|removed|hidden|\*{3}|x{6}|\.{3}", re.IGNORECASE)
REQUIREMENTS = {
    "invalid-parameter": "STATUS-3",
    "invalid-body": "BATCH-11",
    "body-too-large": "BATCH-11",
    "unsupported-media-type": "BATCH-11",
    "method-not-allowed": "PROTO-2",
    "invalid_request": "AUTH-5",
}
"""The requirement that a refusal comes from, by its reason: of a problem document, or of an OAuth error."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One entry of an archive: its number in the file, and what it says."""

    number: int
    prefix: str
    operation: str
    request: Mapping[str, Any]
    response: Mapping[str, Any]
    entry: Mapping[str, Any]


def calls_of_har(text: str | bytes, name: str) -> tuple[list[ClientCall], bool]:
    """Return the calls of an archive in the order of their answers, and whether each fetched report is known by its id.

    Args:
        text: the archive.
        name: the file's name, for errors.

    Raises:
        UnreadableRecord: it is no archive, or has no call of the results API.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableRecord(f"{name} is no whole JSON ({error}): {WHAT_TO_GIVE}") from None
    entries = mapping(mapping(document).get("log")).get("entries")
    if not isinstance(entries, list):
        raise UnreadableRecord(f"{name} has no log.entries: {WHAT_TO_GIVE}")
    if not entries:
        raise UnreadableRecord(f"{name} has no entries: record a client while it works")
    recorded = _of_one_service([one for place, entry in enumerate(entries, 1) if (one := _recorded(place, entry))])
    if not recorded:
        raise UnreadableRecord(f"{name} has no call of the results API: record a client of it while it works")
    shown = any("authorization" in headers(one.request) for one in recorded if one.operation not in TOKEN_OPERATIONS)
    calls = _with_known_orders(sorted((_call(one, name, shown) for one in recorded), key=lambda call: call.at))
    fetched = [call for call in calls if call.operation in RETRIEVALS and call.status == 200]
    return calls, all(call.reports for call in fetched)


def _with_known_orders(calls: Sequence[ClientCall]) -> list[ClientCall]:
    """Return the calls; of the unknown ids of acknowledgements, those that earlier answers gave for orders or studies.

    A service may give an order and a report the same id, so that no id of a report is meant.
    """
    orders, reports, judged = set[str](), {""}, list[ClientCall]()
    for call in calls:
        if call.operation == "acknowledgeReports":
            call = replace(
                call, order_ids=tuple(name for name in call.order_ids if name in orders and name not in reports)
            )
        judged.append(call)
        orders.update(name for mention in call.reports for name in (mention.order_id, mention.study_uid))
        orders.update(call.order_ids)
        reports.update(mention.report_id for mention in call.reports)
    return judged


def _recorded(number: int, entry: Any) -> Recorded | None:
    request, response = mapping(mapping(entry).get("request")), mapping(mapping(entry).get("response"))
    url, method = request.get("url"), request.get("method")
    if not isinstance(url, str) or not isinstance(method, str):
        return None
    try:
        path = urlsplit(url).path
    except ValueError:
        return None
    for operation in operations().values():
        if path.endswith(operation.path) and operation.method == method.upper():
            prefix = url.partition("?")[0].removesuffix(operation.path)
            return Recorded(number, prefix, operation.operation_id, request, response, entry)
    return None


def _of_one_service(recorded: Sequence[Recorded]) -> list[Recorded]:
    """Return the calls of the service that has most of them: other services have a `/status` too."""
    prefixes = Counter(one.prefix for one in recorded if one.operation not in TOKEN_OPERATIONS)
    chosen = prefixes.most_common(1)[0][0] if prefixes else None
    return [one for one in recorded if one.operation in TOKEN_OPERATIONS or one.prefix == chosen]


def _call(recorded: Recorded, name: str, shows_tokens: bool) -> ClientCall:
    request, response, operation = recorded.request, recorded.response, recorded.operation
    sent, received = headers(request), headers(response)
    at, status = _answered_at(recorded, name), response.get("status")
    answered = isinstance(status, int) and status > 0
    query = dict(parse_qsl(urlsplit(request["url"]).query, keep_blank_values=True))
    answer = read_answer(operation, response, received, query, _posted(request)) if answered else Answered()
    scheme, _, credentials = sent.get("authorization", "").partition(" ")
    bearer = credentials.strip() if scheme.lower() == "bearer" else None
    token = answer.token if operation in TOKEN_OPERATIONS else bearer
    no_token = shows_tokens and status == 401 and "authorization" not in sent and operation not in TOKEN_OPERATIONS
    return ClientCall(
        number=recorded.number,
        at=at,
        real_at=at,
        client=_client(sent, request) if operation in TOKEN_OPERATIONS else None,
        operation=operation,
        method=request["method"].upper(),
        parameters=query,
        status=status if answered else None,
        whole=answered and "_error" not in response and _is_whole(response, received),
        requirement="AUTH-9" if no_token else REQUIREMENTS.get(answer.reason),
        retry_after=_retry_after(received, at),
        token=_name_of(token),
        lifetime=answer.lifetime,
        connection=_connection(recorded.entry, sent),
        secret_in_url=not SECRET_PARAMETERS.isdisjoint(query),
        with_body=_has_body(request, sent),
        reports=answer.reports,
        order_ids=answer.order_ids,
        order_status=answer.order_status,
        has_more=answer.has_more,
    )


def _name_of(token: str | None) -> str | None:
    """Return a hash of a token; None where the recorder took it out, since all tokens then look the same."""
    if token is None or len(token) < SHORTEST_TOKEN or REDACTED.search(token):
        return None
    return blake2b(token.encode(errors="replace"), digest_size=6).hexdigest()


def _answered_at(recorded: Recorded, name: str) -> float:
    entry = recorded.entry
    began, taken = entry.get("startedDateTime"), entry.get("time")
    try:
        at = datetime.fromisoformat(str(began)).timestamp()
    except (ValueError, OverflowError):
        raise UnreadableRecord(f"{name}: entry {recorded.number} has no startedDateTime: {WHAT_TO_GIVE}") from None
    return at + (taken / 1000 if isinstance(taken, int | float) and 0 <= taken < 86_400_000 else 0)


def _retry_after(received: Mapping[str, str], at: float) -> float | None:
    """Return the seconds to wait; a date counts from the answer's own `Date`, as the service's clock may be off."""
    if "retry-after" not in received:
        return None
    with suppress(KeyError, ValueError, OverflowError):
        at = parsedate_to_datetime(received["date"]).timestamp()
    return seconds_to_wait(received["retry-after"], at)


def _client(sent: Mapping[str, str], request: Mapping[str, Any]) -> str | None:
    scheme, _, credentials = sent.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return b64decode(credentials.strip()).decode(errors="replace").partition(":")[0] or None
        except ValueError:
            return None
    return dict(parse_qsl(_posted(request) or "")).get("client_id")


def _posted(request: Mapping[str, Any]) -> str | None:
    text = mapping(request.get("postData")).get("text")
    return text if isinstance(text, str) and text else None


def _has_body(request: Mapping[str, Any], sent: Mapping[str, str]) -> bool:
    """Tell whether a request has a body, or may have one: recorders leave bodies out."""
    empty = request.get("bodySize") == 0 or sent.get("content-length") == "0"
    return _posted(request) is not None or not empty


def _connection(entry: Mapping[str, Any], sent: Mapping[str, str]) -> str | None:
    connection = entry.get("connection")
    return connection if isinstance(connection, str) and connection and PROXY_HEADERS.isdisjoint(sent) else None


def _is_whole(response: Mapping[str, Any], received: Mapping[str, str]) -> bool:
    """Tell whether the body fits its digest (RFC 9530), where the archive surely has the bytes as they came."""
    content, digest = mapping(response.get("content")), received.get("content-digest", "")
    if content.get("encoding") != "base64" or not isinstance(content.get("text"), str) or "sha-256=:" not in digest:
        return True
    try:
        body = b64decode(content["text"], validate=True)
        wanted = b64decode(digest.partition("sha-256=:")[2].partition(":")[0], validate=True)
    except ValueError:
        return True
    cut_by_recorder = content.get("size") not in (None, len(body))
    return cut_by_recorder or sha256(body).digest() == wanted


def headers(message: Mapping[str, Any]) -> dict[str, str]:
    """Return the headers of a request or an answer, by their names in lower case."""
    given = message.get("headers")
    pairs = [mapping(header) for header in given] if isinstance(given, list) else []
    texts = [(pair.get("name"), pair.get("value")) for pair in pairs]
    return {name.lower(): value for name, value in texts if isinstance(name, str) and isinstance(value, str)}


def mapping(value: Any) -> Mapping[str, Any]:
    """Return a JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}
