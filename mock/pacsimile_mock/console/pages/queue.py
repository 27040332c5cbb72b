"""The queue of each organization: what waits, and what a POST without a body of each client would acknowledge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Response

from pacsimile_mock.clock import Instant, rfc3339
from pacsimile_mock.console.visit import Visit
from pacsimile_mock.journal.model import Entry

SHOWN = 100


def show(visit: Visit) -> Response:
    """Show for each organization the reports that wait, and what is left of each client's last listing."""
    world, now = visit.world, visit.world.clock.now()
    calls = _last_listings(visit)
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
        queues.append({
            "organization_id": organization_id, "count": len(waiting), "rows": rows,
            "listings": list(_listings(visit, organization_id, now, calls)),
        })  # fmt: skip
    return visit.page("queue", "queue", "Queue", queues=queues, most=SHOWN)


def _listings(visit: Visit, organization_id: str, now: Instant, calls: dict[str, Entry]) -> Iterator[dict[str, Any]]:
    """Yield what the store remembers for each client, with the call that listed it where the journal has it."""
    for client_id, client in sorted(visit.world.clients.items()):
        if client.organization_id != organization_id:
            continue
        reports = visit.world.store.remembered_listing(organization_id, client_id, now)
        if reports is None:
            continue
        call = calls.get(client_id)
        yield {
            "client_id": client_id, "count": len(reports), "reports": reports[:SHOWN],
            "number": call and call.number, "at": call and rfc3339(call.at),
        }  # fmt: skip


def _last_listings(visit: Visit) -> dict[str, Entry]:
    """Return the last call of each client that listed reports, as far as the journal keeps it."""
    return {
        entry.client_id: entry
        for entry in visit.world.journal.entries()
        if entry.operation == "listReports" and entry.status == 200 and entry.client_id is not None
    }
