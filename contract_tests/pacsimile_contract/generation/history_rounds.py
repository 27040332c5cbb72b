"""Write histories down in rounds: some things happen, then the views that may show them are asked.

The seed draws almost nothing here. A report is amended once, twice and three times. Looks are written in one line, such
as `status o1 s1, ids s1`: a kind of call, and the names that it asks for, one after another. What a service lacks is
left out. `history_rounds_of_orders` and `history_rounds_of_clients` have the rounds.
"""

import random
from collections.abc import Callable, Iterator
from itertools import cycle

from pacsimile_contract.generation.history_calls import Abilities, CallDraft
from pacsimile_contract.history_model.acts import NEIGHBOUR, UNKNOWN_REPORT, Act
from pacsimile_contract.history_model.truth import Order

OTHER_TYPE = "*"
"""After a kind of call: the report is asked for in one of the service's other types, each time the next one."""


def write_history(write: "Callable[[Rounds], None]", chance: random.Random, abilities: Abilities) -> tuple[Act, ...]:
    """Return the history that a function writes."""
    rounds = Rounds(chance, abilities)
    write(rounds)
    return tuple(rounds.acts)


class Rounds(CallDraft):
    """A draft of a history that is written down round by round."""

    def __init__(self, chance: random.Random, abilities: Abilities) -> None:
        super().__init__(chance, "rounds", abilities)
        self._narrow: dict[str, str] = {}
        self._others: dict[str, Iterator[str]] = {
            "result": cycle(abilities.order_types[1:]),
            "group": cycle(abilities.group_types[1:]),
        }

    def see(self, looks: str, who: int = 1) -> None:
        """Ask for each of several looks, one after another.

        Args:
            looks: such as `status o1 s1, ids s1, result* o1, lists`.
            who: the client that asks.
        """
        for look in looks.split(", "):
            word, *names = look.split()
            kind = word.rstrip(OTHER_TYPE)
            if kind == "lists":
                self.list(who)
            for name in names:
                report_type = self._type(kind, other=word.endswith(OTHER_TYPE))
                if (kind, name[0]) in self.abilities.views and report_type is not None:
                    self.call(kind, who, about=(name,), report_type=report_type)

    def _type(self, kind: str, *, other: bool) -> str | None:
        """Return the report type to ask for; None where the service has no other one."""
        if other:
            return next(self._others[kind], None)
        return {"result": self.abilities.order_types, "group": self.abilities.group_types}.get(kind, ("",))[0]

    def narrow_token(self, scope: str) -> str:
        """Return a token of the first client with one scope; empty, for any token, where scopes cannot be asked."""
        if not self.abilities.spells_alike:
            return ""
        if scope not in self._narrow:
            self._narrow[scope] = self.new_token(1, (scope,))
        return self._narrow[scope]

    def list(self, who: int = 1, limit: int | None = None, token: str = "") -> None:
        """List as a client."""
        if self.can_call("lists"):
            self.call("lists", who, limit=limit, token=token)

    def post(self, who: int = 1, token: str = "") -> None:
        """Acknowledge, as a client, what it listed last."""
        if self.can_call("posts"):
            self.call("posts", who, token=token)

    def acknowledge(self, *reports: str, who: int = 1) -> None:
        """Acknowledge reports by name."""
        if self.can_call("names"):
            self.call("names", who, about=reports)

    def refused(self, kind: str, fault: str, about: tuple[str, ...] = ()) -> None:
        """Add a call of the queue that has a fault, one of `acts.FAULTS`, and must be refused."""
        if self.can_call(kind) and self.abilities.spells_alike:
            self.call(kind, 1, about=about, fault=fault)

    def use(self, token: str, name: str, *kinds: str, who: int = 1) -> None:
        """Use a token for looks at an order, a study or a group, or for an acknowledgement by name."""
        for kind in kinds:
            about, letter = ((UNKNOWN_REPORT,), "") if kind == "names" else ((name,), name[0])
            if (kind, letter) in self.abilities.views:
                self.call(kind, who, token=token, about=about, report_type=self._type(kind, other=False) or "")

    # What states do

    def study(self, study: str, **orders: str) -> None:
        """Let there be a study with orders, oldest first, each with its status."""
        self.add(Act("studies", made=(study, *orders), statuses=tuple(orders.values())))

    def group(self, group: str, **orders: str) -> None:
        """Let there be a study group with orders, each with its status."""
        self.add(Act("groups", made=(group, *orders), statuses=tuple(orders.values())))

    def submit(self, order: str, status: str, *about: str, who: int = 1, types: tuple[str, ...] = ()) -> None:
        """Let an order be submitted, for a study, a group or both; in some report types, or in all that there are."""
        self.add(Act("submits", who, about=about, made=(order,), statuses=(status,), types=types))

    def move(self, order: str, *statuses: str) -> None:
        """Let an order go through statuses."""
        for status in statuses:
            self.add(Act("finishes", self._owner(self.truth.orders[order]), about=(order,), statuses=(status,)))

    def amend(self, order: str) -> None:
        """Let an order's report be amended."""
        self.add(self.amended(order))

    def ready(self, order: str) -> None:
        """Let a report become ready."""
        self.add(Act("readies", made=(order,)))

    @staticmethod
    def _owner(order: Order) -> int:
        return NEIGHBOUR if order.organization == 2 else 1
