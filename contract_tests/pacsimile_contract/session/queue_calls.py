"""Listing and acknowledging in one organization: what the scenarios of the queue do over and over."""

from collections.abc import Mapping, Sequence
from typing import Any

from pacsimile_contract import facts
from pacsimile_contract.errors import NotExercised
from pacsimile_contract.evidence.exchange import Cut, Exchange, Headers
from pacsimile_contract.provider.states import ProvidedState
from pacsimile_contract.session import Session
from pacsimile_contract.session.delivery import ORDINARY, Delivery
from pacsimile_contract.session.revalidation import revalidating
from pacsimile_contract.target.model import Client

BLOCKED_BY_LISTING = ("BATCH-1", "BATCH-2", "BATCH-3", "BATCH-4")
"""Requirements of listings. Where one of them fails, listings say nothing about acknowledgements."""

LONG_AGO = 7200
"""Age in seconds of a report that became ready late: it was completed before all others of its organization."""

FAR_EAST, FAR_WEST = "+14:00", "-11:00"
"""UTC offsets of times. At any hour, the date of one of the two is another one than in UTC."""


def own_queue(session: Session, ready_reports: int, **params: Any) -> ProvidedState:
    """Return an organization of this scenario's own with reports, with further params where they can be had."""
    try:
        return session.fresh_state("fresh_organization", "queue", ready_reports=ready_reports, **params)
    except NotExercised:  # a service need not choose the times
        return session.fresh_state("fresh_organization", "queue", ready_reports=ready_reports)


class Queue:
    """The queue of one organization, as one client asks for it."""

    def __init__(self, session: Session, own: ProvidedState, client: Client | None = None) -> None:
        self._session = session
        self._client = client or own.client
        self.organization_id = own.organization_id

    def list(
        self, label: str, limit: int | str | None = None, *, fresh: bool = False, again: bool = False,
        before: Exchange | None = None,
    ) -> list[str]:  # fmt: skip
        """List, on a `fresh` connection or that of the same call `again`, and return the report ids that were shown.

        With `before`, an earlier listing, send its ETag as a cache would.
        """
        exchange = self._session.call(
            "listReports", label, client=self._client, organizationId=self.organization_id, limit=limit,
            headers=revalidating(before), delivery=Delivery(fresh=fresh, again=again),
        )  # fmt: skip
        return [report_id for report_id in facts.listing(exchange).report_ids if report_id is not None]

    def post(self, label: str, report_ids: Sequence[str] | None = None, *, by_word: bool = False) -> Exchange:
        """Acknowledge the reports named, or without names the last listing; `by_word` where that takes two words."""
        return self._acknowledge(label, _named(report_ids), delivery=Delivery(by_word=by_word))

    def leave(self, label: str, report_ids: Sequence[str] | None = None) -> Exchange:
        """Acknowledge as `post` does, and go without waiting for the answer."""
        return self._acknowledge(label, _named(report_ids), delivery=Delivery(cut="left"))

    def send(self, label: str, body: bytes, headers: Headers = (), *, cut: Cut | None = None) -> Exchange:
        """Acknowledge with a body that may be anything, under headers that may say anything."""
        return self._acknowledge(label, body, headers, Delivery(cut=cut))

    def head(self, label: str) -> Exchange:
        """Send HEAD in the place of a listing's GET."""
        asked, token = {"organizationId": self.organization_id}, self._session.token(self._client)
        return self._session.probe(label, "HEAD", "/reports", asked, token=token)

    def _acknowledge(
        self,
        label: str,
        body: bytes | Mapping[str, object] | None,
        headers: Headers = (),
        delivery: Delivery = ORDINARY,
    ) -> Exchange:
        return self._session.call(
            "acknowledgeReports", label, client=self._client, organizationId=self.organization_id, headers=headers,
            body=body, delivery=delivery,
        )  # fmt: skip


def _named(report_ids: Sequence[str] | None) -> Mapping[str, object] | None:
    return None if report_ids is None else {"report_ids": list(report_ids)}
