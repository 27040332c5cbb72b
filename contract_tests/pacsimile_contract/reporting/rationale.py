"""Explains why a finding expects what it does: by whom and about whose order a request was, and what was known before.

All texts returned here are redacted.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from pacsimile_contract.evidence.exchange import Exchange, Request
from pacsimile_contract.judging.judgement import Evidence
from pacsimile_contract.provenance import as_value, unmarked
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.target.model import STATE_CLIENT
from pacsimile_contract.transcript.credential_words import unusual_token
from pacsimile_contract.transcript.sent import url_of

MOST_OF_A_URL = 160
_KINDS = {
    "order_id": "order", "other_order_id": "order", "study_uid": "study", "study_group": "group", "report_id": "report",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PriorKnowledge:
    """What a run knew about an order, study or group before its request, from a state, a fixture or a listing."""

    kind: str
    organization: str | None
    source: str | None
    status: str | None = None
    """The status that an order was known to have."""


class Rationale:
    """What a finished run knew about each identifier."""

    def __init__(self, done: RunFinished) -> None:
        self._done = done
        self._known: dict[str, PriorKnowledge] = {}
        self._homes = {client.name: client.organization_id for client in done.target.clients.values()}
        for story, _ in done.stories:
            for label, values in story.values.items():
                if label.startswith("origin/"):
                    self._learn(values)

    def _learn(self, values: Mapping[str, Any]) -> None:
        for identifier, known in _known(values):
            if identifier not in self._known or self._known[identifier].status is None:
                self._known[identifier] = known
        for prefix, home in (("", ""), ("second_", ""), ("other_", "other_")):
            client, organization = values.get(f"{prefix}client_id"), values.get(f"{home}organization_id")
            if client is not None and organization is not None:
                self._homes[f"{STATE_CLIENT}{client}"] = str(organization)

    def home(self, client: str | None) -> str | None:
        """Return the organization of a client by the client's name, as it is; None where that is not known."""
        return self._homes.get(client or "")

    def organizations(self) -> dict[str, str]:
        """Return the organizations of the state URL's clients, redacted, by the clients' names.

        Those of the target file's clients are no identifiers that the redactor knows before a call has named them.
        """
        known = {name: home for name, home in self._homes.items() if name.startswith(STATE_CLIENT)}
        return {name: self._organization(home) for name, home in known.items()}

    def request(self, exchange: Exchange) -> str:
        """Return a request with its client, its subject's owner, and its token unless that is the client's usual one.

        An example is `GET /status?order_id=A-1 by a client of org-1, order of org-2`. What a dialect respelled is named
        as it was sent, too.
        """
        token = unusual_token(exchange, self._done.redactor)
        return self._request(exchange) + (f", with {token} (call {exchange.number})" if token else "")

    def _request(self, exchange: Exchange) -> str:
        ours, sent = self._call(exchange.request), self._call(exchange.sent)
        line = f"{ours}{'' if sent == ours else f' (sent as {sent})'} {self._by(exchange)}"
        home = self._homes.get(exchange.request.client or "")
        subjects = [self._known[str(value)] for value in exchange.given.values() if str(value) in self._known]
        known = next((subject for subject in subjects if subject.organization is not None), None)
        if known is None:
            return line
        if known.organization == home:
            return f"{line}, its own {known.kind}"
        return f"{line}, {known.kind} of {self._organization(known.organization)}"

    def _call(self, request: Request) -> str:
        """Return the method and URL of a call, without the base URL of the target."""
        url = self._done.redactor.redact_own_text(url_of(request))
        base = self._done.target.base_url
        if url.startswith(base):
            url = url[len(base) :]
        else:
            parts = urlsplit(url)
            url = parts.path + (f"?{parts.query}" if parts.query else "")
        url = url if len(url) <= MOST_OF_A_URL else url[: MOST_OF_A_URL - 1] + "…"
        return f"{self._done.redactor.redact_own_text(request.method)} {url}"

    def _organization(self, organization: str | None) -> str:
        return self._done.redactor.redact_own_text(as_value(organization or ""))

    def _by(self, exchange: Exchange) -> str:
        name = exchange.request.client
        home = self._homes.get(name or "")
        if name is None:
            return (
                "without a token"
                if exchange.request.header("Authorization") is None
                else "with a token made for the test"
            )
        if name.startswith(STATE_CLIENT):
            return f"by a client of {self._organization(home)}" if home else "by a client of the state URL"
        return f"by {name}{f' of {self._organization(home)}' if home else ''}"

    def why(self, evidence: Evidence) -> str:
        """Return the basis of an expectation: a state, a fixture, a listing, or an earlier answer."""
        expected = unmarked(evidence.finding.expected if evidence.finding is not None else evidence.note)
        parameters = tuple(map(str, evidence.exchange.given.values())) if evidence.exchange is not None else ()
        for identifier, known in self._known.items():
            if known.status and known.source and (identifier in parameters or identifier in expected):
                return f"the {known.kind} is {known.status}, according to {known.source}"
        return self._previous_call(evidence)

    def _previous_call(self, evidence: Evidence) -> str:
        """Return the last successful call before the decisive one, where a finding compares them."""
        decisive = evidence.exchange
        before = [
            exchange
            for exchange in evidence.exchanges
            if decisive is not None and exchange.number < decisive.number and exchange.succeeded
        ]
        if not before:
            return ""
        last = before[-1].request
        return f"after {self._call(last)} (call {before[-1].number}, {before[-1].status})"


def _known(values: Mapping[str, Any]) -> Iterator[tuple[str, PriorKnowledge]]:
    """Yield each identifier in a state's values with what is known about it."""
    origin, source = values.get("asked_as") or {}, values.get("source")
    home, other = values.get("organization_id"), values.get("other_organization_id")
    for name, kind in _KINDS.items():
        if isinstance(values.get(name), str):
            status = origin.get("status") if name == "order_id" else None
            yield values[name], PriorKnowledge(kind, other if name.startswith("other_") else home, source, status)
    statuses = origin.get("statuses")
    orders = values.get("order_ids")
    if isinstance(orders, list | tuple):
        if not isinstance(statuses, list | tuple) or len(statuses) != len(orders):
            statuses = [None] * len(orders)
        for order, status in zip(orders, statuses, strict=True):
            yield str(order), PriorKnowledge("order", home, source, status)
