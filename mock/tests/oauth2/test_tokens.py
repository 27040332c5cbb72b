"""Access tokens: what one says, and that no other opens anything: AUTH-3, AUTH-11, AUTH-12, AUTH-18."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwk, jwt
from joserfc.jws import JWSRegistry

from mock.tests.helpers.forging import NOW, coded, decoded, parts, signed, statuses, twins
from mock.tests.helpers.in_process import START, URL, Caller, Service
from pacsimile_mock.oauth2 import canonical_jws
from pacsimile_mock.oauth2.tokens import AUDIENCE, InvalidToken


def test_a_token_is_a_jwt_access_token(service: Service, caller: Caller) -> None:
    """RFC 9068: its header and its claims, an hour's life, and a signature that the published key verifies."""
    header, claims, _ = parts(caller.token)
    (key,) = service.call("GET", "/oauth2/jwks").json["keys"]
    assert header == {"alg": "ES256", "typ": "at+jwt", "kid": key["kid"]}
    assert key.keys() >= {"kty", "crv", "x", "y", "kid", "use", "alg"}
    assert "d" not in key
    assert jwt.decode(caller.token, jwk.ECKey.import_key(key), algorithms=["ES256"]).claims == claims
    assert {name: claims[name] for name in ("iss", "aud", "iat", "exp", "client_id", "sub", "scope")} == {
        "iss": f"{URL}/oauth2",
        "aud": AUDIENCE,
        "iat": NOW,
        "exp": NOW + 3600,
        "client_id": caller.client.client_id,
        "sub": caller.client.client_id,
        "scope": "status.read reports.read reports.ack",
    }
    assert len(claims["jti"]) >= 12


def test_a_right_token_opens_every_operation(service: Service, caller: Caller) -> None:
    """The check of the checks below: unaltered, and signed anew with the right key, no answer is 401."""
    assert statuses(caller, caller.token) == {200, 404}
    assert statuses(caller, signed(service)) == {200, 404}
    assert statuses(caller, signed(service, aud=["urn:other", AUDIENCE])) == {200, 404}
    assert statuses(caller, signed(service, {"typ": "application/at+jwt"}, nbf=NOW)) == {200, 404}
    assert statuses(caller, signed(service, {"typ": "AT+JWT"}, exp=NOW + 10.5)) == {200, 404}


def forged(service: Service, caller: Caller) -> Iterator[tuple[str, str]]:
    """Tokens that must open nothing, each with its kind (AUTH-12)."""
    header, claims, signature = parts(caller.token)
    more = claims | {"scope": claims["scope"] + " ingest.write"}
    end = coded(signature)
    yield "random", "nonsense"
    yield "random dotted", "a.b.c"
    yield "empty parts", ".."
    yield "two parts", ".".join(caller.token.split(".")[:2])
    yield "four parts", caller.token + ".x"
    yield "no signature", caller.token.rpartition(".")[0] + "."
    yield "altered payload", f"{coded(header)}.{coded(more)}.{end}"
    yield "altered header", f"{coded(header | {'x': 1})}.{coded(claims)}.{end}"
    for place in (0, 31, 32, 63):
        flipped = bytes(byte ^ (1 if n == place else 0) for n, byte in enumerate(signature))
        yield f"altered signature at {place}", f"{coded(header)}.{coded(claims)}.{coded(flipped)}"
    for length in (0, 1, 63, 65, 128):
        yield f"signature of {length}", f"{coded(header)}.{coded(claims)}.{coded((signature * 2)[:length])}"
    yield "signature of zeros", f"{coded(header)}.{coded(claims)}.{coded(bytes(64))}"
    for none in ("none", "None", "NONE", "nOnE", ""):
        for last in ("", end):
            yield f"alg {none!r}", f"{coded(header | {'alg': none})}.{coded(claims)}.{last}"
    yield from by_public_key(service, header, claims)
    other = jwk.ECKey.generate_key("P-256", auto_kid=True)
    yield "another key", jwt.encode(header, claims, other, algorithms=["ES256"])
    yield (
        "a key of its own in the header",
        jwt.encode({**header, "jwk": other.as_dict(private=False)}, claims, other, algorithms=["ES256"]),
    )


