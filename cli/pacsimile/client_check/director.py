"""Lets things happen in a world while the program runs, as its condition says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pacsimile.client_check.conditions import Act, Condition
from pacsimile.client_check.record import Entry, Record
from pacsimile.client_check.service import Service
from pacsimile_mock.testing.world import TestWorld
from pacsimile_spec.control_client import ControlRefused

USUAL_READY = 3
SECONDS_AGO = 3600
HOUR = 3600 + 60


class CannotHappen(Exception):
    """What the condition is about cannot happen on this system. The message says why."""


class Director:
    """Makes the orders of a world, and does the acts of its condition.

    Attributes:
        happened: The number of acts that were done.
    """

    def __init__(self, condition: Condition, service: Service, world: TestWorld, record: Record) -> None:
        self._condition, self._service, self._world, self._record = condition, service, world, record
        self._pending = list(condition.acts)
        self._seen = Counter[tuple[str, bool]]()
        self._held: list[str] = []
        self.happened = 0

    def prepare(self, *, own_orders: bool) -> None:
        """Make the orders and the faults. `own_orders` tells whether the world has orders of the user's scenario.

        Raises:
            CannotHappen: this system cannot do a fault.
        """
        condition, ready = self._condition, self._condition.ready
        if ready is not None:
            bulk = {"count": ready, "status": "COMPLETED", "created_seconds_ago": SECONDS_AGO}
            self._world.call("POST", "/orders", bulk)
        elif not own_orders:
            ages = range(SECONDS_AGO, SECONDS_AGO - 60 * USUAL_READY, -60)
            self._world.call("POST", "/orders", [{"status": "COMPLETED", "created_seconds_ago": age} for age in ages])
        self._held = [self._world.order("PROCESSING", finishes=None).order_id for _ in range(condition.held)]
        for fault in condition.faults:
            try:
                self._world.call("POST", "/faults", fault)
            except ControlRefused as error:  # such as a reset, on Windows
                raise CannotHappen(str(error)) from None
        for act in [act for act in self._pending if act.at_start]:
            self._do(act, None)

    def react(self, entries: Sequence[Entry]) -> bool:
        """Do what these calls bring about; return whether anything was done."""
        before = self.happened
        for entry in entries:
            operation, order = entry["operation"], _order_of(entry)
            held = order in self._held
            self._seen[operation, False] += 1
            self._seen[operation, True] += held
            for act in list(self._pending):
                if act.operation == operation and (held or not act.of_held) and self._count(act) >= act.nth:
                    self._do(act, order)
        return self.happened > before

    def _count(self, act: Act) -> int:
        return self._seen[str(act.operation), act.of_held]

    def go_on(self) -> bool:
        """Do what happens when nothing waits any more; return whether anything was done."""
        before = self.happened
        for act in [act for act in self._pending if act.operation is None]:
            self._do(act, None)
            if self.happened > before:
                return True
        return False

    def _do(self, act: Act, order: str | None) -> None:
        self._pending.remove(act)
        self.happened += getattr(self, f"_{act.kind}")(order)

    def _amend(self, order: str | None) -> bool:
        known = self._record.orders().ready
        seen = [one for one, report in known.items() if report in self._record.acknowledged | self._record.fetched]
        target = order or (seen[-1] if seen else None)
        return target is not None and self._move(target, "amend")

    def _finish(self, order: str | None) -> bool:
        return self._end_held(order, "finish")

    def _fail(self, order: str | None) -> bool:
        return self._end_held(order, "fail")

    def _cancel(self, order: str | None) -> bool:
        return self._end_held(order, "cancel")

    def _end_held(self, order: str | None, action: str) -> bool:
        if not self._held:
            return False
        target = order if order in self._held else self._held[0]
        self._held.remove(str(target))
        return self._move(str(target), action)

    def _move(self, order: str, action: str) -> bool:
        try:
            self._world.call("POST", f"/orders/{order}/{action}", {})
        except ControlRefused:  # a scenario of the user's may have an order that cannot be moved
            return False
        return True

    def _expire(self, order: str | None) -> bool:
        self._world.clock.advance(HOUR)
        return True

    def _throttle(self, order: str | None) -> bool:
        params = {"client_id": self._world.client_id, "status": 503}
        self._world.call("POST", "/states", {"state": "throttled", "params": params})
        return True

    def _restart(self, order: str | None) -> bool:
        self._service.restart()
        self._record.client = self._service.client
        return True


def _order_of(entry: Entry) -> str | None:
    """Return the order that a call is about."""
    named = entry["observed"]["values"].get("order_id")
    mentioned = [mention[1] for mention in entry["observed"]["reports"] if mention[1]]
    return named or (mentioned[0] if len(mentioned) == 1 else None)
