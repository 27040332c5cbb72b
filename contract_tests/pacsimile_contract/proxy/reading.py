"""Makes an exchange of a copied call, in the contract's spelling, and without what may not be kept of it."""

from collections.abc import Callable
from dataclasses import replace
from urllib.parse import unquote_plus, urlsplit

from pacsimile_contract import facts
from pacsimile_contract.client.copied_answer import read_copied_answer
from pacsimile_contract.client.requests import build
from pacsimile_contract.client.wire import WireError
from pacsimile_contract.dialects import Translation
from pacsimile_contract.dialects.request_reader import HIDDEN, Reading, RequestReader, hidden_values
from pacsimile_contract.evidence import authorization
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request, Respelled
from pacsimile_contract.facts.jwt import jwt_of_answer
from pacsimile_contract.proxy.copied_call import CopiedCall
from pacsimile_contract.redaction.redactor import Redactor
from pacsimile_contract.redaction.word_search import SHORTEST
from pacsimile_contract.target.model import Client, Target
from pacsimile_spec.dialects.identity import identity
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

_KEPT = frozenset(
    {"accept", "accept-charset", "accept-encoding", "accept-language", "authorization", "cache-control", "connection",
     "content-encoding", "content-length", "content-type", "date", "expect", "host", "if-match", "if-modified-since",
     "if-none-match", "keep-alive", "pragma", "range", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"}
)  # fmt: skip
"""Headers of a client that are kept as they are: no other may be written, since nobody knows which holds a secret."""


class Clients:
    """Who asks: by client id, and by the token that a client was given.

    The target file's clients have their names there. Others are numbered: an id may say whose it is.
    """

    def __init__(self, target: Target, redactor: Redactor) -> None:
        self._redactor = redactor
        self._by_id = {client.client_id: client for client in target.clients.values()}
        self._by_token: dict[str, str] = {}

    def of_credentials(self, client_id: str, secret: str) -> str:
        """Return the name of the client with this id, and let nobody write its secret."""
        self._redactor.add_secret(secret)
        self._redactor.add_pair(client_id, secret)
        known = self._by_id.get(client_id)
        if known is None:
            known = self._by_id[client_id] = Client(f"client-{len(self._by_id) + 1}", client_id, secret)
        self._redactor.add_client(known)
        return known.name

    def of_token(self, token: str) -> str | None:
        """Return the name of the client that was given this token; None where that was not seen."""
        self._redactor.add_secret(token, "$TOKEN")
        return self._by_token.get(token)

    def note_token(self, exchange: Exchange) -> None:
        """Remember to whom an answer gave a token, and let nobody write it."""
        for member in ("refresh_token", "id_token"):
            other = exchange.json.get(member) if isinstance(exchange.json, dict) else None
            self._redactor.add_secret(other if isinstance(other, str) else None, "$TOKEN")
        token, name = facts.token(exchange).access_token, exchange.request.client
        if token is None:
            return
        client = next((client for client in self._by_id.values() if client.name == name), None)
        self._redactor.add_token(token, client)
        if name is not None:
            self._by_token[token] = name


class ExchangeReader:
    """Reads copied calls. One that is no call of the service's API is None."""

    def __init__(self, target: Target, redactor: Redactor) -> None:
        given = target.dialect
        self._dialect = identity() if given is None else given.dialect
        self._translation = (
            None if given is None else Translation(given.dialect, target.base_url, target.oauth2_endpoint)
        )
        token_request = build(target, "postToken", {})
        if self._translation is not None:
            token_request = self._translation.write_request(token_request)
        self._requests = RequestReader(self._dialect, target.base_url, target.oauth2_endpoint, token_request.url)
        self._redactor, self.clients = redactor, Clients(target, redactor)
        self._query_names = {*self._dialect.parameters.values(), *self._dialect.constants}
        self._header_names = _KEPT | {
            self._dialect.parameters[name].lower()
            for name in ("client_id", "client_secret")
            if self._dialect.credentials == "headers"
        }
        self._limits = target.limits
        self._links: dict[str, Exchange] = {}
        """By the path of a link to a report, the exchange whose answer has it: it is not read until that is fetched."""
        self.append: Callable[[Exchange], None] = lambda exchange: None
        """Takes the exchange at a link, before the one that it belongs to."""

    def read(self, call: CopiedCall) -> Exchange | None:
        """Return the exchange of a call; None where it is none of the API, or where its report is still to be fetched.

        The exchange is in the contract's spelling if it is complete, and not numbered yet.
        """
        sent = self._sent(call)
        reading = self._requests.read(sent)
        if reading is None:
            return self._read_linked(call, sent)
        sent = replace(hidden_values(sent, self._kept_of(reading)), own_length=reading.own_length)
        sent, request = self._named(call, sent, reading)
        exchange = Exchange(0, request, started=call.began, ended=call.ended, at=call.at)
        if self._translation is not None:
            exchange.respelled = Respelled(self._dialect, sent)
        self._read_answer(exchange, call)
        link = self._translation.report_link(exchange) if self._translation is not None else None
        if link is not None:
            self._links[urlsplit(link).path] = exchange
            return None
        if self._translation is not None and exchange.answer is not None:
            self._translation.translate_answer(exchange, exchange.answer)
        return self._finished(exchange)

    def _kept_of(self, reading: Reading) -> set[str]:
        """Return the names of parameters whose values may be kept: a secret's only where it is sought in all texts."""
        secret = reading.client_secret
        if secret is not None and len(secret) >= SHORTEST:
            return self._query_names
        return self._query_names - {self._dialect.parameters["client_secret"]}

    def _sent(self, call: CopiedCall) -> Request:
        """Return the request as it was on the wire, without the values of headers that may hold secrets."""
        method, target, _ = (word.decode("latin-1") for word in call.head.line)
        if "://" in target:
            target = "/" + target.partition("://")[2].partition("/")[2]
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in call.head.fields)
        shown = tuple((name, value if name.lower() in self._header_names else HIDDEN) for name, value in headers)
        framed = any(name.lower() in ("content-length", "transfer-encoding") for name, _ in headers)
        body = bytes(call.body) if call.body or framed else None
        cut = None if self._hangs(call) else call.cut
        return Request(method, call.authority + target, shown, body, cut=cut)

    def _named(self, call: CopiedCall, sent: Request, reading: Reading) -> tuple[Request, Request]:
        """Return the request as sent and in the contract's spelling, with the name of who asks."""
        client, request = None, reading.request
        for authority in authorization.sent_by(request):
            if authority.basic is not None:
                client = self.clients.of_credentials(unquote_plus(authority.basic.client_id), authority.basic.secret)
            elif authority.credentials:
                client = self.clients.of_token(authority.credentials)
        if reading.client_secret is not None:
            client = self.clients.of_credentials(reading.client_id or "", reading.client_secret)
            if len(reading.client_secret) < SHORTEST:
                sent, request = replace(sent, body=HIDDEN.encode()), _without_secret(request)
        elif request.operation in TOKEN_OPERATIONS and request.body and self._is_no_form(request):
            sent, request = replace(sent, body=HIDDEN.encode()), replace(request, body=HIDDEN.encode())
        if request.operation not in TOKEN_OPERATIONS and request.operation != "acknowledgeReports" and request.body:
            sent, request = replace(sent, body=HIDDEN.encode()), replace(request, body=HIDDEN.encode())
        if request.operation == "acknowledgeReports":
            sent = sent if request.body != HIDDEN.encode() else replace(sent, body=request.body)
        sent = replace(sent, operation=request.operation, client=client, given=request.given)
        return sent, replace(request, client=client)

    @staticmethod
    def _is_no_form(request: Request) -> bool:
        return not (request.header("Content-Type") or "").startswith("application/x-www-form-urlencoded")

    def _read_answer(self, exchange: Exchange, call: CopiedCall) -> None:
        """Set the answer as on the wire, or the failure."""
        exchange.body_was_stored = call.is_complete
        if self._hangs(call):
            exchange.failure = "timeout"
            return
        if call.failure is not None or call.cut == "left":
            exchange.failure = "left by the client" if call.cut == "left" else call.failure
            return
        try:
            exchange.answer = read_copied_answer(
                bytes(call.answer), call.method.decode("latin-1"), exchange.operation, is_overlong=call.is_overlong
            )
        except WireError as error:
            if call.is_complete:
                exchange.failure = str(error)
            else:
                exchange.answer = _head_alone(call)
                exchange.failure = None if exchange.answer is not None else str(error)

    def _hangs(self, call: CopiedCall) -> bool:
        """Whether a client left since no whole answer came in the time that the target file grants."""
        limit = max(self._limits.timeout, self._limits.listing_timeout)
        return call.cut == "left" and call.ended - call.began >= limit

    def _read_linked(self, call: CopiedCall, sent: Request) -> Exchange | None:
        """Return the exchange that waits for the report at this address; None where none does."""
        exchange = self._links.pop(urlsplit(sent.url).path, None) if sent.method == "GET" else None
        if exchange is None or self._translation is None or exchange.answer is None:
            return None
        plain = Request("GET", call.authority + urlsplit(sent.url).path, ())
        carried = Exchange(0, plain, started=call.began, ended=call.ended, at=call.at)
        self._read_answer(carried, call)
        self.append(carried)
        exchange.ended = max(exchange.ended, carried.ended)
        self._translation.translate_answer(exchange, exchange.answer, carried)
        return self._finished(exchange)

    def _finished(self, exchange: Exchange) -> Exchange:
        if exchange.exceeded_bound is None:
            exchange.jwt = jwt_of_answer(exchange)
        if exchange.operation in TOKEN_OPERATIONS:
            self.clients.note_token(exchange)
        if exchange.operation == "acknowledgeReports":
            named = (("report", text) for text in _report_ids(exchange.request))
            self._redactor.add_identifiers(named, harmless=False)
        return exchange


def _without_secret(request: Request) -> Request:
    """Return a token request in the contract's spelling without its secret, wherever it has one."""
    given = {name: HIDDEN if name == "client_secret" else value for name, value in request.given.items()}
    hidden = hidden_values(request, given.keys() - {"client_secret"})
    return replace(hidden, given=given, body=HIDDEN.encode())


def _report_ids(request: Request) -> list[str]:
    import json

    try:
        named = json.loads(request.body or b"{}").get("report_ids", ())
    except (ValueError, AttributeError, RecursionError):
        return []
    return [name for name in named if isinstance(name, str)] if isinstance(named, list) else []


def _head_alone(call: CopiedCall) -> Answer | None:
    """Return what is known of an answer of which the copy is not complete: status and headers."""
    try:
        return replace(read_copied_answer(bytes(call.answer), "HEAD", None), body=b"", raw=b"")
    except WireError:
        return None
