"""Calls on several connections at once."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

Action = Callable[[], object]
Actor = Iterator[Action]
"""Who acts: gives one action after the other, each of which may depend on what the former came to."""

PATIENCE = 60.0
"""Seconds after which a round begins although somebody has not come: he has failed, and says so himself."""


def in_rounds(actors: Sequence[Actor], rounds: int) -> None:
    """Let each actor act once in each round, all at the same moment; a round begins when the former is over."""
    with ThreadPoolExecutor(len(actors)) as pool:
        for _ in range(rounds):
            together = threading.Barrier(len(actors), timeout=PATIENCE)
            _finish([pool.submit(_once, next(actor), together) for actor in actors])


def freely(actors: Sequence[Actor], times: int) -> None:
    """Let each actor act so many times, as fast as it can, beginning at the same moment."""

    def run(actor: Actor, together: threading.Barrier) -> None:
        together.wait()
        for _ in range(times):
            next(actor)()

    with ThreadPoolExecutor(len(actors)) as pool:
        together = threading.Barrier(len(actors), timeout=PATIENCE)
        _finish([pool.submit(run, actor, together) for actor in actors])


def _once(action: Action, together: threading.Barrier) -> None:
    together.wait()
    action()


def _finish(pending: Sequence[Future[None]]) -> None:
    """Wait for all, then raise what the first of them raised."""
    errors = [error for error in (one.exception() for one in pending) if error is not None]
    if errors:
        raise errors[0]
