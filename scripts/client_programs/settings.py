"""For each mistake, a world in which a program can make it: what waits there, and what goes wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pacsimile_advice.mistakes import MISTAKES
from scripts.client_programs.mock import World

Fault = Mapping[str, Any]

MOVES = {"starts": "1 poll", "finishes": "8 polls"}


def fault(operation: str, effect: Fault, count: int = 1, **match: Any) -> Fault:
    """Return a fault that some calls of an operation get."""
    return {"match": {"operation": operation, **match}, "effect": effect, "limit": {"count": count}}


@dataclass(frozen=True)
class Setting:
    """What a program meets.

    Attributes:
        reports: Reports that wait.
        faults: What goes wrong.
        moving: Whether an order is under way, for which the program has to wait.
        amends: Whether a report is amended after the program's first run, and the program runs again.
        untrusted: Whether the server's certificate has to be refused.
    """

    reports: int = 3
    faults: tuple[Fault, ...] = ()
    moving: bool = False
    amends: bool = False
    untrusted: bool = False
    seed: int = 1

    def prepare(self, world: World) -> list[str]:
        """Bring a world into this state, and return the program's options."""
        orders = [world.call("POST", "/orders", {"status": "COMPLETED"})["order_id"] for _ in range(self.reports)]
        assert len(orders) == self.reports
        options = []
        if self.moving:
            options = ["--order", world.call("POST", "/orders", {"moves": MOVES})["order_id"]]
        for one in self.faults:
            world.call("POST", "/faults", one)
        return options

    def go_on(self, world: World) -> bool:
        """Do what happens after a run of the program, and tell whether it has to run again."""
        first = world.orders()[0]
        if not self.amends or len(first["reports"]) > 1:
            return False
        world.call("POST", f"/orders/{first['order_id']}/amend")
        return True


RESET = {"reset": "request"}
SETTINGS: Mapping[str, Setting] = {mistake.id: Setting() for mistake in MISTAKES} | {
    "ADVICE-AMENDED-IGNORED": Setting(amends=True),
    "ADVICE-BROKEN-BODY": Setting(faults=(fault("getResult", {"malformed": True}),)),
    "ADVICE-ACK-LOST-LISTING": Setting(faults=(fault("listReports", {"truncate": True}),)),
    "ADVICE-401-IGNORED": Setting(faults=(fault("getResult", {"key_rotation": True}, nth=3),)),
    "ADVICE-401-STORM": Setting(faults=(fault("getResult", {"key_rotation": True}, nth=3),)),
    "ADVICE-RETRY-AFTER": Setting(faults=(fault("getResult", {"status": 503, "retry_after": 1}),)),
    "ADVICE-STEADY-POLLING": Setting(moving=True),
    "ADVICE-409-FINAL": Setting(faults=(fault("getResult", {"status": 409, "retry_after": 1}),)),
    "ADVICE-NOT-RETRIED": Setting(faults=(fault("getResult", RESET),)),
    "ADVICE-RETRIED-AT-ONCE": Setting(faults=(fault("getResult", RESET, 4),)),
    "ADVICE-CONNECTION-EACH-CALL": Setting(reports=12),
    "ADVICE-TLS-UNVERIFIED": Setting(untrusted=True),
}
