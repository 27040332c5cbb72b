"""Puts clients of two organizations before a cluster, and checks at the end that nothing was lost."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from clients import Client, ClientContext, NoAnswer, Revoker, Submitter
from cluster import CONTROL_TOKEN, Cluster
from invariants import Invariants

ORGANIZATIONS = ("north", "south")
CLIENTS = 2
"""Clients of an organization that poll, list and acknowledge."""
DAY = 86_400
TICK = 1.0
"""Seconds from one advance of the world's clock to the next."""


class Workload:
    """All clients of a cluster, and the world's clock, which they move."""

    def __init__(self, cluster: Cluster, speed: float, pause: float) -> None:
        self.invariants = Invariants()
        self.context = ClientContext(cluster.api, cluster.control, CONTROL_TOKEN, self.invariants, pause)
        self.speed = speed
        made = {name: [self._client(name, rank) for rank in range(CLIENTS + 1)] for name in ORGANIZATIONS}
        self.readers = [clients[0] for clients in made.values()]
        self.clients = [client for clients in made.values() for client in clients[1:]]
        self.submitter = Submitter(self.context, self.clients, (60, 1800))
        self.revoker = Revoker(self._client(ORGANIZATIONS[0], CLIENTS + 1))

    def begin(self) -> None:
        """Begin to work."""
        for client in self.clients:
            self.context.repeat(client.work)
        for reader, other in zip(self.readers, reversed(self.clients), strict=False):
            self.context.repeat(lambda reader=reader, other=other: self._read(reader, other), 0.5)  # type: ignore[misc]
        self.context.repeat(self.submitter.submit, 0.5)
        self.context.repeat(self._revoke, 0.5)
        self.context.repeat(self._advance, TICK)

    def end(self) -> None:
        """Stop, let all orders complete, and check that each report is acknowledged or listed."""
        self.context.end()
        self.context.call_control("POST", "/worlds/default/clock", {"advance": DAY})
        waiting = {reader.organization: self._listing(reader) for reader in self.readers}
        for reader in self.readers:
            for order in self._orders(reader.organization):
                self._check(order, waiting[reader.organization])
        for token in self.revoker.revoked[-100:]:
            with suppress(NoAnswer):
                self.revoker.check(token)

    def _check(self, order: dict[str, Any], waiting: set[str]) -> None:
        invariants, organization = self.invariants, str(order["organization_id"])
        invariants.organization.pop(str(order["order_id"]), None)
        if order["status"] != "COMPLETED":
            invariants.add_violation(f"{order['order_id']} is {order['status']} a day later")
        for version in order["reports"]:
            name, report = version["report_id"], invariants.reports[organization].get(version["report_id"])
            invariants.count("reports")
            if version["acknowledged"] == (name in waiting):
                invariants.add_violation(f"{name} is acknowledged and listed, or neither: it was lost")
            if version["acknowledged"] and (report is None or report.attempted is None):
                invariants.add_violation(f"{name} is acknowledged, and nobody did it")
            if report is not None and report.acknowledged is not None and not version["acknowledged"]:
                invariants.add_violation(f"the acknowledgement of {name} was lost")

    def violations(self) -> list[str]:
        """Return the violations; call it after `end`."""
        return [
            *self.invariants.violations,
            *(f"{order_id} was submitted, and is lost" for order_id in self.invariants.organization),
        ]

    def _orders(self, organization: str) -> list[dict[str, Any]]:
        orders, query = list[dict[str, Any]](), {"organization_id": organization, "limit": 500}
        while True:
            _, page = self.context.call_control("GET", "/worlds/default/orders", **query)
            orders += page["orders"]
            if not page.get("next"):
                return orders
            query["after"] = page["next"]

    def _client(self, organization: str, rank: int) -> Client:
        _, credentials = self.context.call_control("POST", "/worlds/default/clients", {"organization_id": organization})
        return Client(self.context, credentials, hash((organization, rank)) % 1000)

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
        self.context.call_control("POST", "/worlds/default/clock", {"advance": (self.speed - 1) * TICK})


def conclude(invariants: Invariants, violations: list[str]) -> None:
    """Print the figures and the verdict, and exit with 1 if an invariant was violated."""
    print("  " + ", ".join(f"{name} {number}" for name, number in sorted(invariants.counts.items())))
    for text in violations[:20]:
        print(f"  VIOLATED: {text}")
    print(f"{len(violations)} violations" if violations else "nothing lost, nothing back, no revoked token works")
    raise SystemExit(1 if violations else 0)