def by_public_key(service: Service, header: dict[str, Any], claims: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """HS256, keyed with each form of the public key that a careless verifier might take for a secret."""
    key = service.state.worlds.keys.current
    forms = (
        key.as_pem(private=False),
        key.as_pem(private=False).strip(),
        key.as_der(private=False),
        json.dumps(key.as_dict(private=False)).encode(),
        key.as_dict(private=False)["x"].encode(),
    )
    for form in forms:
        begin = f"{coded(header | {'alg': 'HS256'})}.{coded(claims)}"
        yield "HS256 with the public key", f"{begin}.{coded(hmac.digest(form, begin.encode(), hashlib.sha256))}"


def test_a_forged_token_opens_nothing(service: Service, caller: Caller) -> None:
    """On each operation, while the token that it was made of is good, and was just used (AUTH-12)."""
    for kind, token in forged(service, caller):
        assert statuses(caller, caller.token) == {200, 404}
        assert statuses(caller, token) == {401}, kind


SIGNED_WRONG: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "unknown kid": ({"kid": "unknown"}, {}),
    "no kid": ({"kid": None}, {}),
    "a kid that is no string": ({"kid": 1}, {}),
    "kid of another type": ({"kid": ["x"]}, {}),
    "typ of a logout token": ({"typ": "logout+jwt"}, {}),
    "typ of an id token": ({"typ": "JWT"}, {}),
    "no typ": ({"typ": None}, {}),
    "typ of no string": ({"typ": 1}, {}),
    "unknown crit": ({"crit": ["urn:x"], "urn:x": 1}, {}),
    "empty crit": ({"crit": []}, {}),
    "crit of no list": ({"crit": "exp"}, {}),
    "b64 switched off": ({"crit": ["b64"], "b64": False}, {}),
    "alg of another name": ({"alg": "ES384"}, {}),
    "alg none, signed all the same": ({"alg": "none"}, {}),
    "no alg": ({"alg": None}, {}),
    "wrong iss": ({}, {"iss": "https://elsewhere.example/oauth2"}),
    "iss without its path": ({}, {"iss": URL}),
    "iss with a slash": ({}, {"iss": f"{URL}/oauth2/"}),
    "no iss": ({}, {"iss": None}),
    "wrong aud": ({}, {"aud": "urn:other"}),
    "aud of part": ({}, {"aud": AUDIENCE[:-1]}),
    "aud in a list of others": ({}, {"aud": ["urn:other"]}),
    "aud of no one": ({}, {"aud": []}),
    "aud in a nested list": ({}, {"aud": [[AUDIENCE]]}),
    "no aud": ({}, {"aud": None}),
    "nbf ten minutes ahead": ({}, {"nbf": NOW + 600}),
    "nbf a second ahead": ({}, {"nbf": NOW + 1}),
    "nbf of no number": ({}, {"nbf": "soon"}),
    "expired": ({}, {"exp": NOW - 1}),
    "expired now": ({}, {"exp": NOW}),
    "exp of no number": ({}, {"exp": "4200000000"}),
    "exp of a boolean": ({}, {"exp": True}),
    "exp without end": ({}, {"exp": 1e308}),
    "no exp": ({}, {"exp": None}),
    "another world": ({}, {"urn:pacsimile:world": "elsewhere"}),
    "no world": ({}, {"urn:pacsimile:world": None}),
    "no organization": ({}, {"urn:pacsimile:organization": None}),
    "no client": ({}, {"client_id": None}),
    "no scope": ({}, {"scope": None}),
    "scope in a list": ({}, {"scope": ["status.read"]}),
}
"""Header and claims that the service would not write, under a signature that is right."""


