"""What may leave the process. Every request passes here; nothing a scenario does can go around it.

By default only GET and the token POST leave. Whatever could change data goes to organizations alone that a state of
this run made; listing an existing organization needs `listing: {allowed: true}`, since a later POST without a body
would acknowledge what was listed (BATCH-5).
"""

import base64
import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import parse_qsl, unquote, unquote_plus, urlsplit

from pacsimile_contract.client.existing_names import ExistingNames
from pacsimile_contract.client.wrong_secrets import WrongSecrets
from pacsimile_contract.errors import Forbidden
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.target.header_names import OVERRIDES
from pacsimile_contract.target.model import Client, Target

_NAME, _LONGEST = re.compile("[A-Za-z0-9._-]+"), 64
"""What names of organizations are made of, and their greatest length."""


class Safety:
    """The rules for one target, and what they need to know: who owns which organization, whose token is whose."""

    def __init__(self, target: Target, allow_acknowledge: str | None = None) -> None:
        self._target = target
        self._allow_acknowledge = allow_acknowledge
        self._clients = {client.client_id: client for client in target.clients.values()}
        self._tokens: dict[str, Client] = {}
        self._token_urls = {target.oauth2_endpoint + "/token"}
        self._owned = {client.organization_id for client in target.clients.values() if client.owned}
        self._existing_organizations = {
            client.organization_id for client in target.clients.values() if not client.owned
        }
        self._invented: set[str] = set()
        self.existing_names = ExistingNames(target)
        self._wrong_secrets = WrongSecrets(target.wrong_secrets)

    def own(self, organization: str | None, clients: Iterable[Client] = ()) -> None:
        """Note that a state of this run made `organization`, and clients of it.

        Forbidden for what stands already: whatever a state answers, no run made that.
        """
        clients = tuple(clients)
        ids = any(self.existing_names.names("client", client.client_id) for client in clients)
        if ids or self.existing_names.names("organization", organization):
            raise Forbidden("what the target file names was not made for this run")
        if organization is not None:
            self._owned.add(organization)
        self._clients.update((client.client_id, client) for client in clients)

    def owns(self, organization: str | None) -> bool:
        """Whether everything may be done to that organization."""
        return self._target.world_of_its_own or organization in self._owned

    def invent(self, organization: str) -> None:
        """Note that an organization's id was made up: naming it concerns nobody."""
        self._invented.add(organization)

    def is_invented(self, name: str) -> bool:
        """Whether a name was made up by this run: nobody has it."""
        return name in self._invented

    def note_token_url(self, url: str) -> None:
        """Note a further address at which the service issues tokens, which its operator or its description names."""
        self._token_urls.add(url)

    def note_token(self, token: str, client: Client) -> None:
        """Note whose an access token is."""
        self._tokens[token] = client
        if not client.owned:
            self.existing_names.note_token(token)

    def note_answer(self, exchange: Exchange) -> None:
        """Note what the listing of an existing organization names."""
        request = exchange.request
        if request.operation == "listReports" and exchange.succeeded:
            askers = self._askers(request)
            if askers and not any(client.owned for client in askers):
                self.existing_names.note_listing(exchange)

    def check(self, request: Request) -> None:
        """Let the request pass; Forbidden says why not, and what would allow it."""
        self._check_address(request)
        if (request.hostile or request.raw is not None) and not self._target.hostile_input:
            raise Forbidden("hostile input needs `probes: {hostile_input: true}`")
        if self._target.world_of_its_own:
            return
        self._check_url_secrets(request)
        if self._is_token_url(request.url):
            self._wrong_secrets.check(request, self._clients)
        askers = self._askers(request)
        mine = bool(askers) and all(client.owned for client in askers)
        if self._overrides(request) and not mine:
            raise Forbidden("method-override headers go to organizations of a state of this run only: needs `states`")
        if request.raw is not None:
            self._check_raw(request.raw, request, askers)
        elif request.method == "GET":
            self._check_listing(request, askers)
        elif not (request.method == "POST" and self._is_token_url(request.url)):
            self._check_change(request, askers)

    def is_at_home(self, url: str) -> bool:
        """Whether an address is the service's or its token endpoint's: where a gateway's own headers may go."""
        return _origin(url) in (_origin(self._target.base_url), _origin(self._target.oauth2_endpoint))

    def _check_address(self, request: Request) -> None:
        home = {_origin(self._target.base_url), _origin(self._target.oauth2_endpoint)}
        if self._target.jwks_url:
            home.add(_origin(self._target.jwks_url))
        if self._is_plain_probe(request):
            return
        if _origin(request.url) not in home:
            raise Forbidden(f"{_origin(request.url)} is not an address of the target: not asked")
        clear = request.url.startswith("http://") and not self._target.is_local(request.url)
        carries = authorization.sent_by(request) or request.body
        if clear and carries and not self._target.plain_http_allowed:
            raise Forbidden("no secret goes over plain HTTP: needs `plain_http: {allowed: true, reason: ...}`")

    def _is_plain_probe(self, request: Request) -> bool:
        """Whether it is what a careless client would send over plain HTTP, with nobody's token (SEC-4)."""
        asked, own = urlsplit(request.url), urlsplit(self._target.base_url)
        values = [one.credentials for one in authorization.sent_by(request)]
        invented = bool(values) and all(one in self._invented for one in values)
        harmless = request.method == "GET" and invented and request.body is None and request.raw is None
        return asked.scheme == "http" and asked.hostname == own.hostname and own.scheme == "https" and harmless

    def _check_url_secrets(self, request: Request) -> None:
        query = unquote_plus(urlsplit(request.url).query)
        secrets = [client.client_secret for client in self._clients.values() if not client.owned]
        secrets += [token for token, client in self._tokens.items() if not client.owned]
        if any(secret and secret in query for secret in secrets):
            raise Forbidden("a token or secret in a URL is tried only with clients that a state made: needs `states`")

    def _check_listing(self, request: Request, askers: list[Client]) -> None:
        if not self._touches_reports(request.url) or self._target.listing_allowed:
            return
        existing = any(not client.owned for client in askers)
        if existing or self._named(request) & self._existing_organizations - self._owned:
            raise Forbidden("listing an existing organization needs `listing: {allowed: true}`")

    def _check_change(self, request: Request, askers: list[Client]) -> None:
        named, asking = self._named(request), {client.organization_id for client in askers}
        if request.by_word and request.method == "POST" and self._is_allowed_acknowledgement(named, asking):
            return
        concerned = {name for text in named for name in _names_within(text)} | asking
        concerns_ours = bool(concerned & self._owned)
        concerns_others = bool(concerned - self._owned - self._invented)
        if not concerns_ours or concerns_others:
            raise Forbidden(f"{request.method} goes to organizations of a state of this run only: needs `states`")

    def _check_raw(self, raw: bytes, request: Request, askers: list[Client]) -> None:
        """Allow raw bytes that name no existing client: one GET that is no listing, or what `_check_change` allows."""
        text = unquote(unquote(raw.decode("latin-1")))
        existing = [client for client in self._clients.values() if not client.owned]
        shown = [client.client_secret for client in existing] + [client.client_id for client in existing]
        shown += [token for token, client in self._tokens.items() if not client.owned]
        shown += [name for name in self._existing_organizations - self._owned if name]
        # without the last group, which depends on what follows the secret in the encoded text
        coded = [base64.b64encode(secret.encode()).decode()[:-4] for secret in shown if secret]
        if any(secret and secret in text for secret in (*shown, *coded)):
            raise Forbidden("raw bytes concern organizations of a state of this run only: needs `states`")
        single = text.startswith("GET ") and text.count(" HTTP/") <= 1
        if not single or "report" in text.casefold():
            self._check_change(request, askers)

    def marks_an_existing_organization(self, request: Request) -> bool:
        """Whether it acknowledges what no state of this run made: irrevocable, though allowed."""
        if request.method != "POST" or not self._touches_reports(request.url) or self._target.world_of_its_own:
            return False
        named, asking = self._named(request), {client.organization_id for client in self._askers(request)}
        return not (named | asking) & self._owned and self._is_allowed_acknowledgement(named, asking)

    def _is_allowed_acknowledgement(self, named: set[str | None], asking: set[str | None]) -> bool:
        allowed = self._target.acknowledge_organization if self._target.acknowledge_allowed else None
        return allowed is not None and allowed == self._allow_acknowledge and named == asking == {allowed}

    def _askers(self, request: Request) -> list[Client]:
        """Return the clients whose credentials a request has, wherever a token stands: a service may look there."""
        basics = [sent.basic for sent in authorization.sent_by(request)]
        askers = [self._clients.get(unquote(basic.client_id)) for basic in basics if basic is not None]
        return [client for client in askers if client is not None] + self._clients_of_tokens(_text_of(request))

    def _clients_of_tokens(self, text: str) -> list[Client]:
        """Return the clients whose tokens stand in a text. A token that is only a piece of another does not count."""
        found = list[Client]()
        for token in sorted((token for token in self._tokens if token in text), key=len, reverse=True):
            if token in text:
                found.append(self._tokens[token])
                text = text.replace(token, " ")
        return found

    def _named(self, request: Request) -> set[str | None]:
        pairs = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        named: set[str | None] = {value for name, value in pairs if name.casefold() == "organizationid"}
        return named | set(request.organizations)

    def _overrides(self, request: Request) -> bool:
        query = parse_qsl(urlsplit(request.url).query, keep_blank_values=True)
        headers = any(name.lower() in OVERRIDES for name, _ in request.headers)
        return headers or any(name.casefold() == "_method" for name, _ in query)

    def _is_token_url(self, url: str) -> bool:
        return url.partition("?")[0] in self._token_urls

    def _touches_reports(self, url: str) -> bool:
        steps = unquote(unquote(urlsplit(url).path)).casefold().replace("\\", "/").split("/")
        return any(step.partition(";")[0].strip() == "reports" for step in steps)


def _text_of(request: Request) -> str:
    """Return all places where a service may find a token: URL, headers, what they hide as base64, and body."""
    headers = [value for _, value in request.headers]
    words = [word for value in headers for word in value.replace(",", " ").split()]
    body = (request.body or b"").decode("latin-1")
    plain = "\n".join((request.url, *headers, *map(_from_base64, words), body))
    return f"{plain}\n{unquote_plus(plain)}"


def _from_base64(word: str) -> str:
    try:
        return base64.b64decode(word, validate=True).decode("latin-1")
    except ValueError:
        return ""


def _names_within(named: str | None) -> Iterable[str | None]:
    """Return what a careless server might read in a name: all names within it, cut to length. None stays None.

    Text that is not a name passes only if every name in it is owned or invented by this run.
    """
    if named is None:
        return (None,)
    plain = unicodedata.normalize("NFKC", unquote_plus(unquote_plus(named)))
    return {name[:_LONGEST] for name in _NAME.findall(plain)}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()
