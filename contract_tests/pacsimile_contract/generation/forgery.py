"""Forged tokens: tokens derived from a real one without its key, and public keys used as a shared secret."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pacsimile_contract.facts.jwt import base64url, decode_base64url, parts

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

Json = Mapping[str, Any]


def assemble_jwt(header: Json, claims: Json, signature: bytes) -> str:
    """Return a JWT of these parts. Nothing is signed."""
    return f"{_encoded(header)}.{_encoded(claims)}.{base64url(signature)}"


def _encoded(part: Json) -> str:
    return base64url(json.dumps(part, separators=(",", ":")).encode())


def altered(token: str) -> list[str]:
    """Return alterations of an opaque token: another case, another character, four more, four fewer.

    The case of a token with letters of one case is kept: in base 16 or 32 it has no meaning. The last character is not
    replaced: in base64 it may differ in unused bits only.
    """
    cased = [token.swapcase()] if token.lower() != token != token.upper() else []
    other = [token[:at] + ("7" if token[at] != "7" else "9") + token[at + 1 :] for at in (0, len(token) // 2)]
    return [*cased, *other, token + "7777", token[:-4]]


def with_claims(token: str, changes: Json) -> str:
    """Return the token with some claims changed, and its old signature."""
    header, signature = token.split(".")[0], token.split(".")[2]
    return f"{header}.{_encoded({**parts(token)[1], **changes})}.{signature}"


def widened(token: str) -> list[str]:
    """Return tokens with an altered payload: a longer life, more scopes, a new claim."""
    claims = parts(token)[1]
    later = int(claims["exp"]) + 3600 if isinstance(claims.get("exp"), int | float) else 4_102_444_800
    more = f"{claims.get('scope', '')} ingest.write admin".strip()
    return [with_claims(token, changes) for changes in ({"exp": later}, {"scope": more}, {"admin": True})]


def resigned(token: str) -> list[str]:
    """Return tokens with an altered signature: other decoded bytes, more, fewer, none, or all zeros."""
    signed, _, text = token.rpartition(".")
    signature = decode_base64url(text) or b"\x01"
    first, middle, last = (
        signature[:at] + bytes([signature[at] ^ 1]) + signature[at + 1 :]
        for at in (0, len(signature) // 2, len(signature) - 1)
    )
    changed = (last, signature + b"\0", b"", first, bytes(len(signature)), middle, signature[:-1])
    return [f"{signed}.{base64url(altered_signature)}" for altered_signature in changed]


_ORDERS = {
    "ES256": 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    "ES384": 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
}
"""The order n of the curve that an algorithm signs with (FIPS 186-5)."""


def twin(token: str) -> str | None:
    """Return an ECDSA token with its other valid signature, (r, n - s) for (r, s); None for other JWTs.

    It is no forgery: RFC 7515 and RFC 7518 let a service accept both. But it is the same token: once that has expired,
    its twin must be refused too.
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
    """Return unsigned tokens, with `alg` none in four spellings."""
    header, claims, _ = parts(token)
    return [assemble_jwt({**header, "alg": alg}, claims, b"") for alg in ("none", "None", "NONE", "nOnE")]


def signed_with_own_key(token: str) -> list[str]:
    """Return tokens that bring the key which they are signed with: in their header, as `jwk` (RFC 7515 section 4.1.3).

    The first keeps the `kid` of the service's key, the second has one of its own, and the third brings a certificate of
    the key (`x5c`, section 4.1.6). They are signed with RS256 where the token is, else with ES256.
    """
    header, claims, _ = parts(token)
    alg = "RS256" if header.get("alg") == "RS256" else "ES256"
    jwk, sign, certificate = _rsa_key() if alg == "RS256" else _ec_key()
    own_kid = base64url(hashlib.sha256(json.dumps(jwk).encode()).digest())
    texts = (
        assemble_jwt({**header, "alg": alg, **changes}, claims, b"").rstrip(".")
        for changes in ({"jwk": jwk}, {"jwk": jwk, "kid": own_kid}, {"x5c": [certificate], "kid": own_kid})
    )
    return [f"{text}.{base64url(sign(text.encode()))}" for text in texts]


Sign = Callable[[bytes], bytes]


def _ec_key() -> tuple[Json, Sign, str]:
    """Return the public JWK of a new key of P-256, what signs with it as ES256 does (RFC 7518 section 3.4), and x5c."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

    key = ec.generate_private_key(ec.SECP256R1())
    point = key.public_key().public_numbers()

    def sign(text: bytes) -> bytes:
        r, s = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32) + min(s, _ORDERS["ES256"] - s).to_bytes(32)  # the form that each service accepts

    coordinates = {"x": base64url(point.x.to_bytes(32)), "y": base64url(point.y.to_bytes(32))}
    return {"kty": "EC", "crv": "P-256", **coordinates}, sign, _certificate(key)


def _certificate(key: "EllipticCurvePrivateKey | RSAPrivateKey") -> str:
    """Return a certificate that a key has given itself, as `x5c` has it: DER in base64."""
    from datetime import UTC, datetime, timedelta

    from cryptography import x509
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import Encoding

    name, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "pacsimile")]), datetime.now(UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(days=1), now + timedelta(days=1))
    return base64.b64encode(builder.sign(key, SHA256()).public_bytes(Encoding.DER)).decode()


def _rsa_key() -> tuple[Json, Sign, str]:
    """Return the public JWK of a new RSA key, what signs with it as RS256 does (RFC 7518 section 3.3), and x5c."""
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding, rsa

    key = rsa.generate_private_key(65537, 2048)
    numbers = key.public_key().public_numbers()
    jwk = {"kty": "RSA", "n": base64url(numbers.n.to_bytes(256)), "e": base64url(numbers.e.to_bytes(3))}
    return jwk, lambda text: key.sign(text, padding.PKCS1v15(), hashes.SHA256()), _certificate(key)


def signed_with_public_key(token: str, key: Json) -> list[str]:
    """Return tokens with `alg` HS256, signed with each spelling of the public key as the shared secret."""
    header, claims, _ = parts(token)
    text = assemble_jwt({**header, "alg": "HS256"}, claims, b"").rstrip(".")
    return [f"{text}.{base64url(hmac.digest(secret, text.encode(), hashlib.sha256))}" for secret in spellings(key)]


def spellings(key: Json) -> list[bytes]:
    """Return the spellings of a public JWK that a careless server may take for a secret: PEM, JSON and DER."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    compact, public = json.dumps(dict(key), separators=(",", ":")).encode(), public_key(key)
    if public is None:
        return [compact]
    pem, der = (
        public.public_bytes(encoding, PublicFormat.SubjectPublicKeyInfo) for encoding in (Encoding.PEM, Encoding.DER)
    )
    return [pem, compact, pem.strip(), der]


def public_key(key: Json) -> "EllipticCurvePublicKey | RSAPublicKey | Ed25519PublicKey | None":
    """Read a public JWK (RFC 7518 section 6, RFC 8037 section 2); None for a broken key, or another kind of key."""
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
    """Return the key of a JWKS (RFC 7517) that the token's header names, or else its first public one."""
    entries = keys.get("keys") if isinstance(keys, Mapping) else None
    known = [key for key in entries if isinstance(key, Mapping) and key.get("kty") != "oct"] if entries else []
    wanted = parts(token)[0].get("kid")
    return next((key for key in known if key.get("kid") == wanted), known[0] if known else None)
