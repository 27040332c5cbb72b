"""A run written by hand for the model of the service: calls of several clients at given times."""

import json
from collections.abc import Sequence
from email.utils import formatdate
from typing import Any

from contract_tests.tests.helpers.handwritten import HOME, problem
from pacsimile_contract.client.requests import query_of
from pacsimile_contract.evidence.exchange import Answer, Exchange, Headers, Request
from pacsimile_contract.service_model.contradiction import Comparisons
from pacsimile_contract.service_model.model import compare
from pacsimile_spec.scopes import SCOPES

ORDER = {
    "order_id": "A-1", "study_uid": "1.2.3", "study_group": None, "status": "PROCESSING", "progress": 40,
    "report_types": [], "created_at": "2026-03-01T10:00:00Z", "updated_at": "2026-03-01T10:05:00Z",
    "completed_at": None,
}  # fmt: skip
DONE = {
    **ORDER, "status": "COMPLETED", "progress": 100, "completed_at": "2026-03-01T10:09:00Z", "report_types": ["json"],
    "updated_at": "2026-03-01T10:09:00Z",
}  # fmt: skip
ENTRY = {
    "report_id": "R-1", "order_id": "A-1", "study_uid": "1.2.3", "study_group": None, "report_status": "final",
    "supersedes": None, "report_types": ["json"], "completed_at": "2026-03-01T10:09:00Z",
}  # fmt: skip
PATHS = {
    "getStatus": "/status", "getOrderIds": "/orderId", "getResult": "/results", "listReports": "/reports",
    "acknowledgeReports": "/reports", "getGroupReport": "/report", "getToken": "/oauth2/token",
}  # fmt: skip
ANNE, BEN, CLEO = "state-anne", "state-ben", "state-cleo"
"""Clients: the first two list for org-a, the third for org-b."""
HOMES = {ANNE: "org-a", BEN: "org-a", CLEO: "org-b"}


class SeenRun:
    """The exchanges of a run; each takes half a second, and the next begins half a second later."""

    def __init__(self, *, at: float = 1_773_000_000.0) -> None:
        self.exchanges: list[Exchange] = []
        self.clock = at
        """The server's."""

    def token(self, client: str, scopes: Sequence[str] = SCOPES[:3], lifetime: int = 3600) -> str:
        """Let a client get a token, named after it and its place in the run."""
        token = f"{client}-{len(self.exchanges)}"
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": lifetime, "scope": " ".join(scopes)}
        self.add("getToken", client, 200, answer)
        return token

    def home(self, *clients: str) -> dict[str, str]:
        """Give each client a token and an empty listing of its organization; returns the tokens."""
        tokens = {client: self.token(client) for client in clients}
        for token in tokens.values():
            self.listing([], token)
        return tokens

    def status(self, document: Any, token: str, status: int = 200, **asked: str) -> Exchange:
        """Ask for the status of an order, by default by its id."""
        return self.ask("getStatus", token, status, document, **(asked or {"order_id": document["order_id"]}))

    def listing(self, entries: Sequence[Any], token: str, organization: str | None = None, **asked: str) -> Exchange:
        """List reports, by default of the client's organization."""
        named = organization or HOMES[token.rpartition("-")[0]]
        listing = {"organization_id": named, "count": len(entries), "reports": list(entries)}
        return self.ask("listReports", token, 200, listing, organizationId=named, **asked)

    def refused(self, operation: str, token: str, status: int, reason: str, **asked: str) -> Exchange:
        """Make a call that is refused; `Retry-After` goes with what is not ready."""
        later = (("Retry-After", "5"),) if reason == "report-not-ready" else ()
        return self.ask(operation, token, status, problem(reason, status), headers=later, **asked)

    def ask(
        self, operation: str, token: str, status: int, document: Any = None, *, headers: Headers = (),
        body: bytes | None = None, content: bytes | None = None, **asked: str,
    ) -> Exchange:  # fmt: skip
        """Make a call. `content` are the bytes of an answer that is no JSON."""
        return self.add(
            operation, token.rpartition("-")[0], status, document, token=token, headers=headers, body=body,
            content=content, asked=asked,
        )  # fmt: skip

    def add(
        self, operation: str, client: str, status: int, document: Any = None, *, token: str | None = None,
        headers: Headers = (), body: bytes | None = None, content: bytes | None = None,
        asked: dict[str, str] | None = None,
    ) -> Exchange:  # fmt: skip
        """Append an exchange."""
        query = f"?{query_of(asked)}" if asked else ""
        sent: Headers = (("Authorization", f"Bearer {token}"),) if token else ()
        sent += (("Content-Type", "application/json"),) if body else ()
        method = "POST" if operation == "acknowledgeReports" else "GET"
        request = Request(method, HOME + PATHS[operation] + query, sent, body, operation, client, asked or {})
        text = json.dumps(document).encode() if content is None else content
        head = (("Content-Type", "application/json"), ("Date", formatdate(self.clock, usegmt=True)), *headers)
        number = len(self.exchanges) + 1
        exchange = Exchange(number, request, Answer(status, head, text, text), started=number, ended=number + 0.5)
        self.exchanges.append(exchange)
        return exchange

    def compare(self) -> Comparisons:
        """Let the model compare the run."""
        return compare(self.exchanges)

    def broken(self) -> list[tuple[str, list[int]]]:
        """Return what the model finds broken: requirement, and numbers of the exchanges that prove it."""
        return [
            (found.requirement, [exchange.number for exchange in found.exchanges])
            for found in self.compare().contradictions
        ]
