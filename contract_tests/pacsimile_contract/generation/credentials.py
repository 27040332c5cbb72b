"""Hypothesis strategies for tokens and token requests: altered tokens, header forms, requests with one fault."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_letters, digits

from hypothesis import strategies as st

from pacsimile_contract.client.requests import basic, query_of
from pacsimile_contract.dialects.vocabulary import token_method
from pacsimile_contract.evidence.bounds import read_json
from pacsimile_contract.evidence.exchange import Headers
from pacsimile_contract.facts.jwt import base64url, decode_base64url
from pacsimile_contract.generation.trials import Trial, is_hostile
from pacsimile_contract.target.model import Client
from pacsimile_spec.dialects import Dialect

Trials = st.SearchStrategy[Trial]


@dataclass(frozen=True, slots=True)
class TokenCall:
    """A valid token, and a call of `/status` with it. `jwt` tells whether the token is one; `query` is the call's."""

    token: str
    jwt: bool
    query: str
    hostile: bool = False

    def trial(self, authorization: str, promise: str, why: str) -> Trial:
        """Return a trial of the call with another Authorization."""
        hostile = is_hostile(authorization.replace(self.token, ""))
        values = {"why": f"a call with {why}"}
        return Trial("getStatus", self.query, (promise,), values, (("Authorization", authorization),), hostile=hostile)


@st.composite
def _altered_jwt(draw: st.DrawFn, token: str, way: int) -> tuple[str, str]:
    """Alter a JWT: its header, payload or signature in their decoded bytes, or its text."""
    parts = token.split(".")
    place = draw(st.integers(0, 2))
    what = ("header", "payload", "signature")[place]
    content = decode_base64url(parts[place])
    at, bit = draw(st.integers(0, 999)) * len(content) // 1000, draw(st.integers(0, 7))
    flipped = content[:at] + bytes([content[at] ^ (1 << bit)]) + content[at + 1 :]
    ways = {
        f"with a bit of its {what} flipped": [*parts[:place], base64url(flipped), *parts[place + 1 :]],
        f"with its {what} cut short": [*parts[:place], base64url(content[:at]), *parts[place + 1 :]],
        "of four parts": [*parts, base64url(content)],
        "with another payload under its signature": [parts[0], _changed_payload(draw, parts[1]), parts[2]],
        "with padding behind its payload": [parts[0], parts[1] + "=" * draw(st.integers(1, 3)), parts[2]],
        "with padding behind its header": [parts[0] + "=" * draw(st.integers(1, 3)), *parts[1:]],
        "with more bytes behind its signature": [*parts[:2], base64url(decode_base64url(parts[2]) + bytes([at % 256]))],
        "with a space in it": [parts[0], parts[1][:at] + " " + parts[1][at:], parts[2]],
    }
    how = list(ways)[way]
    return ".".join(ways[how]), how


JWT_WAYS, OPAQUE_WAYS = 8, 4
"""The number of ways in which a token is altered."""


def _changed_payload(draw: st.DrawFn, payload: str) -> str:
    """Return a payload with a changed claim: a longer life, another client, more scopes, a new claim."""
    claims = read_json(decode_base64url(payload))
    later = int(claims.get("exp", 0)) + draw(st.integers(1, 10**6))
    wide = "status.read reports.read reports.ack ingest.write"
    changes = (("exp", later), ("sub", "another"), ("scope", wide), ("x", 1))
    return base64url(json.dumps({**claims, **dict([draw(st.sampled_from(changes))])}, separators=(",", ":")).encode())


