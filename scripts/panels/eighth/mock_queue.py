"""Faults of the mock in the queue of reports."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pacsimile_mock.calls.pipeline import Pipeline
from pacsimile_mock.calls.request import Request
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.errors import Refusal
from pacsimile_mock.exchange import Answer, Call
from pacsimile_mock.orders.store import Acknowledged, Listed
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.worlds.defect_registry import defect

HOUR = 3600 * SECOND
RETENTION = 90 * 24 * HOUR
"""How long after its completion an acknowledgement of a report is kept."""

Place = tuple[str, str]
"""An organization and a client of it, or a report of it."""


@defect("mock-refused-post-uses-the-listing-up", "BATCH-5")
class UsesListingUp(Pipeline):
    """A POST pops the remembered listing before it is checked: if its query or body is refused, the listing is gone."""

    def parameters(self, operation_id: str, call: Call) -> Mapping[str, str]:
        """Take the listing."""
        try:
            return super().parameters(operation_id, call)
        except Refusal:
            self.forget(operation_id, call)
            raise

    def report_ids(self, operation_id: str, call: Call) -> list[str] | None:
        """Take the listing."""
        try:
            return super().report_ids(operation_id, call)
        except Refusal:
            self.forget(operation_id, call)
            raise

    def forget(self, operation_id: str, call: Call) -> None:
        """Forget the listing of a client that posts."""
        client = self.world.clients.get(call.client_id or "")
        if operation_id == "acknowledgeReports" and client is not None:
            now = self.world.clock.now()
            self.world.queue.remember(client.organization_id, client.client_id, [], now)


@defect("mock-equal-listings-share-a-row", "BATCH-9")
class SharesRow(QueueService):
    """Equal listings of two clients share a row: the next listing of one overwrites what the other one's POST takes."""

    def remember(self, organization_id: str, client_id: str, listed: Sequence[Listed], now: Instant) -> None:
        """Look for a row with the same reports."""
        rows: dict[Place, list[str]] = self.__dict__.setdefault("rows", {})
        place, ids = (organization_id, client_id), [report.version.report_id for report in listed]
        equal = [row for (owner, _), row in rows.items() if owner == organization_id and row == ids]
        if not ids:
            rows.pop(place, None)
        elif equal:
            rows[place] = equal[0]
        else:
            rows.setdefault(place, [])[:] = ids
        super().remember(organization_id, client_id, listed, now)

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Take what the row has."""
        ids = self.__dict__.setdefault("rows", {}).get((organization_id, client_id), [])
        with self.store.transaction():
            return Acknowledged(self.store.acknowledge(organization_id, ids, now).acknowledged, [])


@defect("mock-acknowledgements-of-old-reports-are-purged", "BATCH-14")
class Purged(QueueService):
    """A job drops acknowledgements of reports completed over 90 days ago: an hour later, they are listed again."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Add those whose acknowledgement was dropped."""
        old: dict[Place, Listed] = self.__dict__.setdefault("old", {})
        due: dict[Place, Instant] = self.__dict__.setdefault("due", {})
        waiting = super().unacknowledged(organization_id, now, limit)
        old.update(
            ((organization_id, report.version.report_id), report)
            for report in waiting
            if now - report.version.ready_at > RETENTION
        )
        back = [old[place] for place, at in due.items() if place[0] == organization_id and at <= now]
        return [*back, *waiting][:limit]

    def acknowledge_listing(self, organization_id: str, client_id: str, now: Instant) -> Acknowledged:
        """Note which ones will be dropped."""
        with self.store.transaction():
            done = super().acknowledge_listing(organization_id, client_id, now)
            self.note(organization_id, done.acknowledged, now)
        return done

    def acknowledge(self, organization_id: str, report_ids: Sequence[str], now: Instant) -> Acknowledged:
        """Note which ones will be dropped."""
        with self.store.transaction():
            done = super().acknowledge(organization_id, report_ids, now)
            self.note(organization_id, done.acknowledged, now)
        return done

    def note(self, organization_id: str, acknowledged: Iterable[str], now: Instant) -> None:
        """Note when the job comes to them."""
        old: dict[Place, Listed] = self.__dict__.setdefault("old", {})
        due: dict[Place, Instant] = self.__dict__.setdefault("due", {})
        due.update(((organization_id, name), now + HOUR) for name in acknowledged if (organization_id, name) in old)


@defect("mock-listing-trims-the-name-of-a-group", "CONS-2")
class TrimsGroup(Pipeline):
    """The listing reads `study_group` from a CHAR column, which drops the spaces at the end of a name."""

    def serve(self, operation_id: str, request: Request) -> Answer:
        """Trim it."""
        answer = super().serve(operation_id, request)
        if operation_id != "listReports":
            return answer
        listing = json.loads(answer.body)
        for row in listing["reports"]:
            row["study_group"] = row["study_group"] and row["study_group"].rstrip(" ")
        return replace(answer, body=json.dumps(listing).encode())


@defect("mock-amendment-supersedes-by-study", "SEC-3")
class SupersedesByStudy(QueueService):
    """Superseded versions are found by study UID: another organization's amendment takes your report off the list."""

    def unacknowledged(self, organization_id: str, now: Instant, limit: int | None) -> list[Listed]:
        """Leave out what is older than any version of the same study."""
        others = [name for name in self.store.organizations() if name != organization_id]
        return [
            report
            for report in super().unacknowledged(organization_id, now, limit)
            if not any(
                (version := order.newest_version(now)) and version.number > report.version.number
                for other in others
                for order in self.store.orders_of_study(other, report.order.study_uid)
            )
        ]
