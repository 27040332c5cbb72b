"""The state machine that draws histories: Hypothesis draws, by the seed alone, and the player acts."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, cast

from pacsimile_contract.generation.hypothesis_settings import quiet
from pacsimile_contract.generation.queue_player import Player
from pacsimile_contract.queue_model.acts import FOREIGN, UNKNOWN, Act
from pacsimile_contract.queue_model.events import BrokenRule

if TYPE_CHECKING:
    from hypothesis.stateful import RuleBasedStateMachine

WEIGHTS = {
    "lists": 5, "posts": 4, "names": 4, "readies": 3, "amends": 4, "announces": 1, "finishes": 3, "fetches": 1,
    "asks": 1, "passes": 1,
}  # fmt: skip
"""How often an act of each kind is drawn, where it is possible."""
RECENT = 3
"""An act is about one of so many reports: those that were acted upon last."""
CLIENTS, LIMITS = (1, 1, 2), (None, None, 1, 2)
FAILING, LATE = 0.2, 0.3
"""How often an order fails that is finished; how often what becomes ready was completed long ago."""
MINUTES = 40.0
MOST_MINUTES = 50.0
"""Within one history less than an hour passes: so long a listing is remembered (BATCH-5)."""


WHOLE = Act("lists", 1)


class Over(BaseException):
    """Generation ends here: Hypothesis lets pass what is no Exception, and repeats nothing."""


class Hand:
    """What a history has so far, by which the next act is drawn: names alone, nothing that the service said."""

    def __init__(self, *, passing: bool = False) -> None:
        self.passing = passing
        self.ready: list[str] = []
        self.newest: list[str] = []
        self.announced: list[str] = []
        self.orders: list[str] = []
        self.minutes = 0.0
        self.made = 0

    def new(self) -> str:
        """Name a report."""
        self.made += 1
        return f"r{self.made}"

    def possible(self) -> list[str]:
        """Return the kinds of acts that can be drawn, each as often as it weighs."""
        barred = {
            "amends": not self.newest, "names": not self.ready + self.announced, "finishes": not self.announced,
            "asks": not self.orders, "fetches": not self.orders,
            "passes": not self.passing or self.minutes + MINUTES > MOST_MINUTES,
        }  # fmt: skip
        return [kind for kind, weight in WEIGHTS.items() if not barred.get(kind) for _ in range(weight)]

    def becomes_ready(self, *reports: str) -> None:
        """Note that reports are ready now."""
        self.ready += reports
        self.newest += reports

    def recent(self, reports: Sequence[str]) -> list[str]:
        """Return those acted upon last, the last first."""
        return list(reversed(reports))[:RECENT]

    def touch(self, report: str) -> None:
        """Note that something was done with a report."""
        for known in (self.ready, self.newest, self.announced, self.orders):
            if report in known:
                known.remove(report)
                known.append(report)


@dataclass(frozen=True, slots=True)
class Amount:
    """How much is generated: so many histories of so many acts at most, by this seed, keeping `reserve` requests."""

    seed: int
    histories: int
    steps: int
    reserve: int
    passing: bool = False
    """Whether time passes in some."""


class _Table:
    """Plays what is drawn, until a rule is broken, the requests are spent, or something else ends it."""

    def __init__(self, player: Player, amount: Amount) -> None:
        self.player, self.amount = player, amount
        self.broken: BrokenRule | None = None
        self.error: Exception | None = None
        self.over = False

    def play(self, act: Act) -> None:
        """Perform an act; Over where it is the last."""
        if self.over or self.player.session.requests_left <= self.amount.reserve:
            self.over = True
            raise Over
        try:
            found = self.player.play(act)
        except Exception as error:  # what ends the scenario is no counterexample
            self.error = error
            found = None
        self.broken = self.broken or found
        if self.error is not None or (found is not None and not self.player.session.planned):
            self.over = True
            raise Over

    def close(self) -> None:
        """Let each client acknowledge what it was shown last, and see by a last listing what nobody told."""
        acts = () if self.over else tuple(self.player.acts)
        for who in (1, 2):
            if any(act.who == who and act.kind == "lists" for act in acts):
                self.play(Act("posts", who))
        if acts and self.player.acts[-1] != WHOLE:
            self.play(WHOLE)


def generate(player: Player, amount: Amount) -> BrokenRule | None:
    """Play generated histories until one breaks a rule, which is returned, or as many were played.

    Raises what ended it otherwise: NotExercised where there are no fresh organizations, BudgetSpent, CannotTell.
    """
    from hypothesis import seed as seeded
    from hypothesis.stateful import run_state_machine_as_test

    table = _Table(player, amount)
    machine = cast("type[RuleBasedStateMachine]", lambda: _machine()(table))  # is called, no more
    settings = quiet(amount.histories, shrink=False, steps=amount.steps)
    try:
        run_state_machine_as_test(seeded(amount.seed)(machine), settings=settings)
    except Over:
        pass
    except Exception:  # that the end came early may look to Hypothesis as if draws depended on chance
        if not table.over:
            raise
    if table.error is not None and table.broken is None:
        raise table.error
    return table.broken


@cache  # Hypothesis keeps each class of machines for good: one for all runs, which holds on to none of them
def _machine() -> "Callable[[_Table], RuleBasedStateMachine]":
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

    class QueueMachine(RuleBasedStateMachine):
        """One history in an organization of its own."""

        def __init__(self, table: _Table) -> None:
            super().__init__()
            self.table, self.hand, self.mixed = table, Hand(passing=table.amount.passing), 0

        @initialize(count=st.sampled_from([2, 1, 3, 2, 1, 0]), ties=st.booleans(), mixed=st.integers(0, 2**32))
        def begin(self, count: int, ties: bool, mixed: int) -> None:
            """A fresh organization."""
            self.mixed = mixed
            made = tuple(self.hand.new() for _ in range(count))
            self.hand.becomes_ready(*made)
            self.hand.orders += made
            self.table.play(Act("begins", made=made, late=ties))

        @rule(chance=st.integers(0, 2**32))
        def act(self, chance: int) -> None:
            """Whatever is possible. Numbers that Hypothesis likes to repeat mean another act each time."""
            acts = len(self.table.player.acts)
            self.table.play(drawn(self.hand, random.Random(f"{chance}/{self.mixed}/{acts}")))  # noqa: S311

        def teardown(self) -> None:
            """End the history."""
            self.table.close()

    return QueueMachine


def drawn(hand: Hand, chance: random.Random) -> Act:
    """Return an act that is possible, and note what comes of it."""
    kind, who = chance.choice(hand.possible()), chance.choice(CLIENTS)

    def one_of(reports: Sequence[str]) -> str:
        found = chance.choice(hand.recent(reports))
        hand.touch(found)
        return found

    if kind == "lists":
        return Act("lists", who, limit=chance.choice(LIMITS))
    if kind == "posts":
        return Act("posts", who)
    if kind == "names":
        first = one_of(hand.ready + hand.announced)
        return Act("names", who, about=(first, *chance.choice(_beside(hand, first))))
    if kind in ("asks", "fetches"):
        return Act("asks" if kind == "asks" else "fetches", who, about=(one_of(hand.orders),))
    if kind == "amends":
        return _amended(hand, one_of(hand.newest))
    if kind == "finishes":
        return _finished(hand, one_of(hand.announced), failed=chance.random() < FAILING)
    return _made(hand, kind, late=chance.random() < LATE)


def _made(hand: Hand, kind: str, *, late: bool) -> Act:
    if kind == "passes":
        hand.minutes += MINUTES
        return Act("passes", seconds=MINUTES * 60)
    made = hand.new()
    hand.orders.append(made)
    if kind == "announces":
        hand.announced.append(made)
        return Act("announces", made=(made,))
    hand.becomes_ready(made)
    return Act("readies", made=(made,), late=late)


def _beside(hand: Hand, first: str) -> list[tuple[str, ...]]:
    """Return what may be acknowledged beside a report: nothing, another, what is nobody's, itself again."""
    another = tuple(one for one in hand.recent(hand.ready) if one != first)[:1]
    return [(), (), (), another, (UNKNOWN,), (FOREIGN,), (first,)]


def _amended(hand: Hand, report: str) -> Act:
    made = hand.new()
    hand.newest.remove(report)
    hand.becomes_ready(made)
    return Act("amends", about=(report,), made=(made,))


def _finished(hand: Hand, report: str, *, failed: bool) -> Act:
    hand.announced.remove(report)
    if not failed:
        hand.becomes_ready(report)
    return Act("finishes", about=(report,), status="FAILED" if failed else "COMPLETED")
