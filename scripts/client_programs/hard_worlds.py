"""Worlds in which much goes wrong, drawn by a seed: nothing in them excuses a client that loses a report."""

from __future__ import annotations

import random
from typing import Any

from scripts.client_programs.mock import World

RUNS = 3
"""Times that a program runs in a world. Before each further run, reports are amended and others become ready."""

TROUBLE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("getResult", {"status": 503, "retry_after": 1}),
    ("getResult", {"status": 500}),
    ("getResult", {"status": 409, "retry_after": 1}),
    ("getResult", {"status": 429, "retry_after": 1}),
    ("getResult", {"reset": "request"}),
    ("getResult", {"reset": "answer"}),
    ("getResult", {"truncate": True}),
    ("getResult", {"malformed": True}),
    ("getResult", {"drip": {"bytes": 4096, "interval_ms": 20}}),
    ("getResult", {"key_rotation": True}),
    ("listReports", {"status": 503, "retry_after": 1}),
    ("listReports", {"truncate": True}),
    ("listReports", {"malformed": True}),
    ("listReports", {"reset": "answer"}),
    ("listReports", {"key_rotation": True}),
    ("acknowledgeReports", {"status": 503, "retry_after": 1}),
    ("acknowledgeReports", {"reset": "request"}),
    ("acknowledgeReports", {"reset": "answer"}),
    ("acknowledgeReports", {"truncate": True}),
    ("postToken", {"status": 503, "retry_after": 1}),
    ("postToken", {"reset": "answer"}),
    ("postToken", {"latency_ms": 300}),
)


class HardWorld:
    """A hard world.

    Args:
        seed: of what waits there and what goes wrong.
    """

    untrusted = False

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._random = random.Random(seed)
        self._run = 0

    def prepare(self, world: World) -> list[str]:
        """Fill a world, and return the program's options."""
        self._bring_reports(world, self._random.choice((0, 1, 5, 12, 101)))
        self._bring_trouble(world)
        return []

    def go_on(self, world: World) -> bool:
        """Amend some reports and bring others, let a day pass, and tell whether the program has to run again."""
        self._run += 1
        if self._run == RUNS:
            return False
        orders = [order["order_id"] for order in world.orders()]
        for order_id in self._random.sample(orders, min(2, len(orders))):
            world.call("POST", f"/orders/{order_id}/amend")
        self._bring_reports(world, self._random.randint(0, 3))
        world.call("DELETE", "/faults")
        world.call("POST", "/clock", {"advance": "1d"})
        self._bring_trouble(world)
        return True

    def _bring_reports(self, world: World, number: int) -> None:
        if number:
            world.call("POST", "/orders", {"count": number, "status": "COMPLETED"})

    def _bring_trouble(self, world: World) -> None:
        for operation, effect in self._random.sample(TROUBLE, 4):
            match = {"operation": operation, "nth": self._random.randint(1, 3)}
            world.call("POST", "/faults", {"match": match, "effect": effect, "limit": {"count": 1}})