@st.composite
def _altered_opaque(draw: st.DrawFn, token: str, way: int) -> tuple[str, str]:
    """Alter an opaque token so that it differs in any decoding: a character in its middle, or its length."""
    middle = [at for at in range(len(token) // 4, 3 * len(token) // 4 + 1) if at < len(token) and token[at].isalnum()]
    at = draw(st.sampled_from(middle or [0]))
    other = next(letter for letter in ("73" if token[at].isdigit() else "kw") if letter != token[at].lower())
    ways = {
        "with another character in its midst": token[:at] + other + token[at + 1 :],
        "cut in half": token[: len(token) // 2],
        "with its second half alone": token[len(token) // 2 :],
        "with more behind it": token + draw(st.text(ascii_letters, min_size=8, max_size=16)),
    }
    how = list(ways)[way]
    return ways[how], how


def altered_tokens(token_call: TokenCall) -> list[Trials]:
    """Return a strategy for each way of altering a token that the service issued (AUTH-12)."""

    def borne(altered: tuple[str, str]) -> Trial:
        return token_call.trial(f"Bearer {altered[0]}", "AUTH-12/property-altered-token", f"a good token {altered[1]}")

    alter, ways = (_altered_jwt, JWT_WAYS) if token_call.jwt else (_altered_opaque, OPAQUE_WAYS)
    return [
        alter(token_call.token, way).filter(lambda altered: altered[0] != token_call.token).map(borne)
        for way in range(ways)
    ]


def schemes(token_call: TokenCall) -> list[Trials]:
    """Return strategies for the scheme in any case, which is right, and for other schemes (AUTH-13)."""

    def spelt(upper: list[bool]) -> Trial:
        scheme = "".join(letter.upper() if high else letter for letter, high in zip("bearer", upper, strict=True))
        return token_call.trial(
            f"{scheme} {token_call.token}", "AUTH-13/property-scheme-case", f"the scheme spelt {scheme}"
        )

    def another(scheme: str) -> Trial:
        why = f"a good token behind the scheme {scheme}" if scheme else "a good token without a scheme"
        return token_call.trial(f"{scheme} {token_call.token}".strip(), "AUTH-13/property-another-scheme", why)

    near = ("Token", "Basic", "Bearers", "Beare", "BearerToken", "Bearer-Token", "Be", "JWT", "XBearer", "")
    words = st.text(ascii_letters + digits + "-_.", min_size=1, max_size=20)
    return [
        st.lists(st.booleans(), min_size=6, max_size=6).map(spelt),
        *(st.just(scheme).map(another) for scheme in near),
        words.filter(lambda word: word.lower() != "bearer").map(another),
    ]


@dataclass(frozen=True, slots=True)
class Requester:
    """The sender of token requests: valid credentials with their scopes, and ids of unknown clients."""

    client: Client
    scopes: Sequence[str]
    unknown_clients: Sequence[str]
    hostile: bool = False
    dialect: Dialect | None = None

    def trial(
        self, post: bool, pairs: Sequence[tuple[str, str]], promise: str, why: str,
        authorization: str | None = None, **more: object,
    ) -> Trial:  # fmt: skip
        """Return a token request by GET or POST, with the valid credentials unless `authorization` has others."""
        post = token_method(self.dialect, "POST" if post else "GET") == "POST"
        right = basic(self.client.client_id, self.client.client_secret)
        headers: Headers = (("Authorization", authorization or right),)
        sent, values = (
            query_of(list(pairs)),
            {"why": f"a token request by {'POST' if post else 'GET'} with {why}", **more},
        )
        hostile = is_hostile(*(text for pair in pairs for text in pair))
        if not post:
            return Trial("getToken", sent, (promise,), values, headers, hostile=hostile)
        headers = (*headers, ("Content-Type", "application/x-www-form-urlencoded"))
        return Trial("postToken", "", (promise,), values, headers, sent.encode(), hostile=hostile)


GRANT = ("grant_type", "client_credentials")
KNOWN_GRANTS = ("client_credentials", "authorization_code", "refresh_token", "password", "implicit")
_WORD = st.text(ascii_letters, min_size=6, max_size=24)


def invented_clients(requester: Requester) -> list[Trials]:
    """Return strategies for credentials of unknown clients, and for malformed Basic (AUTH-4)."""
    letters = ascii_letters + digits + ":%+=/ ~" + ("\u00e9\u4e00\U0001f9bb" * 5 if requester.hostile else "")
    secrets = st.text(st.sampled_from(letters), min_size=8, max_size=60)
    junk = st.text(ascii_letters + digits + "+/=-_.:", max_size=60).filter(lambda text: not _reads_as_pair(text))

    def unknown(drawn: tuple[bool, str, str]) -> Trial:
        post, name, secret = drawn
        why = "a client id that nobody has"
        return requester.trial(post, [GRANT], "AUTH-4/property-invented-client", why, basic(name, secret))

    def malformed(drawn: tuple[bool, str]) -> Trial:
        why = "Basic that is no base64 of id and secret"
        return requester.trial(drawn[0], [GRANT], "AUTH-4/property-malformed-basic", why, f"Basic {drawn[1]}")

    return [
        st.tuples(st.booleans(), st.sampled_from(list(requester.unknown_clients)), secrets).map(unknown),
        st.tuples(st.booleans(), junk).map(malformed),
    ]


def _reads_as_pair(text: str) -> bool:
    try:
        return b":" in base64.b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return False


def invented_grants(requester: Requester) -> Trials:
    """Draw grant types that do not exist (AUTH-5)."""
    near = st.sampled_from(
        ("client_credential", "client_credentials2", "CLIENT_CREDENTIALS", "client-credentials", "clientcredentials")
    )
    grants = (near | _WORD | _WORD.map(lambda word: f"urn:pacsimile:{word}")).filter(
        lambda word: word not in KNOWN_GRANTS
    )

    def asked(drawn: tuple[bool, str]) -> Trial:
        promise, why = "AUTH-5/property-invented-grant-type", "a grant_type that there is not"
        return requester.trial(drawn[0], [("grant_type", drawn[1])], promise, why)

    return st.tuples(st.booleans(), grants).map(asked)


def narrowed_scopes(requester: Requester) -> Trials:
    """Draw some of the client's scopes, in any order (AUTH-6)."""
    some = st.permutations(list(requester.scopes)).flatmap(
        lambda order: st.integers(1, len(order)).map(lambda number: " ".join(order[:number]))
    )

    def asked(drawn: tuple[bool, str]) -> Trial:
        promise, why = "AUTH-6/property-narrowed-scope", "some of the client's scopes"
        return requester.trial(drawn[0], [GRANT, ("scope", drawn[1])], promise, why, scopes=drawn[1])

    return st.tuples(st.booleans(), some).map(asked)


@st.composite
def invented_scopes(draw: st.DrawFn, requester: Requester) -> Trial:
    """Draw scopes of which one does not exist (AUTH-6)."""
    scope = draw(st.sampled_from(list(requester.scopes)))
    near = (scope.upper(), f"{scope}s", scope[:-1], f"{scope}.all", f"{scope}:read", f"x{scope}", "*")
    invented = draw((st.sampled_from(near) | _WORD).filter(lambda word: word not in requester.scopes))
    beside = draw(st.lists(st.sampled_from(list(requester.scopes)), max_size=len(requester.scopes), unique=True))
    pairs = [GRANT, ("scope", " ".join(draw(st.permutations([*beside, invented]))))]
    return requester.trial(draw(st.booleans()), pairs, "AUTH-6/property-invented-scope", "a scope that there is not")


@st.composite
def valid_requests(draw: st.DrawFn, requester: Requester, post: bool) -> Trial:
    """Draw valid requests with unknown or empty parameters, in any order (AUTH-1, AUTH-2)."""
    names = draw(st.lists(_WORD.map(lambda word: f"x_{word}"), max_size=3, unique=True))
    more = [(name, draw(st.sampled_from(("", "1", "a b", "x=y&z")))) for name in names]
    more += [("scope", "")] if draw(st.booleans()) else []
    promise = f"{'AUTH-2' if post else 'AUTH-1'}/property-valid-request"
    why = "parameters that nobody knows, or without a value"
    return requester.trial(post, draw(st.permutations([GRANT, *more])), promise, why)


def token_requests(requester: Requester) -> list[Trials]:
    """Return a strategy for each kind of request."""
    right = [valid_requests(requester, post) for post in (False, True)]
    scopes = [narrowed_scopes(requester), invented_scopes(requester)] if requester.scopes else []
    return [*right, *scopes, *invented_clients(requester), invented_grants(requester)]
