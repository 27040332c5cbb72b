"""Draw generated histories of the whole service, from plays: a few acts each that belong together.

A history is drawn as a whole before it is sent, so that the same seed gives the same requests. Its theme decides how
often each play comes. Plays look mostly at what was touched last, where services go wrong most often: before a change
and after it, by each view, as another client, and after a refusal.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pacsimile_contract.dialects.vocabulary import API_SCOPES
from pacsimile_contract.generation.history_calls import Abilities, CallDraft
from pacsimile_contract.history_model.acts import (
    FAULTS,
    LIMITED,
    NEIGHBOUR,
    OPERATIONS,
    OTHER_ORGANIZATION,
    OTHER_SELECTOR,
    QUEUE_CALLS,
    Act,
)
from pacsimile_contract.service_model.access import SCOPES

THEMES: Mapping[str, Mapping[str, int]] = {
    "study": {"change": 8, "look": 3, "again": 2, "refusal": 1},
    "queue": {"walk": 6, "change": 4, "refusal": 2, "overlap": 2, "look": 1},
    "group": {"gather": 5, "change": 6, "look": 2, "again": 1, "refusal": 1},
    "tokens": {"tokens": 3, "limited": 3, "refusal": 5, "change": 2, "look": 2},
    "neighbours": {"neighbour": 7, "change": 3, "look": 2, "refusal": 1},
    "time": {"time": 4, "change": 3, "walk": 3, "look": 1},
    "overlap": {"overlap": 5, "change": 3, "walk": 2, "look": 1},
}
"""By theme, the relative frequency of each play; a history begins with the first.

