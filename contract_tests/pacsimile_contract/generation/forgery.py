"""Forging tokens: what is derived from a real JWT without its key, and the spellings of a public key as a secret."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pacsimile_contract.facts.jwt import base64url, decode_base64url, parts

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

Json = Mapping[str, Any]


def joined(header: Json, claims: Json, signature: bytes) -> str:
    """Return a JWT of these parts; nothing is signed."""
    return f"{_encoded(header)}.{_encoded(claims)}.{base64url(signature)}"


def _encoded(part: Json) -> str:
    return base64url(json.dumps(part, separators=(",", ":")).encode())


def altered(token: str) -> list[str]:
    """Return spellings of an opaque token that are not it: another case, another character, four more, four fewer.

    One that has letters of one case alone may be digits in base 16 or 32, of which the case says nothing. Nor is the
    last character replaced: in base64 it may differ in bits that nobody reads.
    """
    cased = [token.swapcase()] if token.lower() != token != token.upper() else []
    other = [token[:at] + ("7" if token[at] != "7" else "9") + token[at + 1 :] for at in (0, len(token) // 2)]
    return [*cased, *other, token + "7777", token[:-4]]


def with_claims(token: str, changes: Json) -> str:
    """Return the token with some claims changed, under the signature that it had."""
    header, signature = token.split(".")[0], token.split(".")[2]
    return f"{header}.{_encoded({**parts(token)[1], **changes})}.{signature}"


def widened(token: str) -> list[str]:
    """Return tokens whose payload was altered: a longer life, more scopes, a claim that was not there."""
    claims = parts(token)[1]
    later = int(claims["exp"]) + 3600 if isinstance(claims.get("exp"), int | float) else 4_102_444_800
    more = f"{claims.get('scope', '')} ingest.write admin".strip()
    return [with_claims(token, one) for one in ({"exp": later}, {"scope": more}, {"admin": True})]


def resigned(token: str) -> list[str]:
    """Return tokens whose signature was altered: each differs in its decoded bytes, is all zero, or is not there."""
    signed, _, text = token.rpartition(".")
    signature = decode_base64url(text) or b"\x01"
    places = (0, len(signature) // 2, len(signature) - 1)
    changed = [signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :] for at in places]
    return [f"{signed}.{base64url(one)}" for one in (*changed, bytes(len(signature)), b"")]


_ORDERS = {
    "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "ES384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}
"""The order n of the curve that an algorithm signs with (FIPS 186-5)."""


def twin(token: str) -> str | None:
    """Return the token under the other signature that holds for it, (r, n - s) in place of (r, s); None of other JWTs.

    It is no forgery: RFC 7515 and RFC 7518 let a service accept both. But it is the same token: where that one must be
    refused because it has expired, so must its twin.
    """
    signed, _, text = token.rpartition(".")
    try:
        order, signature = _ORDERS[parts(token)[0]["alg"]], decode_base64url(text)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    half = len(signature) // 2
    s = int.from_bytes(signature[half:])
    if not 0 < s < order or len(signature) != 2 * half or order.bit_length() != 8 * half:
        return None
    return f"{signed}.{base64url(signature[:half] + (order - s).to_bytes(half))}"


def unsigned(token: str) -> list[str]:
    """Return tokens that say that they are not signed, in four spellings."""
    header, claims, _ = parts(token)
    return [joined({**header, "alg": alg}, claims, b"") for alg in ("none", "None", "NONE", "nOnE")]


def signed_with_public_key(token: str, key: Json) -> list[str]:
    """Return tokens that say `alg: HS256`, signed with each spelling of the public key as the shared secret."""
    header, claims, _ = parts(token)
    text = joined({**header, "alg": "HS256"}, claims, b"").rstrip(".")
    return [f"{text}.{base64url(hmac.digest(secret, text.encode(), hashlib.sha256))}" for secret in spellings(key)]


def spellings(key: Json) -> list[bytes]:
    """Return the spellings of a public JWK that a careless server may take for a secret: PEM, JSON and DER."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    compact, public = json.dumps(dict(key), separators=(",", ":")).encode(), public_key(key)
    if public is None:
        return [compact]
    pem, der = (public.public_bytes(one, PublicFormat.SubjectPublicKeyInfo) for one in (Encoding.PEM, Encoding.DER))
    return [pem, compact, pem.strip(), der]


def public_key(key: Json) -> "EllipticCurvePublicKey | RSAPublicKey | Ed25519PublicKey | None":
    """Read a public JWK (RFC 7518 section 6, RFC 8037 section 2); None for one that is broken, or of another kind."""
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric import ec, rsa
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    curves: dict[Any, ec.EllipticCurve] = {"P-256": ec.SECP256R1(), "P-384": ec.SECP384R1(), "P-521": ec.SECP521R1()}
    try:
        kind, curve = key.get("kty"), key.get("crv")
        if kind == "EC" and curve in curves:
            return ec.EllipticCurvePublicNumbers(_number(key["x"]), _number(key["y"]), curves[curve]).public_key()
        if kind == "RSA":
            return rsa.RSAPublicNumbers(_number(key["e"]), _number(key["n"])).public_key()
        if kind == "OKP" and curve == "Ed25519":
            return Ed25519PublicKey.from_public_bytes(decode_base64url(key["x"]))
    except (KeyError, TypeError, ValueError, AttributeError, UnsupportedAlgorithm):
        return None
    return None


def _number(text: str) -> int:
    return int.from_bytes(decode_base64url(text), "big")


def key_of(keys: object, token: str) -> Json | None:
    """Return the key of a JWKS (RFC 7517) that the token's header names, else its only or first public one."""
    entries = keys.get("keys") if isinstance(keys, Mapping) else None
    known = [one for one in entries if isinstance(one, Mapping) and one.get("kty") != "oct"] if entries else []
    wanted = parts(token)[0].get("kid")
    return next((one for one in known if one.get("kid") == wanted), known[0] if known else None)
