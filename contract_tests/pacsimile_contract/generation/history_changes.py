"""Draw what states do in a history: orders of several studies and groups, their ends, and amendments."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pacsimile_contract.history_model.acts import NEIGHBOUR, Act
from pacsimile_contract.history_model.truth import Order, Truth, made_orders
from pacsimile_spec.statuses import CANCELLED, COMPLETED, FAILED, PROCESSING, RECEIVED

CHANGES: Mapping[str, Mapping[str, int]] = {
    "study": {"studies": 2, "submits": 5, "readies": 1, "announces": 2, "finishes": 3, "amends": 5},
    "group": {"groups": 1, "submits": 5, "finishes": 5, "amends": 6},
    "queue": {"readies": 4, "announces": 3, "finishes": 4, "amends": 5},
    "neighbours": {"studies": 1, "groups": 1, "submits": 5, "finishes": 3, "amends": 2},
}  # fmt: skip
"""By theme, the relative frequency of each kind of change."""
ANY_CHANGE = {"studies": 1, "groups": 1, "submits": 3, "readies": 2, "announces": 2, "finishes": 4, "amends": 4}
STATUSES = (COMPLETED, COMPLETED, COMPLETED, RECEIVED, PROCESSING, FAILED, FAILED, CANCELLED)
ENDS = (COMPLETED, COMPLETED, COMPLETED, FAILED, CANCELLED)
RECENT = 4
"""A change is about one of this many orders: those that were touched last."""


class HistoryDraft:
    """A draft of a history: its acts so far, what is so after them, and which reports have a known id.

    Attributes:
        chance: what is drawn by.
        theme: one of THEMES of `history_drawing`, or `rounds`.
        types: the report types that an order can offer.
        acts: the acts so far.
        truth: what is so after them.
    """

    def __init__(self, chance: random.Random, theme: str, types: Sequence[str]) -> None:
        self.chance, self.theme, self.types = chance, theme, types
        self.acts: list[Act] = []
        self.truth = Truth()
        self._made: dict[str, int] = {}
        self._touched: list[str] = []
        """The orders, those last that were touched last."""
        self._known: list[str] = []
        """The reports whose id is known, oldest first."""

    def name(self, letter: str) -> str:
        """Return a new name."""
        self._made[letter] = self._made.get(letter, 0) + 1
        return f"{letter}{self._made[letter]}"

    def add(self, act: Act) -> None:
        """Add an act, and take in what it changes."""
        self.acts.append(act)
        if not act.is_call:
            self.truth.take(act)
            if act.kind in ("begins", "neighbours", "readies", "announces"):
                self._known += [f"{order.name}.1" for order in made_orders(act)]
            elif act.kind == "amends":
                self._known += act.made
        self.touch(*(name for name in (*act.made, *act.about) if name in self.truth.orders))

    def touch(self, *orders: str) -> None:
        """Note that orders were used."""
        for order in orders:
            if order in self._touched:
                self._touched.remove(order)
            self._touched.append(order)

    def draw_order(self, organization: int) -> str | None:
        """Draw an order of those that were touched last; at times an older one."""
        own = [name for name in self._touched if self.truth.orders[name].organization == organization]
        if not own:
            return None
        return self.chance.choice(own[-RECENT:] if self.chance.random() < 0.85 else own)

    def begin(self) -> None:
        """Begin with a new organization."""
        made = tuple(self.name("o") for _ in range(self.chance.choice((0, 1, 2, 2, 3))))
        self.add(Act("begins", made=made))
        if self.theme in ("study", "tokens", "overlap", "time", "neighbours"):
            self.add(self._study(1))
        if self.theme in ("group", "neighbours"):
            self.add(self._group(1))
        if self.theme == "group":
            self.add(self._study(1))

    def meet_neighbour(self) -> None:
        """Let there be another organization, which uses a study or a group of the first."""
        if any(act.kind == "neighbours" for act in self.acts):
            return
        self.add(Act("neighbours", NEIGHBOUR, made=(self.name("o"),)))
        shared = self._submitted(2)
        if shared is not None:
            self.add(shared)

    # Reports

    def is_known(self, order: str) -> bool:
        """Tell whether the id of an order's newest report is known."""
        return self.truth.orders[order].newest in self._known

    def note_known(self, order: str) -> None:
        """Note that a report was fetched, whose id is known then."""
        self._known.append(self.truth.orders[order].newest)

    def known_reports(self, organization: int) -> list[str]:
        """Return the reports of an organization that an acknowledgement can name."""
        return [name for name in self._known if self.truth.orders[name.partition(".")[0]].organization == organization]

    # Changes

    def draw_change(self, organization: int, kinds: Sequence[str] = ()) -> Act | None:
        """Draw a change in an organization; None where the one that was drawn is not possible."""
        weights = dict.fromkeys(kinds, 1) if kinds else CHANGES.get(self.theme, ANY_CHANGE)
        kind = self.chance.choices(list(weights), list(weights.values()))[0]
        who = NEIGHBOUR if organization == 2 else 1
        if kind == "studies":
            return self._study(who)
        if kind == "groups":
            return self._group(who)
        if kind == "submits":
            return self._submitted(organization)
        if kind in ("readies", "announces"):
            studies = self.names_of("study") if self.theme != "queue" else []
            about = (self.chance.choice(studies),) if studies else ()
            return Act("readies" if kind == "readies" else "announces", who, about=about, made=(self.name("o"),))
        orders = [order for order in self._orders(organization) if kind == "amends" or not order.is_final]
        if kind == "amends":
            orders = [order for order in orders if order.is_completed]
        if not orders:
            return None
        order = self.chance.choice(orders)
        return self.finished(order.name) if kind == "finishes" else self.amended(order.name)

    def once_more(self, change: Act) -> Act | None:
        """Return the same change of the same things again; None where there is none."""
        if change.kind == "amends":
            return self.amended(change.about[0])
        if change.kind == "submits":
            return replace(change, made=(self.name("o"),), statuses=(self.chance.choice(STATUSES),))
        order_name = change.about[0] if change.kind == "finishes" else ""
        return self.finished(order_name) if order_name and not self.truth.orders[order_name].is_final else None

    def amended(self, name: str) -> Act:
        """Return the amendment of an order's newest report."""
        order = self.truth.orders[name]
        who = NEIGHBOUR if order.organization == 2 else 1
        return Act("amends", who, about=(name,), made=(f"{name}.{order.versions + 1}",))

    def joins(self, group: str) -> Act:
        """Draw an order that joins a group, mostly of a study that has one in it."""
        studies = [order.study for order in self.truth.of_group(group, 1) if order.study is not None]
        study = self.chance.choice(studies or self.names_of("study") or [""])
        about = (study, group) if study else (group,)
        return Act("submits", about=about, made=(self.name("o"),), statuses=(self.chance.choice(STATUSES),))

    def finished(self, name: str) -> Act:
        """Draw how an unfinished order goes on, or ends where time will pass over it."""
        order = self.truth.orders[name]
        moves = (*ENDS, PROCESSING) if order.status == RECEIVED and self.theme != "time" else ENDS
        who = NEIGHBOUR if order.organization == 2 else 1
        return Act("finishes", who, about=(name,), statuses=(self.chance.choice(moves),))

    def concerned(self, change: Act) -> list[str]:
        """Return the orders that a change is about, and those of the same study or group."""
        names = {*change.about, *change.made}
        for order in self.truth.orders.values():
            if order.name in names:
                names |= {name for name in (order.study, order.group) if name is not None}
        organization = change.organization
        return [order.name for order in self._orders(organization) if {order.name, order.study, order.group} & names]

    def _orders(self, organization: int) -> list[Order]:
        """Return the orders of an organization, those that were touched last more than once."""
        own = [self.truth.orders[name] for name in self._touched]
        own = [order for order in own if order.organization == organization]
        return own + own[-RECENT:]

    def names_of(self, kind: str) -> list[str]:
        """Return the studies or groups that there are, the newest last."""
        orders = self.truth.orders.values()
        named = (order.study if kind == "study" else order.group for order in orders)
        return list(dict.fromkeys(name for name in named if name is not None))

    def _study(self, who: int) -> Act:
        """Draw a study with one to three orders, which need not be submitted in the order of their creation."""
        count = self.chance.choice((1, 2, 3, 3, 3))
        made = (self.name("s"), *(self.name("o") for _ in range(count)))
        statuses = tuple(self.chance.choice(STATUSES) for _ in range(count))
        seconds: tuple[float, ...] = ()
        submitted: tuple[int, ...] = ()
        spread = self.chance.choice(("usual", "tied", "mixed", "mixed"))
        if count > 1 and spread == "tied":
            seconds = (0.0,) * count
        elif count > 1 and spread == "mixed":
            last_first = tuple(reversed(range(count)))
            submitted = self.chance.choice((last_first, tuple(self.chance.sample(range(count), count))))
        return Act("studies", who, made=made, statuses=statuses, seconds=seconds, submitted=submitted)

    def _group(self, who: int) -> Act:
        count = self.chance.choice((1, 2, 3))
        made = (self.name("g"), *(self.name("o") for _ in range(count)))
        ends = (COMPLETED, COMPLETED, COMPLETED, COMPLETED, FAILED, CANCELLED, PROCESSING)
        return Act("groups", who, made=made, statuses=tuple(self.chance.choice(ends) for _ in range(count)))

    def _submitted(self, organization: int) -> Act | None:
        """Draw another order of a study, of a group, or of both."""
        studies, groups = self.names_of("study")[-2:], self.names_of("group")[-2:]
        about = tuple(self.chance.choice(names) for names in (studies, groups) if names and self.chance.random() < 0.75)
        if not about:
            return None
        statuses = (self.chance.choice(STATUSES),)
        who = NEIGHBOUR if organization == 2 else 1
        few = len(self.types) > 1 and self.chance.random() < 0.3
        types = tuple(self.chance.sample(self.types, self.chance.choice((1, 2)))) if few else ()
        return Act("submits", who, about=about, made=(self.name("o"),), statuses=statuses, types=types)
