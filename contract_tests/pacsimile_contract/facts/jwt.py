"""A JSON Web Token read without its key: header, claims and signature (RFC 7519)."""

import base64
from collections.abc import Mapping
from typing import Any

from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS


def base64url(content: bytes) -> str:
    """Encode without padding (RFC 7515 section 2)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def decode_base64url(text: str) -> bytes:
    """Decode what `base64url` encoded."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def parts(token: str) -> tuple[dict[str, Any], dict[str, Any], bytes]:
    """Return header, claims and signature of a JWT.

    Raises:
        ValueError: it is not one, or passes a bound.
    """
    header, claims, signature = token.split(".")
    return read_json(decode_base64url(header)), read_json(decode_base64url(claims)), decode_base64url(signature)


def claims_of(token: str) -> Mapping[str, Any] | None:
    """Return the claims of a JWT; None for any other text."""
    segments = token.split(".")
    return _json_object(segments[1]) if len(segments) == 3 else None


def jwt_of_answer(exchange: Exchange) -> Mapping[str, Any] | None:
    """Return `header` and `claims` of the access token that an answer gives; None where it gives no JWT."""
    if exchange.operation not in TOKEN_OPERATIONS or not exchange.succeeded:
        return None
    token = exchange.json.get("access_token") if isinstance(exchange.json, dict) else None
    if not isinstance(token, str):
        return None
    header, claims = _json_object(token.partition(".")[0]), claims_of(token)
    return None if header is None or claims is None else {"header": header, "claims": claims}


def _json_object(segment: str) -> Mapping[str, Any] | None:
    try:
        value = read_json(decode_base64url(segment))
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
