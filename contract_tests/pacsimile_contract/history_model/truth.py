"""The reference that a history's answers are compared with: the orders that there are after each act."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from pacsimile_contract.history_model.acts import Act, order_of
from pacsimile_spec.statuses import COMPLETED, FINAL, RECEIVED


@dataclass(slots=True)
class Order:
    """An order: whose it is, its status, and how many versions its report has, or will have once it is COMPLETED.

    `types` are those that it offers, empty where that is not known.
    """

    name: str
    organization: int
    status: str
    study: str | None = None
    group: str | None = None
    types: tuple[str, ...] = ()
    versions: int = 1

    @property
    def newest(self) -> str:
        """The name of its newest report."""
        return f"{self.name}.{self.versions}"

    @property
    def is_completed(self) -> bool:
        """Whether it has a report."""
        return self.status == COMPLETED

    @property
    def is_final(self) -> bool:
        """Whether its status is one that it never leaves."""
        return self.status in FINAL


@dataclass
class Truth:
    """All orders of a history, the most recent of each study last."""

    orders: dict[str, Order] = field(default_factory=dict)
    passed: float = 0.0
    """Seconds by which states moved the clock."""

    def take(self, act: Act) -> None:
        """Apply an act of a state."""
        if act.kind == "finishes":
            self.orders[act.about[0]].status = act.statuses[0]
        elif act.kind == "amends":
            self.orders[act.about[0]].versions += 1
        elif act.kind == "passes":
            self.passed += act.seconds[0]
        else:
            for order in made_orders(act):
                self.orders[order.name] = order

    def of_study(self, study: str, organization: int) -> list[Order]:
        """Return an organization's orders of a study, the most recent first."""
        return [order for order in reversed(self._of(organization)) if order.study == study]

    def of_group(self, group: str, organization: int) -> list[Order]:
        """Return an organization's orders of a study group."""
        return [order for order in self._of(organization) if order.group == group]

    def asked_for(self, name: str, organization: int) -> Order | None:
        """Return the order that a call by an order's or a study's name is about; None where there is none.

        Args:
            name: an order's name, or a study's, which stands for the study's most recent order.
            organization: 1 or 2; a client sees the orders of its own organization alone.
        """
        if name.startswith("s"):
            return next(iter(self.of_study(name, organization)), None)
        order = self.orders.get(name)
        return order if order is not None and order.organization == organization else None

    def _of(self, organization: int) -> list[Order]:
        return [order for order in self.orders.values() if order.organization == organization]


def made_orders(act: Act) -> Iterator[Order]:
    """Yield the orders that an act of a state makes, each with its study, group, status and types."""
    if act.kind not in ("begins", "neighbours", "studies", "groups", "readies", "announces", "submits"):
        return
    studies, groups = (
        next((name for name in (*act.made, *act.about) if name.startswith(letter)), None) for letter in "sg"
    )
    names = [name for name in act.made if name.startswith("o")]
    usual = RECEIVED if act.kind == "announces" else COMPLETED
    for name, status in zip(names, act.statuses or [usual] * len(names), strict=True):
        yield Order(order_of(name), act.organization, status, studies, groups, act.types)