@pytest.mark.parametrize("kind", SIGNED_WRONG)
def test_a_token_of_another_kind_opens_nothing(service: Service, caller: Caller, kind: str) -> None:
    """The right key signed it, and yet it is no token of this API's, or of this time's (AUTH-11, AUTH-12)."""
    header, claims = SIGNED_WRONG[kind]
    assert statuses(caller, signed(service, header, **claims)) == {401}


@pytest.mark.parametrize(
    "payload", [b"[]", b'"x"', b"1", b"null", b"{", b"\xff", b"", b"[" * 900, b"[" * 60_000, b'{"a":' * 20_000]
)
def test_a_signed_payload_that_is_no_object_opens_nothing(service: Service, caller: Caller, payload: bytes) -> None:
    """Not JSON, nested without end, not an object: 401, never 5xx (PROTO-3)."""
    key = service.state.worlds.keys.current
    begin = f"{coded(service.world.jwt.header())}.{coded(payload)}"
    token = f"{begin}.{coded(JWSRegistry.algorithms['ES256'].sign(begin.encode(), key))}"
    assert statuses(caller, token) == {401}


@pytest.mark.parametrize(
    "header", [b"[]", b"1", b"null", b"{", b"\xff", b"", b"[" * 380, b"[" * 60_000, b'{"alg":{}}', b'"alg"', b'["alg"]']
)
def test_a_header_that_is_no_object_opens_nothing(caller: Caller, header: bytes) -> None:
    """Whatever stands in the unsigned part: 401, never 5xx (PROTO-3)."""
    _, claims, signature = caller.token.split(".")
    assert statuses(caller, f"{coded(header)}.{claims}.{signature}") == {401}


@settings(deadline=None, derandomize=True, database=None, max_examples=200)
@given(
    st.text()
    | st.lists(st.binary(max_size=40).map(coded), min_size=2, max_size=4).map(".".join)
    | st.dictionaries(
        st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "x5c", "jku", "zip"]),
        st.none() | st.booleans() | st.text() | st.lists(st.text()),
    ).map(lambda header: f"{coded(header)}.{coded({})}.AAAA")
)
def test_whatever_is_sent_as_a_token_is_refused_as_invalid(text: str) -> None:
    """No text leads anywhere but to InvalidToken (PROTO-3)."""
    with pytest.raises(InvalidToken):
        JWT.verify(text, START)


JWT = Service().world.jwt


def test_every_token_is_made_in_the_form_in_which_one_is_accepted(service: Service, caller: Caller) -> None:
    """Of ten, five or so would have had the other signature; a twin of any opens nothing."""
    for _ in range(10):
        token = caller.new_token()
        assert statuses(caller, token).isdisjoint({401})
        for how, twin in twins(token).items():
            if twin != token and "\n" not in twin:
                assert statuses(caller, twin) == {401}, how


def test_numbers_that_no_signature_has_open_nothing(caller: Caller) -> None:
    """AUTH-12: r and s are below n (SEC 1 section 4.1.4). A token with others is forged."""
    signed = caller.token.rpartition(".")[0]
    for number in (0, canonical_jws.ORDER, 2 ** (8 * canonical_jws.SIZE) - 1):
        assert statuses(caller, f"{signed}.{coded(number.to_bytes(canonical_jws.SIZE) * 2)}") == {401}


@pytest.mark.parametrize("place", [0, 1])
def test_white_space_and_members_that_stand_twice_open_nothing(service: Service, caller: Caller, place: int) -> None:
    """Even under a signature that holds: none of ours has them (RFC 7515 section 4)."""
    own = caller.token.split(".")
    content = decoded(own[place])
    for other in (content.replace(b":", b": ", 1), content[:-1] + b"," + content[1:], b" " + content):
        changed = [*own[:place], coded(other), *own[place + 1 : 2]]
        signature = JWSRegistry.algorithms["ES256"].sign(".".join(changed).encode(), service.world.jwt.keys.current)
        assert statuses(caller, ".".join([*changed, coded(canonical_jws.low(signature))])) == {401}
