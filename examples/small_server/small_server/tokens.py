"""OAuth2 client credentials (RFC 6749 section 4.4) and bearer tokens (RFC 6750). The tokens are opaque."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from urllib.parse import unquote_plus

from small_server.clock import HOUR, SECOND
from small_server.parameters import decode_pairs
from small_server.problems import TokenRefusal, unauthorized
from small_server.wire import Request, Response, json_response

SCOPES = ("status.read", "reports.read", "reports.ack", "ingest.write")


@dataclass(slots=True)
class Client:
    """Who may ask for tokens, for which organization, and with which scopes at most."""

    client_id: str
    client_secret: str
    organization_id: str
    scopes: tuple[str, ...]


@dataclass(slots=True)
class Token:
    """What a token stands for. Instants are in milliseconds. From `expires_at` on, it is refused (AUTH-18)."""

    client: Client
    scopes: frozenset[str]
    expires_at: int
    not_before: int = 0


class Tokens:
    """The clients, and the valid tokens. Only digests of tokens are kept."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}
        self._tokens: dict[bytes, Token] = {}
        self._prune_at = 10_000

    def add_client(
        self, organization_id: str, scopes: tuple[str, ...], client_id: str | None = None, secret: str | None = None
    ) -> Client:
        """Add a client. Its id and secret are drawn unless they are given."""
        client_id = client_id or f"client-{secrets.token_hex(8)}"
        client = Client(client_id, secret or secrets.token_urlsafe(24), organization_id, scopes)
        self.clients[client.client_id] = client
        return client

    def issue(self, token: Token, now: int) -> str:
        """Issue a token. Expired tokens are removed now and then."""
        if len(self._tokens) >= self._prune_at:
            self._tokens = {digest: kept for digest, kept in self._tokens.items() if kept.expires_at > now}
            self._prune_at = 2 * len(self._tokens) + 10_000
        value = secrets.token_urlsafe(32)
        self._tokens[_digest(value)] = token
        return value

    def verify(self, request: Request, now: int) -> Token:
        """Return the token of the call's one Authorization header. Otherwise raise 401 (AUTH-9, 11, 12, 13)."""
        values = request.headers.get_all("Authorization", [])
        scheme, _, credentials = values[0].strip(" \t").partition(" ") if values else ("", "", "")
        credentials = credentials.strip(" ")
        if scheme.lower() != "bearer" or not credentials or not credentials.isascii():
            raise unauthorized(token_was_sent=False)
        token = self._tokens.get(_digest(credentials))
        if len(values) > 1 or token is None or not token.not_before <= now < token.expires_at:
            raise unauthorized(token_was_sent=True)
        return token

    def answer(self, request: Request, now: int) -> tuple[Response, Client]:
        """Answer at the token endpoint. The checks are in this order: the request, the client, the grant, the scope."""
        parameters = _read_parameters(request)
        candidates, another = _read_credentials(request, parameters)
        if request.method == "POST" and "grant_type" not in parameters:
            raise TokenRefusal("invalid_request", "grant_type is required")
        client = self._authenticate(candidates)
        if another:
            raise TokenRefusal("invalid_request", "client_id and Basic name two clients")
        if parameters.get("grant_type", "client_credentials") != "client_credentials":
            raise TokenRefusal("unsupported_grant_type", "this service knows client_credentials alone")
        scopes = _narrow(client, parameters.get("scope"))
        value = self.issue(Token(client, frozenset(scopes), now + HOUR), now)
        answer = {
            "scope": " ".join(scopes),
            "expires_in": HOUR // SECOND,
            "token_type": "Bearer",
            "access_token": value,
            "organization_id": client.organization_id,
        }
        return json_response(answer, headers={"Pragma": "no-cache"}), client

    def _authenticate(self, candidates: list[tuple[str, str]]) -> Client:
        """Return the client of the first correct pair. A wrong secret and an unknown client cost and say the same."""
        for client_id, secret in candidates:
            client = self.clients.get(client_id)
            known = client.client_secret if client else "no client has this secret"
            right = hmac.compare_digest(_digest(known), _digest(secret))
            if client and right:
                return client
        raise TokenRefusal("invalid_client", "client authentication failed", 401)


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _read_parameters(request: Request) -> dict[str, str]:
    """Read the query of a GET or the form of a POST. A secret in the URL is refused on both (AUTH-8)."""
    in_url = _unrepeated(request.query)
    if "client_secret" in in_url:
        raise TokenRefusal("invalid_request", "a secret does not belong into a URL: consider it disclosed")
    if request.method == "GET":
        return in_url
    media_type = (request.header("Content-Type") or "").partition(";")[0].strip(" \t").lower()
    if media_type != "application/x-www-form-urlencoded":
        raise TokenRefusal("invalid_request", "the body is application/x-www-form-urlencoded")
    return _unrepeated(request.body.decode("iso-8859-1"))


def _unrepeated(encoded: str) -> dict[str, str]:
    """Return the parameters that have a value. RFC 6749 section 3.2 treats those without as omitted."""
    try:
        pairs = decode_pairs(encoded)
    except ValueError:
        raise TokenRefusal("invalid_request", "the parameters are percent-encoded UTF-8") from None
    if len({name for name, _ in pairs}) < len(pairs):
        raise TokenRefusal("invalid_request", "a parameter is repeated")
    return {name: value for name, value in pairs if value}


def _read_credentials(request: Request, parameters: dict[str, str]) -> tuple[list[tuple[str, str]], bool]:
    """Return the pairs of id and secret to try, and whether the form names another client than Basic (AUTH-2).

    The pairs are those of Basic, raw and form-decoded, or the body's.
    """
    values = request.headers.get_all("Authorization", [])
    if len(values) > 1:
        raise TokenRefusal("invalid_request", "one Authorization header, please")
    basic = re.fullmatch("basic(?: +(.*))?", values[0].strip(" \t"), re.IGNORECASE | re.DOTALL) if values else None
    if basic is None:
        secret = parameters.get("client_secret")
        return [(parameters.get("client_id", ""), secret)] if secret else [], False
    if "client_secret" in parameters:
        raise TokenRefusal("invalid_request", "authenticate by Basic or in the body, not both")
    candidates = _decode_basic(basic[1] or "")
    claimed = parameters.get("client_id")
    meant = [pair for pair in candidates if claimed in (None, pair[0])]
    return (meant, False) if meant else (candidates, True)


def _decode_basic(encoded: str) -> list[tuple[str, str]]:
    try:
        text = base64.b64decode(encoded.encode("ascii"), validate=True).decode("utf-8")
    except (ValueError, binascii.Error):
        return []
    client_id, colon, secret = text.partition(":")
    return [(client_id, secret), (unquote_plus(client_id), unquote_plus(secret))] if colon else []


def _narrow(client: Client, asked: str | None) -> tuple[str, ...]:
    """Return the granted scopes: all of the client's, or the requested ones if it has each of them (AUTH-6)."""
    if asked is None:
        return client.scopes
    wanted = set(asked.split(" ")) - {""}
    if not wanted or not wanted <= set(client.scopes):
        raise TokenRefusal("invalid_scope", "a scope is unknown, or beyond this client")
    return tuple(scope for scope in client.scopes if scope in wanted)
