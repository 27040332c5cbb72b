"""Tokens that the service did not make, or would not: taken apart, altered, signed anew."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from mock.tests.helpers.in_process import START, Caller, Service
from pacsimile_mock.clock import SECOND

NOW = START // SECOND
OPERATIONS = (
    ("GET", "/status?order_id=ORD-1"),
    ("GET", "/orderId?study_uid=1.2.3"),
    ("GET", "/results?order_id=ORD-1&report_type=json"),
    ("GET", "/report?study_group=x&report_type=json"),
    ("GET", "/reports?organizationId=hospital"),
    ("POST", "/reports?organizationId=hospital"),
)
"""The six that need a token."""


def coded(part: bytes | dict[str, Any]) -> str:
    """Base64url, as JWS has it."""
    content = part if isinstance(part, bytes) else json.dumps(part).encode()
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """What stands behind base64url."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Header, claims and signature."""
    header, claims, signature = token.split(".")
    return json.loads(decoded(header)), json.loads(decoded(claims)), decoded(signature)


def statuses(caller: Caller, token: str) -> set[int]:
    """What the six operations say to a token."""
    found = set()
    for method, target in OPERATIONS:
        reply = caller.service.call(method, target, {"Authorization": f"Bearer {token}"})
        if reply.status == 401:
            assert reply.reason == "invalid-token"
            assert reply.headers["WWW-Authenticate"].startswith('Bearer realm="pacsimile", error="invalid_token"')
            assert token not in reply.headers["WWW-Authenticate"]
            assert token not in reply.body.decode()
        found.add(reply.status)
    return found


def signed(service: Service, header: dict[str, Any] | None = None, **claims: Any) -> str:
    """A token signed with the right key, whose header and claims differ from a right one's; None leaves one out."""
    own = service.world.jwt
    grant = own.verify(service.client().token, START)
    header = own.header() | (header or {})
    wanted = own.claims(grant, START) | claims
    return own.sign(
        {name: value for name, value in header.items() if value is not None},
        {name: value for name, value in wanted.items() if value is not None},
    )


def other_signature(signature: bytes) -> bytes:
    """The other ES256 signature that holds where this one does: (r, n - s)."""
    s = int.from_bytes(signature[32:])
    return signature[:32] + (0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551 - s).to_bytes(32)


def twins(token: str) -> dict[str, str]:
    """Texts of which each reads as this token and carries a signature that holds for it, but for the text itself."""
    header, claims, signature = token.split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    stray = signature[:-1] + alphabet[alphabet.index(signature[-1]) ^ 1]
    assert decoded(stray) == decoded(signature)
    return {
        "the other signature": f"{header}.{claims}.{coded(other_signature(decoded(signature)))}",
        "bits that nobody reads": f"{header}.{claims}.{stray}",
        "padding": f"{token}==",
        "a line break": f"{header}.{claims}.{signature[:40]}\n{signature[40:]}",
        "characters of plain base64": f"{header}.{claims}.{signature.replace('-', '+').replace('_', '/')}",
    }
