"""Access tokens: what one says, and that no other opens anything: AUTH-3, AUTH-11 … AUTH-14, AUTH-18."""

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from in_process import START, URL, Caller, Service
from joserfc import jwk, jwt

from pacsimile_mock.clock import SECOND
from pacsimile_mock.oauth2.tokens import AUDIENCE, InvalidToken

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
    key, registry = service.state.worlds.keys.current, __import__("joserfc.jws").jws.JWSRegistry
    begin = f"{coded(service.world.jwt.header())}.{coded(payload)}"
    token = f"{begin}.{coded(registry.algorithms['ES256'].sign(begin.encode(), key))}"
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


def test_tokens_are_taken_from_the_header_alone(service: Service, caller: Caller) -> None:
    """In the query or a form body one opens nothing (AUTH-13), whatever name it has."""
    for name in ("access_token", "token", "Authorization", "bearer"):
        for method, target in OPERATIONS:
            reply = service.call(method, f"{target}&{name}={caller.token}")
            assert reply.refusal == (401, "invalid-token")
            assert caller.token not in reply.body.decode()
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        body = f"{name}={caller.token}".encode()
        assert service.call("POST", "/reports?organizationId=hospital", form, body).status == 401
    for header in ("X-Authorization", "Proxy-Authorization", "Cookie", "X-Access-Token"):
        assert service.call("GET", OPERATIONS[4][1], {header: f"Bearer {caller.token}"}).status == 401


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "bEaReR"])
def test_the_scheme_is_case_insensitive(service: Service, caller: Caller, scheme: str) -> None:
    """RFC 9110 §11.1 (AUTH-13); and more spaces than one are none the worse."""
    for value in (f"{scheme} {caller.token}", f"{scheme}   {caller.token}"):
        assert service.call("GET", OPERATIONS[4][1], {"Authorization": value}).status == 200


@pytest.mark.parametrize(
    "value", ["", "Bearer", "Bearer ", "Basic {token}", "Token {token}", "{token}", "Bearer:{token}", "Bearerx {token}"]
)
def test_no_token_is_told_as_such(service: Service, caller: Caller, value: str) -> None:
    """Another scheme and an empty value are no token: the challenge has no `error` (AUTH-9, AUTH-10)."""
    for method, target in OPERATIONS:
        reply = service.call(method, target, {"Authorization": value.format(token=caller.token)})
        assert reply.refusal == (401, "invalid-token")
        assert reply.headers["WWW-Authenticate"] == 'Bearer realm="pacsimile"'
        assert "token endpoint" in reply.json["detail"]


@pytest.mark.parametrize("second", ["Bearer {token}", "Basic eDp5", "Bearer x"])
@pytest.mark.parametrize("first", ["Bearer x", "Basic eDp5", "Bearer {token}"])
def test_two_authorization_headers_are_refused(service: Service, caller: Caller, first: str, second: str) -> None:
    """However good either is (AUTH-13): WSGI joins them with a comma."""
    value = f"{first}, {second}".format(token=caller.token)
    assert service.call("GET", OPERATIONS[4][1], {"Authorization": value}).status == 401


def test_scopes_open_their_operations_and_no_other(service: Service) -> None:
    """Each scope alone, also a narrower token of an able client; names match whole (AUTH-14, AUTH-16)."""
    opened = {
        "status.read": {("GET", "/status"), ("GET", "/orderId")},
        "reports.read": {("GET", "/results"), ("GET", "/report"), ("GET", "/reports")},
        "reports.ack": {("POST", "/reports")},
        "ingest.write": set(),
    }
    able = service.client(scopes=tuple(opened))
    for scope, expected in opened.items():
        for caller, token in ((service.client(scopes=(scope,)), None), (able, able.new_token(scope=scope))):
            token = token or caller.token
            for method, target in OPERATIONS:
                reply = service.call(method, target, {"Authorization": f"Bearer {token}"})
                refused = (method, target.partition("?")[0]) not in expected
                assert (reply.status == 403) == refused
                if refused:
                    check_scope_refusal(reply)


def check_scope_refusal(reply: Any) -> None:
    """A 403 names the scope that is missing, in the challenge and for people (AUTH-14, RFC 6750 §3.1)."""
    challenge = reply.headers["WWW-Authenticate"]
    assert reply.reason == "insufficient-scope"
    assert challenge.startswith('Bearer realm="pacsimile", error="insufficient_scope", scope="')
    assert challenge.split('scope="')[1].rstrip('"') in reply.json["detail"]


@pytest.mark.parametrize("scope", ["status.readx", "xstatus.read", "STATUS.READ", "status", "status.read,reports.read"])
def test_scope_names_match_whole(service: Service, caller: Caller, scope: str) -> None:
    """A token whose scope only looks like the one opens nothing (AUTH-14)."""
    assert statuses(caller, signed(service, scope=scope)) == {403}
