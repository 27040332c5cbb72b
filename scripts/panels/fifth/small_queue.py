"""Faults of `examples/small_server` in its queue."""

from __future__ import annotations

from collections import defaultdict, deque
from typing import Any

from small_server import api, backlog
from small_server.backlog import Backlog
from small_server.orders import Organization, Version
from small_server.wire import Request

from scripts.panels.faults import fault, put
from scripts.panels.fifth.small import SERVER

RING = 500
"""Acknowledgements that are kept."""


@fault(SERVER, "small-page-is-followed-by-the-next", "BATCH-3")
def followed_by_next() -> None:
    """A page has a cursor, which its client's session keeps: to ask for it again without a POST gives the next one."""
    listing, acknowledge = Backlog.listing, Backlog.acknowledge
    cursors: dict[tuple[str, str], tuple[int, int]] = {}

    def going_on(self: Backlog, client_id: str, organization: Organization, limit: int | None) -> dict[str, Any]:
        place, whole = self.place(client_id, organization), organization.waiting
        last = cursors.pop(place, (-1, -1)) if limit is not None else (-1, -1)
        rest = {name: version for name, version in whole.items() if backlog._oldest_first(version) > last}
        organization.waiting = rest or whole
        try:
            made = listing(self, client_id, organization, limit)
        finally:
            organization.waiting = whole
        if limit is not None and self._shown[place]:
            cursors[place] = backlog._oldest_first(organization.versions[self._shown[place][-1]])
        return made

    def done(self: Backlog, client_id: str, organization: Organization, ids: list[str] | None) -> dict[str, Any]:
        cursors.pop(self.place(client_id, organization), None)
        return acknowledge(self, client_id, organization, ids)

    put(Backlog, "listing", going_on)
    put(Backlog, "acknowledge", done)


@fault(SERVER, "small-empty-listing-is-null", "BATCH-4")
def empty_is_null() -> None:
    """A list to which nothing was added is written as null: where nothing waits, `reports` is null."""
    listing = Backlog.listing

    def null(self: Backlog, client_id: str, organization: Organization, limit: int | None) -> dict[str, Any]:
        made = listing(self, client_id, organization, limit)
        return made if made["reports"] else {**made, "reports": None}

    put(Backlog, "listing", null)


@fault(SERVER, "small-null-counts-as-no-body", "BATCH-11")
def null_is_none() -> None:
    """A body of `null` is parsed to nothing, and nothing is what no body is: it acknowledges the last listing."""
    read_report_ids = api.read_report_ids

    def read(request: Request) -> list[str] | None:
        return None if request.body.strip() == b"null" else read_report_ids(request)

    put(api, "read_report_ids", read)


@fault(SERVER, "small-acknowledgements-are-kept-in-a-ring", "BATCH-14")
def kept_in_ring() -> None:
    """An organization's last 500 acknowledgements are kept: with each further one, the oldest is forgotten."""
    mark = backlog._mark
    rings: defaultdict[str, deque[Version]] = defaultdict(deque)

    def marked(organization: Organization, report_ids: dict[str, None]) -> tuple[list[str], list[str]]:
        acknowledged, not_found = mark(organization, report_ids)
        ring = rings[organization.organization_id]
        ring.extend(organization.versions[report_id] for report_id in acknowledged)
        while len(ring) > RING:
            version = ring.popleft()
            version.acknowledged = False
            if version is version.order.versions[-1]:
                organization.waiting[version.report_id] = version
        return acknowledged, not_found

    put(backlog, "_mark", marked)
