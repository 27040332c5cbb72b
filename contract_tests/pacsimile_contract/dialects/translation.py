"""Both directions for one run: what is asked, respelled as it leaves; what is answered, read when it comes."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_contract.dialects.answers import AnswerReading
from pacsimile_contract.dialects.carried import RETRIEVALS, link_of
from pacsimile_contract.dialects.requests import RequestSpelling
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_spec.dialects import Dialect


class Translation:
    """Respells by one dialect. There is none where the service spells as the contract does."""

    def __init__(self, dialect: Dialect, base_url: str, oauth2_endpoint: str) -> None:
        self.dialect = dialect
        self._requests = RequestSpelling(dialect, base_url, oauth2_endpoint)
        self._answers = AnswerReading(dialect)

    def sent(self, request: Request) -> Request:
        """Return the request as it leaves."""
        return self._requests.respelled(request)

    def read(self, exchange: Exchange, received: Answer, carried: Exchange | None = None) -> None:
        """Let the exchange have what was received in the contract's spelling, and remember how it was on the wire.

        `carried` is the exchange that its link led to, if it has one.
        """
        if exchange.respelled is not None:
            exchange.respelled = replace(exchange.respelled, answer=received, carried=carried)
        exchange.answer = self._answers.read(exchange.request, received, carried.answer if carried else None)

    def link(self, exchange: Exchange) -> str | None:
        """Return the URL at which the report is that was asked for; None where the answer has none to be followed."""
        if exchange.answer is None or exchange.operation not in RETRIEVALS:
            return None
        return link_of(self.dialect, exchange.answer)
