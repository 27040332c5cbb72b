"""Bodies of requests: read whole and within a bound, or refused."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import ClientDisconnect, Request

from starlette_server.problems import Problem

LARGEST = 1 << 20
MOST_IDS = 10_000


async def read_body(request: Request) -> bytes:
    """The whole body.

    Raises:
        Problem: `body-too-large`, or `invalid-body` where it did not arrive whole.
    """
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST:
                raise Problem("body-too-large", "Send a body of 1 MiB at most.")
    except ClientDisconnect:
        raise Problem("invalid-body", "Send the whole body that was announced.") from None
    return body


def is_coded(request: Request) -> bool:
    """Whether the body has a content coding: `identity` is none."""
    return request.headers.get("content-encoding", "identity").strip().lower() != "identity"


async def read_report_ids(request: Request) -> list[str] | None:
    """The reports that an acknowledgement names, each once; None if it has no body.

    Raises:
        Problem: `unsupported-media-type`, `invalid-body`, `body-too-large`.
    """
    body = await read_body(request)
    if not body:
        return None
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != "application/json" or is_coded(request):
        raise Problem("unsupported-media-type", "Send application/json without Content-Encoding, or no body.")
    try:
        content = json.loads(body.decode(), object_pairs_hook=unrepeated)
    except (ValueError, RecursionError):
        raise Problem("invalid-body", "Send JSON in UTF-8, no member twice.") from None
    return checked_ids(content)


def checked_ids(content: Any) -> list[str]:
    """The ids that a body of the right shape names, each once, in their order."""
    ids = content.get("report_ids") if isinstance(content, dict) and len(content) == 1 else None
    if not isinstance(ids, list) or not all(isinstance(name, str) for name in ids):
        raise Problem("invalid-body", 'Send {"report_ids": [...]} with strings, or no body at all.')
    if len(ids) > MOST_IDS:
        raise Problem("invalid-body", f"Send {MOST_IDS} report_ids at most.")
    return list(dict.fromkeys(ids))


def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object, in which no member is there twice."""
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member is there twice")
    return members
