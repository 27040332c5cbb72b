"""Lists and acknowledges reports, for one organization and one client at a time."""

from __future__ import annotations

from collections.abc import Sequence

from pacsimile_mock.clock import Instant
from pacsimile_mock.orders.store import Acknowledged, Listed, Store


class QueueService:
    """The queue of reports not yet acknowledged: BATCH-1 … BATCH-14."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def list_reports(self, organization_id: str, client_id: str, now: Instant, limit: int | None) -> Sequence[Listed]:
        """List what is ready and not acknowledged, and remember it as the client's most recent listing.

        Listing is safe: it acknowledges nothing (BATCH-3).
        """
        with self.store.transaction():
            listed = self.unacknowledged(organization_id, now, limit)
            self.remember(organization_id, client_id, listed, now)
        return listed

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Acknowledge what this client's most recent listing contained, and nothing else (BATCH-5 … BATCH-9)."""
        with self.store.transaction():
            return Acknowledged(self.store.acknowledge_listing(organization_id, client_id, now), [])

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Acknowledge the reports named, all of them and no other; the listing's memory stays (BATCH-11)."""
        with self.store.transaction():
            return self.store.acknowledge(organization_id, report_ids, now)

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Return what a listing at `now` contains."""
        return self.store.list_unacknowledged(organization_id, now, limit)

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Remember a listing of a client."""
        self.store.remember_listing(organization_id, client_id, listed, now)
