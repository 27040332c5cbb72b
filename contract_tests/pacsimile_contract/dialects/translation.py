"""Translates for one run: writes requests in the dialect, and reads answers in it."""

from __future__ import annotations

from dataclasses import replace

from pacsimile_contract.dialects.answers import AnswerReader
from pacsimile_contract.dialects.carried_reports import link_of
from pacsimile_contract.dialects.requests import RequestWriter
from pacsimile_contract.evidence.exchange import Answer, Exchange, Request
from pacsimile_spec.dialects import Dialect
from pacsimile_spec.operation_ids import RETRIEVALS


class Translation:
    """Translates between the contract and one dialect. A service that spells as the contract does has none."""

    def __init__(self, dialect: Dialect, base_url: str, oauth2_endpoint: str) -> None:
        self.dialect = dialect
        self._requests = RequestWriter(dialect, base_url, oauth2_endpoint)
        self._answers = AnswerReader(dialect)

    def write_request(self, request: Request) -> Request:
        """Return the request as the dialect spells it."""
        return self._requests.write(request)

    def translate_answer(self, exchange: Exchange, received: Answer, carried: Exchange | None = None) -> None:
        """Set the answer of an exchange to the received one in the contract's spelling. It keeps the received one too.

        `carried` is the exchange at the link in the answer, if it has one that was followed.
        """
        if exchange.respelled is not None:
            exchange.respelled = replace(exchange.respelled, answer=received, carried=carried)
        exchange.answer = self._answers.read(exchange.request, received, carried.answer if carried else None)

    def report_link(self, exchange: Exchange) -> str | None:
        """Return the URL of the report in the answer to a retrieval; None if there is none."""
        if exchange.answer is None or exchange.operation not in RETRIEVALS:
            return None
        return link_of(self.dialect, exchange.answer)
