"""Tokens and calls: what a scenario sends, and keeps as a step of its story."""

import json
from collections.abc import Mapping
from dataclasses import replace

from pacsimile_contract import facts
from pacsimile_contract.client.requests import build, query_of
from pacsimile_contract.errors import Absent
from pacsimile_contract.evidence.exchange import Cut, Exchange, Headers, Request
from pacsimile_contract.session.absence import AbsentAnswer
from pacsimile_contract.session.arranging import Arranging
from pacsimile_contract.target.model import Client
from pacsimile_contract.target.operations import TOKEN_OPERATIONS, absence_reason, is_absent

NO_TOKEN = ""
"""As `token` of a call: send no Authorization."""


class Asking(Arranging):
    """Asks, as the primary client where nothing else is said."""

    def token(self, client: Client | None = None, scopes: str | None = None, *, fresh: bool = False) -> str:
        """Return an access token of the client (default: primary), shared by the run unless `fresh`."""
        return self._run.tokens.get(client or self.primary, scopes, self._send, fresh=fresh)

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
        pairs = {"grant_type": "client_credentials"} if parameters is None else parameters
        text = query_of(pairs)
        if authorization is not None:
            headers = (("Authorization", authorization), *headers)
        if method == "GET":
            query = "&".join(one for one in (text, query) if one)
        elif body is None:
            body = text.encode()
            if not any(name.lower() == "content-type" for name, _ in headers):
                headers = (*headers, ("Content-Type", "application/x-www-form-urlencoded"))
        operation = "getToken" if method == "GET" else "postToken"
        request = build(
            self.target, operation, dict(pairs), method=method, query=query, headers=headers, body=body, client=client
        )
        exchange = self.story.add(label, self._send(request))
        if client is not None and exchange.succeeded and facts.gives_token(exchange):
            asked = dict(pairs).get("scope")
            self._run.tokens.note(exchange, client, None if asked is None else str(asked))
        elif facts.gives_token(exchange):
            self._run.redactor.add_token(facts.token(exchange).access_token)
        return exchange

    def call(
        self,
        operation: str | None,
        label: str,
        parameters: Mapping[str, object] | None = None,
        *,
        client: Client | None = None,
        token: str | None = None,
        headers: Headers = (),
        query: str | None = None,
        method: str | None = None,
        path: str | None = None,
        body: bytes | None = None,
        document: object = None,
        reuse: bool = False,
        fresh: bool = False,
        throttled: bool = False,
        organizations: frozenset[str] = frozenset(),
        cut: Cut | None = None,
        hostile: bool = False,
        by_word: bool = False,
        **more: object,
    ) -> Exchange:
        """Call an operation (None: a probe, by `method` and `path`) and keep the exchange as step `label`.

        `parameters`, and those given by name, go to the query (None: left out); `query` replaces them, raw. `client`
        asks (default: primary) with its shared token, or with `token` (NO_TOKEN: none). `document` is sent as JSON.
        An operation that the service does not have is not asked: who looks at its answer ends the scenario, N/A.
        `reuse` takes the answer of an earlier identical GET of the run: for shared states only. `fresh` uses a
        connection of its own. `throttled` returns a 429 or 503 at once; else it is waited for. `organizations` names
        those concerned, where neither token nor query does: the safety rules ask. `cut` ends our side early. `hostile`
        is input that may be refused by closing the connection. `by_word` is an acknowledgement that the operator's two
        words allow.
        """
        asked = {name: value for name, value in {**(parameters or {}), **more}.items() if value is not None}
        if document is not None:
            body, headers = json.dumps(document).encode(), (("Content-Type", "application/json"), *headers)
        if is_absent(self.target, operation, path or ""):
            return self._absent(operation, path or "")
        client = client or (self.primary if token is None else None)
        if token is None and client is not None:
            token = self.token(client)
        if token:
            headers = (("Authorization", f"Bearer {token}"), *headers)
        request = build(
            self.target, operation, asked, method=method, path=path, query=query, headers=headers, body=body,
            client=client, organizations=organizations,
        )  # fmt: skip
        request = replace(request, cut=cut, hostile=hostile, by_word=by_word)
        return self.story.add(label, self._answer(request, reuse=reuse, fresh=fresh, throttled=throttled))

    def _absent(self, operation: str | None, url: str) -> Exchange:
        """Send nothing, and return what ends the scenario where its answer is looked at.

        Listing and acknowledging leave something behind, which later calls rest on: without them it ends at once.
        """
        self.skipped = absence_reason(self.target, operation, url)
        if operation in ("listReports", "acknowledgeReports"):
            raise Absent(self.skipped)
        return AbsentAnswer(self.skipped)

    def send(self, label: str, request: Request, *, fresh: bool = False) -> Exchange:
        """Send a request built by hand (see `requests.build`) and keep it as step `label`. Nothing is repeated."""
        if is_absent(self.target, request.operation, request.url):
            return self._absent(request.operation, request.url)
        return self.story.add(label, self._run.transport.send(request, fresh=fresh))

    def ask(self, request: Request) -> Exchange:
        """Send a request that is no step yet (`story.add` makes it one); 429 and 503 are waited for.

        A token in the answer is hidden wherever something is written, and used for nothing.
        """
        if is_absent(self.target, request.operation, request.url):
            return self._absent(request.operation, request.url)
        exchange = self._send(request)
        if exchange.operation in TOKEN_OPERATIONS and facts.gives_token(exchange):
            self._run.redactor.add_token(facts.token(exchange).access_token)
        return exchange

    def _answer(self, request: Request, *, reuse: bool, fresh: bool, throttled: bool) -> Exchange:
        key = (request.method, request.url, request.headers, request.body)
        if reuse and self.story.attempt == 1 and request.method == "GET" and key in self._run.answers:
            return self._run.answers[key]
        exchange = self._run.transport.send(request, fresh=fresh) if throttled else self._send(request, fresh=fresh)
        if reuse and exchange.answer is not None:
            self._run.answers[key] = exchange
        return exchange

    def _send(self, request: Request, *, fresh: bool = False) -> Exchange:
        return self._run.ask(request, fresh=fresh)
