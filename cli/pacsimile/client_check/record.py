"""The record of a world's calls, which grows while the program runs, and the reports that are ready in it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from pacsimile_advice.calls import ClientCall
from pacsimile_advice.journal_lines import EntryReader
from pacsimile_mock.testing.world import TestWorld
from pacsimile_spec.control_client import ControlClient

PAGE = 1000
SOON = timedelta(seconds=30)
"""Time in which an order that moves by itself is waited for."""

Entry = dict[str, Any]


@dataclass
class Orders:
    """The orders of a world at one time.

    Attributes:
        order_ids: All of them, in the order of their submission.
        ready: The latest report of each order that has one, by order id.
        coming: Whether an order becomes ready soon.
    """

    order_ids: list[str] = field(default_factory=list)
    ready: dict[str, str] = field(default_factory=dict)
    coming: bool = False


class Record:
    """Reads the journal of a world on and on.

    `client` may be replaced when the server has restarted.
    """

    def __init__(self, client: ControlClient, world: TestWorld) -> None:
        self.client, self.world = client, world
        self.entries: dict[int, Entry] = {}
        self.acknowledged: set[str] = set()
        self.fetched: set[str] = set()
        self._last = 0

    def read_on(self) -> list[Entry]:
        """Return the entries that came since the last time."""
        came = self.client.lines(f"/worlds/{self.world.name}/journal/lines?after={self._last}")
        self._take(came)
        return came

    def finish(self) -> None:
        """Read what the journal still keeps once more: only now it is known which answers arrived."""
        self._take(self.client.lines(f"/worlds/{self.world.name}/journal/lines"))

    def _take(self, came: list[Entry]) -> None:
        for entry in came:
            self.entries[entry["number"]] = entry
            self._last = max(self._last, entry["number"])
            reports = [mention[0] for mention in entry["observed"]["reports"]]
            if entry["operation"] == "acknowledgeReports" and entry["status"] == 200:
                self.acknowledged.update(reports)
            elif entry["operation"] == "getResult" and entry["status"] == 200:
                self.fetched.update(reports)

    def calls(self) -> list[ClientCall]:
        """Return the calls, as advice judges them."""
        reader = EntryReader()
        return [reader.call(self.entries[number]) for number in sorted(self.entries)]

    def orders(self) -> Orders:
        """Ask for the orders of the world."""
        now = self.world.clock.now()
        orders = Orders()
        for order in self._described():
            orders.order_ids.append(order["order_id"])
            versions = [report for report in order["reports"] if datetime.fromisoformat(report["ready_at"]) <= now]
            if versions:
                orders.ready[order["order_id"]] = versions[-1]["report_id"]
            later = (datetime.fromisoformat(step["at"]) for step in order["plan"])
            orders.coming = orders.coming or any(now < at < now + SOON for at in later)
        return orders

    def _described(self) -> Iterator[dict[str, Any]]:
        after: str | None = ""
        organization = quote(self.world.organization_id, safe="")
        while after is not None:
            path = f"/orders?organization_id={organization}&limit={PAGE}" + (f"&after={quote(after)}" if after else "")
            page = self.world.call("GET", path)
            yield from page["orders"]
            after = page["next"]
