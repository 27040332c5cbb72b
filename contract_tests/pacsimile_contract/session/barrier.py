"""Calls on several connections at once."""

import threading
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from pacsimile_contract.threads import ThreadedWork

Action = Callable[[], object]
Actor = Iterator[Action]
"""Who acts: gives one action after the other, each of which may depend on what the former came to."""

ARRIVAL_TIMEOUT = 60.0
"""Seconds after which a round fails because a thread did not arrive: BrokenBarrierError in those that wait."""


def in_rounds(actors: Sequence[Actor], rounds: int) -> None:
    """Let each actor act once in each round, all at the same moment; a round begins when the former is over."""
    for _ in range(rounds):
        together([next(actor) for actor in actors])


def freely(actors: Sequence[Actor], times: int) -> None:
    """Let each actor act so many times, as fast as it can, beginning at the same moment."""

    def acting(actor: Actor) -> Action:
        return lambda: [next(actor)() for _ in range(times)]

    together([acting(actor) for actor in actors])


def together(actions: Sequence[Action]) -> None:
    """Begin all actions at the same moment, wait for them, and raise what the first of them raised.

    Each has a daemon thread: a pool's threads would keep the process from ending where one of them never does.
    """
    begin = threading.Barrier(len(actions), timeout=ARRIVAL_TIMEOUT)

    def act(action: Action) -> None:
        begin.wait()
        action()

    pieces = [ThreadedWork(partial(act, action)) for action in actions]
    for piece in pieces:
        piece.wait()
    for piece in pieces:
        piece.result()
