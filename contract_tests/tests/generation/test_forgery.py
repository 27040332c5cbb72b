"""Forged tokens: what is forged is what is meant, and everything else is as it was."""

import hmac
from base64 import b64decode
from collections.abc import Mapping
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509 import load_der_x509_certificate
from joserfc import jwk, jws

from pacsimile_contract.generation import forgery

CLAIMS = {"iss": "i", "exp": 1_750_680_000, "scope": "status.read"}
KEYS = [jwk.ECKey.generate_key("P-256"), jwk.ECKey.generate_key("P-384"), jwk.RSAKey.generate_key(2048)]
KEYS += [jwk.OKPKey.generate_key("Ed25519"), jwk.ECKey.generate_key("P-521")]


@pytest.fixture(scope="module")
def token() -> str:
    """A JWT that is really signed."""
    header = {"alg": "ES256", "kid": "k-1", "typ": "at+jwt"}
    return jws.serialize_compact(header, b'{"iss":"i","exp":1750680000,"scope":"status.read"}', KEYS[0])


def test_an_altered_payload_keeps_header_and_signature(token: str) -> None:
    """A longer life, more scopes, a claim that was not there: each differs in the claims alone."""
    header, _, signature = forgery.parts(token)
    for one in forgery.widened(token):
        found = forgery.parts(one)
        assert (found[0], found[2]) == (header, signature)
        assert found[1] != CLAIMS


def test_an_altered_signature_differs_in_decoded_bytes(token: str) -> None:
    """Not merely in the padding bits of base64url; the signed part stays as it was."""
    forged = forgery.resigned(token)
    assert len({forgery.parts(one)[2] for one in (*forged, token)}) == len(forged) + 1
    assert {one.rpartition(".")[0] for one in forged} == {token.rpartition(".")[0]}
    assert b"" in {forgery.parts(one)[2] for one in forged}


@pytest.mark.parametrize(("alg", "key"), [("ES256", KEYS[0]), ("ES384", KEYS[1])])
def test_a_twin_is_the_same_token_under_another_signature(alg: str, key: jwk.ECKey) -> None:
    """It holds, and has one twin itself: the token."""
    token = jws.serialize_compact({"alg": alg}, b"{}", key, algorithms=[alg])
    twin = forgery.twin(token)
    assert twin is not None
    assert twin != token
    assert jws.deserialize_compact(twin, key, algorithms=[alg]).payload == b"{}"
    assert forgery.twin(twin) == token


@pytest.mark.parametrize(
    "token", ["opaque", "a.b.c", "..", "", "eyJhbGciOiJFUzI1NiJ9.e30.", "eyJhbGciOiJFUzI1NiJ9.e30.AAAA"]
)
def test_what_has_no_such_signature_has_no_twin(token: str) -> None:
    """Opaque tokens, other algorithms, signatures of another length."""
    assert forgery.twin(token) is None
    assert forgery.twin(jws.serialize_compact({"alg": "RS256"}, b"{}", KEYS[2])) is None


def test_an_unsigned_token_says_so_in_any_case(token: str) -> None:
    """`alg: none` as four servers spell it, without a signature."""
    found = [forgery.parts(one) for one in forgery.unsigned(token)]
    assert {one[0]["alg"] for one in found} == {"none", "None", "NONE", "nOnE"}
    assert all(one[0]["kid"] == "k-1" and one[1] == CLAIMS and one[2] == b"" for one in found)


def own_key(header: Mapping[str, Any]) -> Any:
    """Return the key that a header brings, as it is or in a certificate."""
    if "jwk" in header:
        return jwk.import_key(header["jwk"])
    public = load_der_x509_certificate(b64decode(header["x5c"][0])).public_key()
    kind = "RSA" if header["alg"] == "RS256" else "EC"
    return jwk.import_key(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo), kind)


