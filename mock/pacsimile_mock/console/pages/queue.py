"""The queue of each organization: what waits, and what each client was last shown."""

from __future__ import annotations

from typing import Any

from flask import Response

from pacsimile_mock.clock import rfc3339
from pacsimile_mock.console.visit import Visit
from pacsimile_mock.journal.model import Entry

SHOWN = 100


def show(visit: Visit) -> Response:
    """Show for each organization the reports that wait, and the last listing of each of its clients."""
    world, now = visit.world, visit.world.clock.now()
    listings = _last_listings(visit)
    queues = []
    for organization_id in world.store.organizations():
        waiting = world.store.list_unacknowledged(organization_id, now, None)
        rows = [
            {
                "report_id": each.version.report_id, "order_id": each.order.order_id, "version": each.version.number,
                "ready_at": rfc3339(each.version.ready_at),
            }
            for each in waiting[:SHOWN]
        ]  # fmt: skip
        shown = [
            _listing(client_id, listings[client_id])
            for client_id, client in sorted(world.clients.items())
            if client.organization_id == organization_id and client_id in listings
        ]
        queues.append({"organization_id": organization_id, "count": len(waiting), "rows": rows, "listings": shown})
    return visit.page("queue", "queue", "Queue", queues=queues, most=SHOWN)


def _last_listings(visit: Visit) -> dict[str, Entry]:
    """Return the last listing of each client that the journal keeps."""
    return {
        entry.client_id: entry
        for entry in visit.world.journal.entries()
        if entry.operation == "listReports" and entry.status == 200 and entry.client_id is not None
    }


def _listing(client_id: str, entry: Entry) -> dict[str, Any]:
    reports = [] if entry.observed is None else [report[0] for report in entry.observed.reports]
    return {"client_id": client_id, "number": entry.number, "at": rfc3339(entry.at), "reports": reports[:SHOWN]}
