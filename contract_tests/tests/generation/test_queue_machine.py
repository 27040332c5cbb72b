"""The acts that are drawn for a history, without a service."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

from pacsimile_contract.generation.queue_machine import Amount, generate
from pacsimile_contract.queue_model.acts import Act


class Recorder:
    """Takes each act for done."""

    session: Any = SimpleNamespace(requests_left=10_000, rehearsed=False)

    def __init__(self) -> None:
        """Begin with none."""
        self.acts: list[Act] = []

    def play(self, act: Act) -> None:
        """Record it."""
        self.acts.append(act)


def drawn(*, unsaid: bool) -> list[Act]:
    """Return the acts of five histories."""
    player: Any = Recorder()
    assert generate(player, Amount(1, 5, 12, 0, unsaid=unsaid)) is None
    return list(player.acts)


def test_what_an_acknowledgement_does_not_say_is_listed_soon() -> None:
    """Else a later acknowledgement would hide what it did; the other client lists, so that its own memory stays."""
    acts = drawn(unsaid=True)
    after = [after for act, after in pairwise(acts) if act.kind in ("posts", "names")]
    assert sum(act.kind == "lists" for act in after) > len(after) / 3
    assert acts == drawn(unsaid=True)
    assert len(acts) > len(drawn(unsaid=False))
