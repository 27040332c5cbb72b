"""Accepts a signed token (JWS) in its canonical form alone.

One signature has several valid encodings. Logs and caches compare tokens as text, so they would take each encoding for
another token.

With (r, s) an ECDSA signature, (r, n - s) is one too (SEC 1 section 4.1.4), base64url may carry padding and bits that
nobody reads (RFC 4648 section 3.5), and JSON white space and members that stand twice (RFC 7515 section 4).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

import orjson

ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order n of the curve P-256 (FIPS 186-5)."""
SIZE = 32
"""Bytes of each of the two numbers of a signature (RFC 7518 section 3.4)."""


def low(signature: bytes) -> bytes:
    """Return the form of an ES256 signature whose s is at most n / 2. Keep a value with s > n: it is no signature."""
    s = int.from_bytes(signature[SIZE:])
    return signature[:SIZE] + (ORDER - s).to_bytes(SIZE) if ORDER // 2 < s <= ORDER else signature


def is_canonical(text: str) -> bool:
    """Whether a JWS is in the one form in which tokens are made here; the signature is not verified.

    Raises:
        ValueError: a part is neither base64url nor JSON.
    """
    parts = text.split(".")
    if len(parts) != 3:
        return False
    header, claims, signature = map(decoded, parts)
    return (
        all(encoded(content) == part for content, part in zip((header, claims, signature), parts, strict=True))
        and all(orjson.dumps(orjson.loads(part)) == part for part in (header, claims))
        and len(signature) == 2 * SIZE
        and low(signature) == signature
    )


def encoded(content: bytes) -> str:
    """Encode as base64url without padding (RFC 7515 section 2)."""
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Decode base64url.

    Raises:
        ValueError: it is not base64url.
    """
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
