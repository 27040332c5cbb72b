"""Reads the recorded traffic of a client: an HTTP archive (HAR 1.2)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from pacsimile_contract.errors import UsageError
from pacsimile_contract.learn.sources.documents import load_value
from pacsimile_contract.learn.sources.recorded_calls import RecordedCall, read_json
from pacsimile_spec.given_files import MIB, UnusableFile, read_text

MOST_BYTES = 64 * MIB
MOST_CALLS = 5000


def read_har(path: Path) -> list[RecordedCall]:
    """Return the calls of an archive that were answered, in its order.

    Raises:
        UsageError: it cannot be read, or is no archive with calls; names the file and says what to do.
    """
    try:
        text = read_text(path, MOST_BYTES)
    except UnusableFile as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    document = load_value(text, str(path))
    entries = _mapping(_mapping(document).get("log")).get("entries")
    if not isinstance(entries, list):
        raise UsageError(f"{path}: expected an HTTP archive (HAR 1.2), a mapping with log.entries")
    calls = [call for entry in entries[:MOST_CALLS] if (call := _call(_mapping(entry))) is not None]
    if not calls:
        raise UsageError(f"{path}: no call in it has an answer; record a client while it works")
    return with_scopes(calls)


def _call(entry: Mapping[str, Any]) -> RecordedCall | None:
    request, response = _mapping(entry.get("request")), _mapping(entry.get("response"))
    url, method, status = request.get("url"), request.get("method"), response.get("status")
    if not isinstance(url, str) or not isinstance(method, str) or not isinstance(status, int) or status < 100:
        return None
    try:
        urlsplit(url)
    except ValueError:
        return None
    sent = {name.lower(): value for name, value in _headers(request)}
    return RecordedCall(method.upper(), url, sent, _body(request), status, dict(_headers(response)), _content(response))


def _headers(message: Mapping[str, Any]) -> list[tuple[str, str]]:
    given = message.get("headers")
    headers = [_mapping(header) for header in given] if isinstance(given, list) else []
    return [
        (header["name"], header["value"])
        for header in headers
        if isinstance(header.get("name"), str) and isinstance(header.get("value"), str) and header["name"][:1] != ":"
    ]


def _body(request: Mapping[str, Any]) -> bytes | None:
    data = _mapping(request.get("postData"))
    if isinstance(data.get("text"), str) and data["text"]:
        return str(data["text"]).encode()
    params = data.get("params")
    if isinstance(params, list) and params:
        pairs = [(str(_mapping(p).get("name", "")), str(_mapping(p).get("value", ""))) for p in params]
        return urlencode(pairs).encode()
    return None


def _content(response: Mapping[str, Any]) -> bytes | None:
    content = _mapping(response.get("content"))
    text = content.get("text")
    if not isinstance(text, str) or not text:
        return None if not content.get("size") or not isinstance(content["size"], int) or content["size"] <= 0 else b"?"
    if content.get("encoding") == "base64":
        try:
            return base64.b64decode(text)
        except (binascii.Error, ValueError):
            return b"?"
    return text.encode("utf-8", "replace")


def with_scopes(calls: list[RecordedCall]) -> list[RecordedCall]:
    """Return calls with the scopes of their tokens, as the answers that issued the tokens say them."""
    granted: dict[str, frozenset[str]] = {}
    for call in calls:
        document = read_json(
            call.content, next((v for n, v in call.received.items() if n.lower() == "content-type"), "")
        )
        granted |= dict(_grants(document))
    result = []
    for call in calls:
        kind, _, token = call.sent.get("authorization", "").partition(" ")
        scopes = granted.get(token.strip(), frozenset()) if kind.lower() == "bearer" else frozenset[str]()
        result.append(replace(call, token_scopes=scopes))
    return result


def _grants(document: Any, depth: int = 0) -> list[tuple[str, frozenset[str]]]:
    """Return (token, scopes) of an answer: any long text beside a member whose name contains `scope`."""
    if not isinstance(document, dict) or depth > 3:
        return []
    texts = {name: value for name, value in document.items() if isinstance(value, str)}
    scope = next((value for name, value in texts.items() if "scope" in name.lower()), None)
    result = [
        (value, frozenset(scope.split())) for value in texts.values() if scope and len(value) > 15 and value != scope
    ]
    for inside in document.values():
        result += _grants(inside, depth + 1)
    return result


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
