"""What every scenario answers at fixed instants, as hashes: the same in whichever order it is asked, wherever it runs.

`python -m mock.tests.helpers.goldens` writes them anew, where answers are meant to have changed.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from mock.tests.helpers.in_process import START, Caller, Reply, Service
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.orders.model import Order
from pacsimile_mock.seed.load import shipped
from pacsimile_spec.report_types import GROUP_TYPES, ORDER_TYPES

FILE = Path(__file__).parents[1] / "golden.json"
MADE_WITH = ("Faker", "pydicom", "typst")
"""What the bytes of documents depend on besides pacsimile."""

INSTANTS: tuple[Instant, ...] = (0, 20 * SECOND, 3600 * SECOND)
"""When a scenario is looked at, after its start."""
ORDERS, DOCUMENTS = 40, 4
"""So many orders of an organization are asked about, and so many of them for documents."""

ORGANIZATIONS = ("demo-hospital", "demo-clinic")

HEADERS = (
    "Allow",
    "Cache-Control",
    "Content-Digest",
    "Content-Disposition",
    "Content-Type",
    "Date",
    "Retry-After",
    "WWW-Authenticate",
    "X-Order-Id",
    "X-Report-Id",
)
DRAWN = re.compile(rb'"access_token":"[^"]*"|urn:pacsimile:request:[0-9a-f]+')
"""What is drawn anew for each call."""


class Ask(NamedTuple):
    """A call of an organization, and the name under which its answer is counted."""

    name: str
    organization_id: str
    target: str


Answer = Callable[[Ask], Reply]


def asks(orders: Iterable[Order]) -> Iterator[Ask]:
    """All that is asked about these orders; none of it changes anything."""
    by_owner: dict[str, list[Order]] = defaultdict(list)
    for order in orders:
        by_owner[order.organization_id].append(order)
    for owner in ORGANIZATIONS:
        yield Ask("getToken", owner, "/oauth2/token")
        yield Ask("listReports", owner, f"/reports?organizationId={owner}")
        yield Ask("listReports", owner, f"/reports?organizationId={owner}&limit=3")
        yield Ask("refusals", owner, "/status?order_id=unknown")
        yield Ask("refusals", owner, "/nowhere")
        yield from _of_orders(owner, by_owner[owner])


def _of_orders(owner: str, orders: list[Order]) -> Iterator[Ask]:
    for order in orders[:ORDERS]:
        yield Ask("getStatus", owner, f"/status?order_id={order.order_id}")
    for study_uid in dict.fromkeys(order.study_uid for order in orders[:ORDERS]):
        yield Ask("getStatus", owner, f"/status?study_uid={study_uid}")
        yield Ask("getOrderIds", owner, f"/orderId?study_uid={study_uid}")
    for order in (*orders[:DOCUMENTS], *(order for order in orders if order.amendments)):
        for report_type in ORDER_TYPES:
            target = f"/results?order_id={order.order_id}&report_type={report_type}"
            yield Ask(f"getResult {report_type}", owner, target)
    for group in dict.fromkeys(order.study_group for order in orders if order.study_group):
        for report_type in GROUP_TYPES:
            target = f"/report?study_group={quote(group)}&report_type={report_type}"
            yield Ask(f"getGroupReport {report_type}", owner, target)


def hashes(asked: Iterable[tuple[Ask, Reply]]) -> dict[str, str]:
    """One hash for each name, of all its answers, in whichever order they came."""
    told: dict[str, list[str]] = defaultdict(list)
    for ask, reply in asked:
        headers = [f"{name}: {reply.headers[name]}" for name in HEADERS if reply.headers.get(name)]
        body = DRAWN.sub(b"", reply.body)
        parts = [f"{ask.organization_id} {ask.target}", str(reply.status), *headers, sha256(body).hexdigest()]
        told[ask.name].append("\n".join(parts))
    return {name: sha256("\n\n".join(sorted(told[name])).encode()).hexdigest()[:32] for name in sorted(told)}


class Scenario(Service):
    """A mock whose scenario began at START, its faults taken away: whom they befall follows from the calls before."""

    def __init__(self, name: str) -> None:
        super().__init__(WorldOptions(scenario=name))
        self.world.reset()
        if self.world.faults is not None:
            self.world.faults.clear()
        self.asks = list(asks(self._orders()))
        self.callers: dict[str, Caller] = {}

    def _orders(self) -> Iterator[Order]:
        for organization_id in self.world.store.organizations():
            yield from self.world.store.orders_of(organization_id)

    def answer(self, ask: Ask) -> Reply:
        """Make one call as the first client of the organization, whose id is the organization's."""
        caller = self.callers[ask.organization_id]
        return caller.ask_token() if ask.name == "getToken" else caller.call("GET", ask.target)

    def move_to(self, after: Instant) -> None:
        """Let it be so long after START, and the clients have tokens."""
        self.world.move_clock(lambda clock: clock.set(START + after))
        self.callers = {name: Caller(self, self.world.clients[name]) for name in ORGANIZATIONS}

    def at(self, after: Instant, asks: Iterable[Ask]) -> dict[str, str]:
        """The hashes of what is answered so long after START."""
        self.move_to(after)
        return hashes((ask, self.answer(ask)) for ask in asks)


def all_hashes() -> dict[str, dict[str, dict[str, str]]]:
    """Those of every scenario, by seconds after its start."""
    scenarios = {name: Scenario(name) for name in shipped()}
    return {
        name: {str(after // SECOND): scenario.at(after, scenario.asks) for after in INSTANTS}
        for name, scenario in scenarios.items()
    }


def golden() -> dict[str, dict[str, dict[str, str]]]:
    """Those that are kept in the repository."""
    kept: dict[str, dict[str, dict[str, str]]] = json.loads(FILE.read_text())["scenarios"]
    return kept


def versions() -> dict[str, str]:
    """What documents are made with here."""
    return {name: version(name) for name in MADE_WITH}


if __name__ == "__main__":
    FILE.write_text(json.dumps({"made_with": versions(), "scenarios": all_hashes()}, indent=1) + "\n")
