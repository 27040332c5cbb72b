"""Both directions for one run: what is asked, respelled as it leaves; what is answered, read when it comes."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_contract.dialects.answers import AnswerReading
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

    def read(self, exchange: Exchange, received: Answer) -> None:
        """Let the exchange have what was received in the contract's spelling, and remember how it was on the wire."""
        if exchange.respelled is not None:
            exchange.respelled = replace(exchange.respelled, answer=received)
        exchange.answer = self._answers.read(exchange.request, received)