A history has one theme, and each theme has its turn.
"""
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0
PASSING = (1.0, 59 * MINUTE, 25 * HOUR, 25 * HOUR, 32 * DAY)
"""Seconds that pass. A listing is remembered for an hour (BATCH-5)."""

MANY_TOKENS = 6


def draw_history(chance: random.Random, theme: str, calls: int, abilities: Abilities) -> tuple[Act, ...]:
    """Draw a history.

    Args:
        chance: the source of what is drawn; the same state gives the same history.
        theme: a key of THEMES.
        calls: the least number of calls, token requests among them. A service that can be asked little gets fewer.
        abilities: what the service can be asked.
    """
    drawing = _Drawing(chance, theme, abilities)
    weights = THEMES[theme]
    for number in range(4 * calls):
        play = chance.choices(list(weights), list(weights.values()))[0] if number else next(iter(weights))
        drawing.plays[play]()
        if drawing.calls >= calls:
            break
    drawing.close()
    return tuple(drawing.acts)


class _Drawing(CallDraft):
    def __init__(self, chance: random.Random, theme: str, abilities: Abilities) -> None:
        super().__init__(chance, theme, abilities)
        self._limits: tuple[str, ...] = ()
        self.plays: Mapping[str, Callable[[], None]] = {
            "change": self._change, "look": self._look, "again": self._again, "refusal": self._refuse,
            "walk": self._walk, "tokens": self._take_tokens, "limited": self._limited, "time": self._time,
            "neighbour": self._neighbour, "overlap": self._overlap, "gather": self._gather,
        }  # fmt: skip
        self.begin()
        self._look_at_all()

    def _look(self) -> None:
        order = self.draw_order(1)
        views = [] if order is None else self.views(order)
        if views:
            self.ask(self.draw_preferred(views))

    def _look_at_all(self) -> None:
        """Ask for the studies that were made, before anything happens to them."""
        for study in self.names_of("study"):
            views = [("status", study), ("ids", study), ("result", study)]
            views = [view for view in views if (view[0], "s") in self.abilities.views]
            if views and self.chance.random() < 0.8:
                self.ask(self.chance.choice(views), 1)

    def _gather(self) -> None:
        """Let each order of a group come to its end, fetch the group's report, change a member, and fetch it again."""
        groups = self.names_of("group")
        if not groups or ("group", "g") not in self.abilities.views:
            self._change()
            return
        group = self.chance.choice(groups[-2:])
        for _ in range(self.chance.choice((0, 1, 2))):
            self.add(self.joins(group))
        for order in self.truth.of_group(group, 1):
            while not order.is_final:
                self.add(self.finished(order.name))
        completed = [order.name for order in self.truth.of_group(group, 1) if order.is_completed]
        amended = [name for name in completed[-1:] if self.make_known(name)]
        fetched = self.ask(("group", group))
        for name in amended * self.chance.choice((1, 2)):
            self.add(self.amended(name))
            self.repeat(fetched)

    def _again(self) -> None:
        if self.looks:
            self.repeat(self.chance.choice(self.looks[-4:]))

    def _change(self, organization: int = 1) -> None:
        """Look at what will be changed, change it, look the same way, and another; at times change it once more."""
        change = self.draw_change(organization)
        if change is None or (change.kind == "amends" and not self.make_known(change.about[0])):
            return
        who = NEIGHBOUR if organization == 2 else 0
        views = self.views_of(change)
        before = None
        if views and self.chance.random() < 0.8:
            before = self.ask(self.draw_preferred(views, change.kind), who)
        for _ in range(2):
            self.add(change)
            if before is not None:
                self.repeat(before)
            again = self.once_more(change) if self.chance.random() < 0.4 else None
            if again is None:
                break
            change = again
        views = self.views_of(change)
        if views and self.chance.random() < 0.75:
            self.ask(self.draw_preferred(views, change.kind), who)
        if (
            organization == 1
            and self.can_call("lists")
            and self.chance.random() < (0.4 if change.kind == "amends" else 0.1)
        ):
            self.call("lists")

    def _refuse(self) -> None:
        """Ask wrongly what must be refused, and then rightly."""
        kind, name = self.draw_call()
        if kind is None:
            return
        narrow = self.abilities.spells_alike and self.chance.random() < 0.4
        who = self.chance.choice((1, 2))
        right: dict[str, Any] = {"about": (name,) if name else ()}
        if kind in ("result", "group"):
            right["report_type"] = {"result": self.abilities.order_types, "group": self.abilities.group_types}[kind][0]
        if kind == "names":
            right["about"] = self.draw_reports()
        if narrow:
            lacking = [scope for scope in API_SCOPES if scope != SCOPES[OPERATIONS[kind]]]
            self.call(kind, who, token=self.new_token(who, (self.chance.choice(lacking),)), **right)
        else:
            faults = [fault for fault in FAULTS[kind] if self.abilities.spells_alike or fault == OTHER_ORGANIZATION]
            if not faults:
                return
            fault = self.chance.choice(faults)
            if fault == OTHER_SELECTOR and not self.abilities.spells_alike:
                return
            self.call(kind, who, fault=fault, **right)
        after = "posts" if kind == "lists" and self.can_call("posts") else kind
        self.call(after, who, **(right if after == kind else {}))
        if kind in QUEUE_CALLS and self.can_call("lists"):
            self.call("lists")

    def _walk(self) -> None:
        """List, let something happen, acknowledge, and list again."""
        if not self.can_call("lists"):
            return
        who = self.chance.choice((1, 1, 2))
        if self.chance.random() < 0.8:
            self.call("lists", who, limit=self.chance.choice((None, None, 1, 2)))
        for _ in range(self.chance.choice((0, 1, 1, 2))):
            between = self.chance.choice((self._change, self._change, self._look, self._other_lists))
            between()
        if self.can_call("posts") and (not self.can_call("names") or self.chance.random() < 0.6):
            self.call("posts", who)
        elif self.can_call("names"):
            self.call("names", who, about=self.draw_reports())
        self.call("lists", 3 - who)

    def _other_lists(self) -> None:
        self.call("lists", 2)

    def _take_tokens(self) -> None:
        """Ask for some tokens, use each, and use the first again."""
        order = self.draw_order(1)
        view = None if order is None else self.draw_view(order)
        if view is None:
            return
        first = self.token(1, old=True)
        self.ask(view, 1, token=first)
        many = sum(act.kind == "token" for act in self.acts) < MANY_TOKENS
        for _ in range(MANY_TOKENS - 1 if many else self.chance.choice((1, 2))):
            self.ask(view, 1, token=self.new_token(1))
        self.ask(view, 1, token=first)

    def _limited(self) -> None:
        """Let a client with few scopes ask for tokens with some, in any order: with its own, and with one more."""
        if not self.abilities.spells_alike:
            return
        if not self._limits:
            self._limits = tuple(self.chance.sample(API_SCOPES, self.chance.choice((1, 2))))
            self.add(Act("limits", scopes=self._limits))
        own = self.chance.sample(self._limits, len(self._limits))
        beyond = self.chance.choice([scope for scope in API_SCOPES if scope not in self._limits])
        self.add(Act("token", LIMITED, made=(self.name("t"),), scopes=(*own, beyond)))
        token = self.name("t")
        self.add(Act("token", LIMITED, made=(token,), scopes=(own[0],)))
        kind, name = self.draw_call()
        if kind in ("status", "ids", "result", "group"):
            self.ask((kind, name), LIMITED, token=token)

    def _time(self) -> None:
        """Let time pass over everything that has a final status, and look at it again."""
        if not self.abilities.passes:
            return
        for order in [order for order in self.truth.orders.values() if not order.is_final]:
            self.add(self.finished(order.name))
        self._look()
        if self.can_call("names") and self.known_reports(1) and self.chance.random() < 0.8:
            self.call("names", 1, about=self.draw_reports())
        old = [token for tokens in self.tokens.values() for token in tokens]
        self.add(Act("passes", seconds=(self.chance.choice(PASSING),)))
        if self.looks:
            if old and self.chance.random() < 0.3 and self.looks[-1].who == 1 and self.tokens.get(1):
                self.call(self.looks[-1].kind, 1, token=self.tokens[1][0][0], about=self.looks[-1].about,
                          report_type=self.looks[-1].report_type)  # fmt: skip
            self.repeat(self.looks[-1])
        if self.can_call("lists"):
            self.call("lists")

    def _neighbour(self) -> None:
        """Let another organization use the same study or group, and each look at what both have, and at the other's."""
        self.meet_neighbour()
        if self.chance.random() < 0.6:
            self._change(2)
        order = self.draw_order(1 if self.chance.random() < 0.7 else 2)
        view = None if order is None else self.draw_view(order)
        if view is not None:
            self.ask(view, 1)
            self.ask(view, NEIGHBOUR)
        if self.can_call("lists") and self.chance.random() < 0.3:
            self.call("lists", NEIGHBOUR)

    def _overlap(self) -> None:
        """Let two or three things happen at the same time."""
        who = self.chance.choice((1, 2))
        tokens = {client: self.token(client) for client in (1, 2)}
        kind = self.chance.choice(("looks", "change", "acknowledgements"))
        if kind == "change" and self.can_call("lists"):
            change = self.draw_change(1, ("readies", "readies", "finishes", "amends"))
            if change is None or (change.kind == "amends" and not self.make_known(change.about[0])):
                return
            self.add(change)
            self.call("lists", who, token=tokens[who], together=True)
            if self.can_call("posts"):
                self.call("posts", who)
            self.call("lists", 3 - who)
        elif kind == "acknowledgements" and self.can_call("lists") and self.can_call("names"):
            named = self.draw_reports()
            self.call("names", who, token=tokens[who], about=named)
            other: Sequence[str] = ("names", "lists", "lists")
            second = self.chance.choice(other)
            self.call(second, 3 - who, token=tokens[3 - who], together=True, about=named if second == "names" else ())
            self.call("lists")
        elif (order := self.draw_order(1)) is not None and (views := self.views(order)):
            for place in range(self.chance.choice((2, 3))):
                client = 1 + place % 2
                self.ask(self.chance.choice(views), client, token=tokens[client], together=place > 0)

    def close(self) -> None:
        """End with a whole listing by each client, which shows what was hidden."""
        if self.can_call("lists"):
            self.call("lists", 1)
