"""Listing and acknowledging in one organization: what the scenarios of the queue do over and over."""

from collections.abc import Sequence

from pacsimile_contract import facts
from pacsimile_contract.evidence.exchange import Cut, Exchange, Headers
from pacsimile_contract.provider.states import Given
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Client


class Queue:
    """The queue of one organization, as one client asks for it."""

    def __init__(self, session: Session, own: Given, client: Client | None = None) -> None:
        self._session = session
        self._client = client or own.client
        self.organization_id = own.organization_id

    def list(self, label: str, limit: int | str | None = None, *, fresh: bool = False) -> list[str]:
        """List, and return the report ids that were shown."""
        exchange = self._session.call(
            "listReports", label, client=self._client, organizationId=self.organization_id, limit=limit, fresh=fresh
        )
        return [one for one in facts.listing(exchange).report_ids if one is not None]

    def post(self, label: str, report_ids: Sequence[str] | None = None, *, by_word: bool = False) -> Exchange:
        """Acknowledge the reports named, or without names the last listing; `by_word` where that takes two words."""
        document = None if report_ids is None else {"report_ids": list(report_ids)}
        return self._session.call(
            "acknowledgeReports", label, client=self._client, organizationId=self.organization_id, document=document,
            by_word=by_word,
        )  # fmt: skip

    def leave(self, label: str, report_ids: Sequence[str] | None = None) -> Exchange:
        """Acknowledge as `post` does, and go without waiting for the answer."""
        document = None if report_ids is None else {"report_ids": list(report_ids)}
        return self._session.call(
            "acknowledgeReports", label, client=self._client, organizationId=self.organization_id,
            document=document, cut="left",
        )  # fmt: skip

    def send(self, label: str, body: bytes, headers: Headers = (), *, cut: Cut | None = None) -> Exchange:
        """Acknowledge with a body that may be anything, under headers that may say anything."""
        return self._session.call(
            "acknowledgeReports", label, client=self._client, organizationId=self.organization_id,
            body=body, headers=headers, cut=cut,
        )  # fmt: skip
