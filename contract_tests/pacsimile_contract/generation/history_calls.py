"""Draw what clients ask in a history: with which token, by which call, and about what."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pacsimile_contract.generation.history_changes import HistoryDraft
from pacsimile_contract.history_model.acts import NEIGHBOUR, UNKNOWN, UNKNOWN_REPORT, Act

LASTING = 250.0
"""Seconds after which another token is asked for: a token may live for five minutes only."""
TELLING: Mapping[str, tuple[str, ...]] = {
    "finishes": ("result",), "amends": ("ids", "result"), "submits": ("status",), "readies": ("status", "result"),
}  # fmt: skip
"""By kind of change, the calls in which a service that keeps something too long shows it."""


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a service can be asked.

    Attributes:
        views: each kind of call with the first letter of the names that it can ask for, such as `("status", "s")` for
            the status by study; with an empty text for calls of the queue.
        order_types: the report types of an order, the plainest first; never empty.
        group_types: those of a study group, likewise.
        passes: whether states can let time pass.
        spells_alike: whether the service spells as the contract does: then each of its scopes opens some operations
            alone, and any call can be made wrong.
    """

    views: frozenset[tuple[str, str]]
    order_types: tuple[str, ...] = ("json",)
    group_types: tuple[str, ...] = ("json",)
    passes: bool = True
    spells_alike: bool = True


class CallDraft(HistoryDraft):
    """A draft of a history to which calls of clients are added."""

    def __init__(self, chance: random.Random, theme: str, abilities: Abilities) -> None:
        super().__init__(chance, theme, abilities.order_types)
        self.abilities = abilities
        self.tokens: dict[int, list[tuple[str, float]]] = {}
        """By client, its tokens that open everything, each with the time that had passed when it was asked for."""
        self.looks: list[Act] = []
        """The calls that looked at something."""

    @property
    def calls(self) -> int:
        """How many calls were drawn."""
        return sum(act.is_call for act in self.acts)

    def token(self, who: int, *, old: bool = False) -> str:
        """Return the name of a token of a client: mostly the one that it asked for last, at times its first."""
        live = [name for name, at in self.tokens.get(who, []) if self.truth.passed - at < LASTING]
        if not live:
            return self.new_token(who)
        return live[0] if old or self.chance.random() < 0.15 else live[-1]

    def new_token(self, who: int, scopes: tuple[str, ...] = ()) -> str:
        """Ask for a token, and return its name."""
        name = self.name("t")
        self.add(Act("token", who, made=(name,), scopes=scopes))
        if not scopes:
            self.tokens.setdefault(who, []).append((name, self.truth.passed))
        return name

    def call(self, kind: Any, who: int = 0, *, token: str = "", **more: Any) -> Act:
        """Add a call of a client, by default of a drawn one, with one of its tokens."""
        who = who or self.chance.choice((1, 1, 2))
        token = token or self.token(who)
        act = Act(kind, who, token=token, fresh=self.chance.random() < 0.1, **more)
        self.add(act)
        if not act.fault and kind in ("status", "ids", "result", "group"):
            self.looks.append(act)
        return act

    def ask(self, view: tuple[str, str], who: int = 0, **more: Any) -> Act:
        """Add a call that looks at something: `view` is the kind of call, and the name that it asks for."""
        kind, name = view
        types = {"result": self.abilities.order_types, "group": self.abilities.group_types}.get(kind, ("",))
        order = self.truth.asked_for(name, 2 if who == NEIGHBOUR else 1) if kind == "result" else None
        if order is not None and order.types and self.chance.random() < 0.8:
            near = [name for name in types if any(name in own or own in name for own in order.types)]
            types = tuple(near)
        report_type = types[0] if self.chance.random() < 0.6 else self.chance.choice(types)
        return self.call(kind, who, about=(name,), report_type=report_type, **more)

    def repeat(self, act: Act) -> None:
        """Add the same call again, at times of another client of the organization, or on a new connection."""
        who = self.chance.choice((1, 2)) if act.who in (1, 2) else act.who
        self.call(act.kind, who, about=act.about, report_type=act.report_type, limit=act.limit)

    def views(self, order: str) -> list[tuple[str, str]]:
        """Return by which calls an order can be seen: by its own name, its study's and its group's."""
        known = self.truth.orders[order]
        names = [name for name in (order, known.study, known.group) if name is not None]
        return [
            (kind, name)
            for kind in ("status", "result", "ids", "group")
            for name in names
            if (kind, name[0]) in self.abilities.views
        ]

    def draw_view(self, order: str) -> tuple[str, str] | None:
        """Draw by which call to look at an order, or at what stands beside it."""
        views = self.views(order)
        return self.chance.choice(views) if views else None

    def can_call(self, kind: str) -> bool:
        """Tell whether a call of the queue can be made."""
        return (kind, "") in self.abilities.views

    def views_of(self, change: Act) -> list[tuple[str, str]]:
        """Return by which calls a change may show. Those that see the orders of the change itself are there twice."""
        concerned = self.concerned(change)
        own = [name for name in (*change.about, *change.made) if name in concerned]
        views = dict.fromkeys(view for order in concerned for view in self.views(order))
        return [*views, *(view for order in own for view in self.views(order))]

    def draw_preferred(self, views: Sequence[tuple[str, str]], change: str = "") -> tuple[str, str]:
        """Draw one of some views: any, one of what the theme is about, or one in which a kind of change shows best."""
        letter = {"study": "s", "group": "g"}.get(self.theme)
        own = [view for view in views if view[1][0] == letter]
        telling = [view for view in views if view[0] in TELLING.get(change, ())]
        return self.chance.choice(self.chance.choice([part for part in (views, own, telling) if part]))

    def make_known(self, order: str) -> bool:
        """Make sure that the id of an order's report is known, so that it can be amended; return whether it is.

        A report whose id no act made known is fetched.
        """
        if self.is_known(order):
            return True
        if ("result", "o") not in self.abilities.views:
            return False
        who = NEIGHBOUR if self.truth.orders[order].organization == 2 else 1
        types = self.truth.orders[order].types or self.abilities.order_types
        self.call("result", who, about=(order,), report_type=types[0])
        self.note_known(order)
        return True

    def draw_call(self) -> tuple[Any, str]:
        """Draw the kind of a call and the name that it asks for: a call of the queue, or a look at an order."""
        queue = [kind for kind in ("lists", "lists", "names", "posts") if self.can_call(kind)]
        order = self.draw_order(1)
        view = None if order is None else self.draw_view(order)
        if queue and (view is None or self.chance.random() < (0.6 if self.theme in ("queue", "tokens") else 0.3)):
            return self.chance.choice(queue), ""
        if view is None:
            return None, ""
        return view if self.chance.random() < 0.8 else (view[0], UNKNOWN[view[1][0]])

    def draw_reports(self, organization: int = 1) -> tuple[str, ...]:
        """Draw the reports that an acknowledgement names."""
        known = self.known_reports(organization)
        some = self.chance.sample(known[-4:], min(len(known), self.chance.choice((1, 1, 2))))
        foreign = self.known_reports(3 - organization)
        more = [[], [], [], [UNKNOWN_REPORT], some[:1], foreign[:1]]
        return (*some, *self.chance.choice(more)) or (UNKNOWN_REPORT,)
