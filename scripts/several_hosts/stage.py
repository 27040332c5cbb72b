"""Puts clients of two organizations before a farm, and checks at the end that nothing was lost."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from book import Book
from clients import Client, NoAnswer, Revoker, Stage, Submitter
from farm import CONTROL_TOKEN, Farm

ORGANIZATIONS = ("north", "south")
CLIENTS = 2
"""Clients of an organization that poll, list and acknowledge."""
DAY = 86_400
TICK = 1.0
"""Seconds from one advance of the world's clock to the next."""


class Company:
    """All clients of a farm, and the world's clock, which they move."""

    def __init__(self, farm: Farm, speed: float, pause: float) -> None:
        self.book = Book()
        self.stage = Stage(farm.api, farm.control, CONTROL_TOKEN, self.book, pause)
        self.speed = speed
        made = {name: [self._client(name, rank) for rank in range(CLIENTS + 1)] for name in ORGANIZATIONS}
        self.readers = [clients[0] for clients in made.values()]
        self.clients = [client for clients in made.values() for client in clients[1:]]
        self.submitter = Submitter(self.stage, self.clients, (60, 1800))
        self.revoker = Revoker(self._client(ORGANIZATIONS[0], CLIENTS + 1))

    def begin(self) -> None:
        """Begin to work."""
        for client in self.clients:
            self.stage.play(client.work)
        for reader, other in zip(self.readers, reversed(self.clients), strict=False):
            self.stage.play(lambda reader=reader, other=other: self._read(reader, other), 0.5)  # type: ignore[misc]
        self.stage.play(self.submitter.submit, 0.5)
        self.stage.play(self._revoke, 0.5)
        self.stage.play(self._advance, TICK)

    def end(self) -> None:
        """Stop, let all orders complete, and check that each report is acknowledged or listed."""
        self.stage.end()
        self.stage.steer("POST", "/worlds/default/clock", {"advance": DAY})
        waiting = {reader.organization: self._listing(reader) for reader in self.readers}
        for reader in self.readers:
            for order in self._orders(reader.organization):
                self._check(order, waiting[reader.organization])
        for token in self.revoker.revoked[-100:]:
            with suppress(NoAnswer):
                self.revoker.check(token)

    def _check(self, order: dict[str, Any], waiting: set[str]) -> None:
        book, organization = self.book, str(order["organization_id"])
        book.organization.pop(str(order["order_id"]), None)
        if order["status"] != "COMPLETED":
            book.breaks(f"{order['order_id']} is {order['status']} a day later")
        for version in order["reports"]:
            name, report = version["report_id"], book.reports[organization].get(version["report_id"])
            book.count("reports")
            if version["acknowledged"] == (name in waiting):
                book.breaks(f"{name} is acknowledged and listed, or neither: it was lost")
            if version["acknowledged"] and (report is None or report.tried is None):
                book.breaks(f"{name} is acknowledged, and nobody did it")
            if report is not None and report.acknowledged is not None and not version["acknowledged"]:
                book.breaks(f"the acknowledgement of {name} was lost")

    def broken(self) -> list[str]:
        """Return the promises that were broken; call it after `end`."""
        return [*self.book.broken, *(f"{order_id} was submitted, and is lost" for order_id in self.book.organization)]

    def _orders(self, organization: str) -> list[dict[str, Any]]:
        orders, query = list[dict[str, Any]](), {"organization_id": organization, "limit": 500}
        while True:
            _, page = self.stage.steer("GET", "/worlds/default/orders", **query)
            orders += page["orders"]
            if not page.get("next"):
                return orders
            query["after"] = page["next"]

    def _client(self, organization: str, rank: int) -> Client:
        _, credentials = self.stage.steer("POST", "/worlds/default/clients", {"organization_id": organization})
        return Client(self.stage, credentials, hash((organization, rank)) % 1000)

    def _listing(self, reader: Client) -> set[str]:
        while True:
            with suppress(NoAnswer):
                return reader.list()
            time.sleep(0.2)

    def _read(self, reader: Client, other: Client) -> None:
        reader.list()
        if other.organization != reader.organization:
            reader.intrude(other)

    def _revoke(self) -> None:
        self.revoker.check_any()
        self.revoker.revoke()

    def _advance(self) -> None:
        self.stage.steer("POST", "/worlds/default/clock", {"advance": (self.speed - 1) * TICK})


def conclude(book: Book, broken: list[str]) -> None:
    """Print the figures and the verdict, and exit with 1 if a promise was broken."""
    print("  " + ", ".join(f"{name} {number}" for name, number in sorted(book.counts.items())))
    for promise in broken[:20]:
        print(f"  BROKEN: {promise}")
    print(f"{len(broken)} broken promises" if broken else "nothing lost, nothing back, no revoked token works")
    raise SystemExit(1 if broken else 0)
