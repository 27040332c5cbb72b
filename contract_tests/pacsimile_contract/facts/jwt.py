"""A JSON Web Token read without its key: header, claims and signature (RFC 7519)."""

import base64
from typing import Any

from pacsimile_contract.evidence.bounds import read_json


def base64url(content: bytes) -> str:
    """Encode without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """Decode what `base64url` encoded."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Return header, claims and signature of a JWT."""
    header, claims, signature = token.split(".")
    return read_json(decode_base64url(header)), read_json(decode_base64url(claims)), decode_base64url(signature)
