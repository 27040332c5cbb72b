"""Tokens and calls: what a scenario sends, and keeps as a step of its story."""

import json
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from pacsimile_contract import facts
from pacsimile_contract.client.requests import FORM, build, query_of
from pacsimile_contract.dialects.vocabulary import token_method, untaken_selector
from pacsimile_contract.errors import Absent
from pacsimile_contract.evidence.exchange import Exchange, Headers, Request
from pacsimile_contract.session.absence import AbsentAnswer
from pacsimile_contract.session.delivery import ORDINARY, Delivery
from pacsimile_contract.session.state_setup import StateSetup
from pacsimile_contract.target.model import Client
from pacsimile_contract.target.operations import absence_reason, is_absent, untaken_reason
from pacsimile_spec.operation_ids import TOKEN_OPERATIONS

NO_TOKEN = ""
"""As `token` of a call: send no Authorization."""


class Calls(StateSetup):
    """Sends requests, by default as the primary client.

    | method | request | after 429 or 503 | step of the story |
    |---|---|---|---|
    | `call` | a documented operation | waits and repeats, unless `delivery.return_throttling` | yes |
    | `probe` | any path and method | as `call` | yes |
    | `ask_token` | the token endpoint | waits and repeats | yes |
    | `send_once` | built by hand | returns it | yes |
    | `send_unlabelled` | built by hand | waits and repeats | no |
    """

    def token(self, client: Client | None = None, scopes: str | None = None, *, fresh: bool = False) -> str:
        """Return an access token of the client (default: primary), shared by the run unless `fresh`."""
        return self._run.tokens.get(client or self.primary, scopes, self._send_with_retries, fresh=fresh)

    def ask_token(
        self,
        label: str,
        *,
        method: str = "GET",
        authorization: str | None = None,
        parameters: Mapping[str, object] | list[tuple[str, object]] | None = None,
        query: str = "",
        headers: Headers = (),
        body: bytes | None = None,
        client: Client | None = None,
    ) -> Exchange:
        """Ask the token endpoint, as freely as a test needs. `parameters` go to the query of GET, to the form of POST.

        A token in the answer is kept for others where `client` says whose it is; never pass one for a wrong secret.
        """
        method = token_method(self.dialect, method) if body is None else method
        pairs = {"grant_type": "client_credentials"} if parameters is None else parameters
        text = query_of(pairs)
        if authorization is not None:
            headers = (("Authorization", authorization), *headers)
        if method == "GET":
            query = "&".join(part for part in (text, query) if part)
        elif body is None:
            body = text.encode()
            if not any(name.lower() == "content-type" for name, _ in headers):
                headers = (*headers, *FORM)
        operation = "getToken" if method == "GET" else "postToken"
        request = build(
            self.target, operation, dict(pairs), method=method, query=query, headers=headers, body=body, client=client
        )
        exchange = self.story.add(label, self._send_with_retries(request))
        if client is not None and exchange.succeeded and facts.gives_token(exchange):
            asked = dict(pairs).get("scope")
            self._run.tokens.store(exchange, client, None if asked is None else str(asked))
        elif facts.gives_token(exchange):
            self._run.redactor.add_token(facts.token(exchange).access_token)
        return exchange

    def call(
        self,
        operation: str,
        label: str,
        parameters: Mapping[str, object] | None = None,
        *,
        client: Client | None = None,
        token: str | None = None,
        headers: Headers = (),
        query: str | None = None,
        body: bytes | Mapping[str, object] | None = None,
        reuse: bool = False,
        delivery: Delivery = ORDINARY,
        **more: object,
    ) -> Exchange:
        """Call an operation and keep the exchange as step `label`.

        Nothing is sent of an operation that the service does not have, nor by a selector that none of its paths takes:
        looking at the answer ends the scenario as N/A.

        Args:
            operation: the operationId.
            label: the name of the step in the story.
            parameters: query parameters, to which those given by name are added; a value of None is left out.
            client: who asks (default: primary), with the shared token.
            token: the token to send in its place; NO_TOKEN sends none.
            headers: further headers.
            query: a raw query, sent in the place of the parameters.
            body: bytes are sent as they are, a mapping as JSON.
            reuse: take the answer of an earlier identical GET of the client with this. Only for shared states.
            delivery: what is unusual about sending it.
            **more: further query parameters by name.
        """
        asked = {name: value for name, value in {**(parameters or {}), **more}.items() if value is not None}
        if is_absent(self.target, operation, ""):
            return self._absent(operation, "")
        names = asked if query is None else [name for name, _ in parse_qsl(query, keep_blank_values=True)]
        untaken = untaken_selector(self.dialect, operation, names)
        if untaken is not None and self.dialect is not None:
            self.skipped = untaken_reason(self.dialect, operation, untaken)
            return AbsentAnswer(self.skipped)
        content, headers = _content(body, headers)
        client, headers = self._authorized(client, token, headers)
        request = build(
            self.target, operation, asked, query=query, headers=headers, body=content, client=client,
            organizations=delivery.organizations,
        )  # fmt: skip
        return self._record(label, request, delivery, reuse=reuse and token is None)

    def probe(
        self,
        label: str,
        method: str,
        path: str,
        parameters: Mapping[str, object] | None = None,
        *,
        token: str | None = None,
        headers: Headers = (),
        query: str | None = None,
        body: bytes | None = None,
        delivery: Delivery = ORDINARY,
    ) -> Exchange:
        """Send what is no documented call, with the primary client's token, and keep the exchange as step `label`.

        The arguments are those of `call`; `path` is below the base URL. PROTO-1 judges documented calls alone.
        """
        if is_absent(self.target, None, path):
            return self._absent(None, path)
        client, headers = self._authorized(None, token, headers)
        request = build(
            self.target, None, parameters or {}, method=method, path=path, query=query, headers=headers, body=body,
            client=client, organizations=delivery.organizations,
        )  # fmt: skip
        return self._record(label, request, delivery)

    def _authorized(self, client: Client | None, token: str | None, headers: Headers) -> tuple[Client | None, Headers]:
        """Return who asks, and the headers with the bearer token; without a token or client, the primary one asks."""
        client = client or (self.primary if token is None else None)
        if token is None and client is not None:
            token = self.token(client)
        return client, (("Authorization", f"Bearer {token}"), *headers) if token else headers

    def _record(self, label: str, request: Request, delivery: Delivery, *, reuse: bool = False) -> Exchange:
        request = replace(request, cut=delivery.cut, hostile=delivery.hostile, by_word=delivery.by_word)
        return self.story.add(label, self._send_or_reuse(request, delivery, reuse=reuse))

    def _absent(self, operation: str | None, url: str) -> Exchange:
        """Send nothing, and return what ends the scenario where its answer is looked at.

        Listing and acknowledging leave something behind, which later calls rest on: without them it ends at once.
        """
        self.skipped = absence_reason(self.target, operation, url)
        if operation in ("listReports", "acknowledgeReports"):
            raise Absent(self.skipped)
        return AbsentAnswer(self.skipped)

    def send_once(self, label: str, request: Request) -> Exchange:
        """Send a request built by hand (see `requests.build`) and keep it as step `label`. Nothing is repeated."""
        if is_absent(self.target, request.operation, request.url):
            return self._absent(request.operation, request.url)
        return self.story.add(label, self._run.send(request))

    def send_unlabelled(self, request: Request) -> Exchange:
        """Send a request that is no step yet (`story.add` makes it one); 429 and 503 are waited for.

        A token in the answer is hidden wherever something is written, and used for nothing.
        """
        if is_absent(self.target, request.operation, request.url):
            return self._absent(request.operation, request.url)
        exchange = self._send_with_retries(request)
        if exchange.operation in TOKEN_OPERATIONS and facts.gives_token(exchange):
            self._run.redactor.add_token(facts.token(exchange).access_token)
        return exchange

    def _send_or_reuse(self, request: Request, delivery: Delivery, *, reuse: bool) -> Exchange:
        others = tuple((name, value) for name, value in request.headers if name != "Authorization")
        key = (request.method, request.url, request.client, others, request.body)
        if reuse and self.story.attempt == 1 and request.method == "GET" and key in self._run.answers:
            return self._run.answers[key]
        send = self._run.transport.send if delivery.return_throttling else self._run.ask
        exchange = send(request, fresh=delivery.fresh, again=delivery.again)
        if reuse and exchange.answer is not None:
            self._run.answers[key] = exchange
        return exchange

    def _send_with_retries(self, request: Request) -> Exchange:
        return self._run.ask(request)


def _content(body: bytes | Mapping[str, object] | None, headers: Headers) -> tuple[bytes | None, Headers]:
    """Return the bytes of a body, and the headers with its media type where it is JSON."""
    if isinstance(body, Mapping):
        return json.dumps(body).encode(), (("Content-Type", "application/json"), *headers)
    return body, headers