@pytest.mark.parametrize("alg", ["ES256", "RS256", "EdDSA"])
def test_a_token_may_bring_its_key(alg: str) -> None:
    """Whoever takes the key of the header finds it rightly signed, by that key's `kid` or the service's."""
    header = {"alg": alg, "kid": "k-1", "typ": "at+jwt"}
    brought = forgery.signed_with_own_key(forgery.assemble_jwt(header, CLAIMS, b"x"))
    headers = [forgery.parts(one)[0] for one in brought]
    assert [one["kid"] == "k-1" for one in headers] == [True, False, False]
    for one, own in zip(brought, headers, strict=True):
        assert own["alg"] == ("RS256" if alg == "RS256" else "ES256")
        signed, _, signature = one.rpartition(".")
        key, bytes_of = own_key(own), forgery.decode_base64url
        assert jws.JWSRegistry.algorithms[own["alg"]].verify(signed.encode(), bytes_of(signature), key)
        assert forgery.parts(one)[1] == CLAIMS


@pytest.mark.parametrize("key", KEYS)
def test_a_public_key_is_spelt_as_others_spell_it(key: Any) -> None:
    """PEM and DER of SubjectPublicKeyInfo, byte for byte as a library writes them, for each kind of key."""
    public = key.as_dict(private=False)
    spellings = forgery.spellings(public)
    assert (spellings[0], spellings[-1]) == (key.as_pem(private=False), key.as_der(private=False))


def test_the_public_key_signs_as_a_shared_secret(token: str) -> None:
    """Each spelling verifies as HS256 for whoever takes it for the secret."""
    public = KEYS[0].as_dict(private=False)
    spellings = forgery.spellings(public)
    for secret, one in zip(spellings, forgery.signed_with_public_key(token, public), strict=True):
        header, claims, signature = forgery.parts(one)
        assert (header["alg"], header["kid"], claims) == ("HS256", "k-1", CLAIMS)
        assert signature == hmac.digest(secret, one.rpartition(".")[0].encode(), "sha256")


@pytest.mark.parametrize(
    "key",
    [
        {},
        {"kty": "oct", "k": "x"},
        {"kty": "EC", "crv": "P-256", "x": 1},
        {"kty": "RSA"},
        {"kty": "RSA", "n": "AQ", "e": "AQ"},
        {"kty": "EC", "crv": "P-256", "x": "AQ", "y": "AQ"},
        {"kty": "OKP", "crv": "Ed25519", "x": "AQ"},
    ],
)
def test_a_key_of_no_known_kind_has_its_json_alone(key: dict[str, Any]) -> None:
    """Broken or unknown keys are no reason to fall over."""
    assert forgery.public_key(key) is None
    assert len(forgery.spellings(key)) == 1


def test_the_key_is_the_one_that_the_token_names(token: str) -> None:
    """By `kid`; else the first public one; None where there is none."""
    wanted, other, shared = {"kty": "EC", "kid": "k-1"}, {"kty": "RSA", "kid": "k-2"}, {"kty": "oct", "kid": "k-1"}
    assert forgery.key_of({"keys": [shared, other, wanted]}, token) == wanted
    assert forgery.key_of({"keys": [shared, other]}, token) == other
    for nothing in ({"keys": [shared]}, {"keys": "no"}, {"keys": []}, [], None):
        assert forgery.key_of(nothing, token) is None


def test_an_opaque_token_is_altered_in_what_it_says() -> None:
    """Each spelling is another; of letters of one case alone the case may say nothing, nor may base64's last bits."""
    mixed = forgery.altered("aB3dEf9hIj2k")
    assert len({*mixed, "aB3dEf9hIj2k"}) == 6
    assert mixed[0] == "Ab3DeF9HiJ2K"
    for token in ("7f3a9c04b7d1", "7F3A9C04B7D1", "777777777777"):
        made = forgery.altered(token)
        assert len({one.lower() for one in (*made, token)}) == len(made) + 1 == 5
    assert all(one[:-1] != "aB3dEf9hIj2k"[:-1] for one in mixed)
