"""The small example as a standing service: a target file's clients and fixtures, and no states."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from contract_tests.tests.helpers.varied_server import Answering, varied
from pacsimile_contract.run.events import Diagnosed, Event, RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Client, Limits, States, Target

FEW = ("STATUS-1", "STATUS-4", "BATCH-1", "AUTH-3", "SEC-3", "PROTO-4")
"""Requirements of each kind: what a mistake is judged by is seen in few calls."""


@dataclass(frozen=True)
class Standing:
    """A standing service: its target, and its orders by what they are."""

    target: Target
    service: Any

    def orders(self, status: str, role: str = "primary") -> list[Any]:
        """Return the orders in a status of a client's organization."""
        organization = self.service.organizations[self.target.clients[role].organization_id]
        return [one for one in organization.orders.values() if one.status == status]

    def with_client(self, role: str, **changes: Any) -> Target:
        """Return the target with another client in a role."""
        client = replace(self.target.clients[role], **changes)
        return replace(self.target, clients={**self.target.clients, role: client})

    def with_fixtures(self, **fixtures: Any) -> Target:
        """Return the target with fixtures."""
        return replace(self.target, states=States(fixtures=fixtures))


@contextmanager
def standing(answering: Answering | None = None) -> Iterator[Standing]:
    """Serve the small example as a standing service, with all its clients."""
    with varied(answering=answering) as line:
        clients = {
            role: Client(role, one.client_id, one.client_secret, one.organization_id)
            for role, one in line["clients"].items()
        }
        target = Target(
            line["url"], line["oauth2_endpoint"], clients, "strict", limits=Limits(timeout=5.0), listing_allowed=True
        )
        yield Standing(target, line["service"])


def judged(target: Target, requirements: tuple[str, ...] = FEW) -> tuple[RunFinished, list[str]]:
    """Judge a target; return what came of it, and the lines that say what is the matter."""
    lines: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Diagnosed):
            lines.append(event.line)

    return run(target, Options(requirements=requirements), [listen]), lines


Change = Callable[[Standing], Target]
Fixture = Mapping[str, Any]
