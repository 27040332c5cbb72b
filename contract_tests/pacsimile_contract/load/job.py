"""What a process of a load gets: the service, its clients with what each may ask, and the plan.

A job goes from the command to its own processes through a pipe, with the secrets, and is written nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from pacsimile_contract.load.plan import Plan
from pacsimile_contract.target.dialects import stored_dialect
from pacsimile_contract.target.model import Client, Limits, Target


@dataclass(frozen=True, slots=True)
class Poller:
    """A client of the load: what it may ask, and the orders that it polls from the beginning."""

    client: str
    allowed: tuple[str, ...]
    orders: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Job:
    """The work of one process.

    Args:
        target: The service.
        pollers: The clients, one for each organization.
        plan: What all processes together do.
        most_rate: Calls a second that all processes together never exceed, tokens included; 0 for no bound.
        index: Which of the processes this is, from 0.
        hosts: Hosts beside the service's own to which links to reports may lead.
    """

    target: Target
    pollers: tuple[Poller, ...]
    plan: Plan
    most_rate: float
    index: int = 0
    hosts: tuple[str, ...] = ()

    @property
    def own_pollers(self) -> list[Poller]:
        """The clients of this process: no client is in two, since its listings and acknowledgements go together."""
        return [poller for place, poller in enumerate(self.pollers) if place % self.plan.processes == self.index]

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON, secrets included."""
        target = self.target
        return {
            "target": {
                "base_url": target.base_url,
                "oauth2_endpoint": target.oauth2_endpoint,
                "clients": {name: asdict(client) for name, client in target.clients.items()},
                "headers": [list(pair) for pair in target.headers],
                "tls": dict(target.tls),
                "proxy": target.proxy,
                "limits": asdict(target.limits),
                "exclusive": target.exclusive,
                "world_of_its_own": target.world_of_its_own,
                "absent": sorted(target.absent),
                "dialect": None if target.dialect is None else [target.dialect.text, target.dialect.file],
            },
            "pollers": [asdict(poller) for poller in self.pollers],
            "plan": self.plan.as_json(),
            "most_rate": self.most_rate,
            "index": self.index,
            "hosts": list(self.hosts),
        }

    @classmethod
    def from_json(cls, members: Mapping[str, Any]) -> Job:
        """Return the job of a JSON object that `as_json` made."""
        given = dict(members["target"])
        dialect = given.pop("dialect")
        target = Target(
            **{
                **given,
                "clients": {name: Client(**client) for name, client in given["clients"].items()},
                "headers": tuple((name, value) for name, value in given["headers"]),
                "limits": Limits(**given["limits"]),
                "absent": frozenset(given["absent"]),
            },
            dialect=None if dialect is None else stored_dialect(*dialect),
        )
        pollers = [
            Poller(poller["client"], tuple(poller["allowed"]), tuple(poller["orders"])) for poller in members["pollers"]
        ]
        plan, hosts = Plan.from_json(members["plan"]), tuple(members["hosts"])
        return cls(target, tuple(pollers), plan, members["most_rate"], members["index"], hosts)
