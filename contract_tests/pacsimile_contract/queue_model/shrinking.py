"""Makes a history that breaks a rule smaller: to what the rule is about, then act by act, within the requests left."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pacsimile_contract.queue_model.acts import Act, fitting
from pacsimile_contract.queue_model.events import Broken
from pacsimile_contract.queue_model.player import Player

TOKENS = 2
"""Requests that a history costs beside its calls: a token for each client."""


def smaller(player: Player, acts: Sequence[Act], broken: Broken) -> None:
    """Play ever smaller histories that may break the same requirement, until none does or the requests are spent."""
    best, tried = list(acts), {tuple(acts)}
    improving = True
    while improving:
        improving = False
        for candidate in (fitting(one) for one in candidates(best, broken)):
            if tuple(candidate) in tried or not _is_smaller(candidate, best):
                continue
            if player.session.left < sum(act.is_call for act in candidate) + TOKENS:
                return
            tried.add(tuple(candidate))
            found = player.play_all(candidate)
            if found is not None and found.requirement == broken.requirement:
                best, broken, improving = list(player.acts), found, True
                break


def _is_smaller(one: Sequence[Act], other: Sequence[Act]) -> bool:
    return bool(one) and one[0].kind == "begins" and _size(one) < _size(other)


def _size(acts: Sequence[Act]) -> tuple[int, int]:
    return len(acts), sum(len(act.made) + len(act.about) for act in acts)


def candidates(acts: Sequence[Act], broken: Broken) -> Iterator[list[Act]]:
    """Yield smaller histories, the boldest first."""
    yield relevant(acts, broken)
    length = len(acts) // 2
    while length:
        for start in range(1, len(acts) - 1, length):
            yield [*acts[:start], *acts[start + length :]]
        length //= 2
    for name in (name for act in acts for name in act.made if name not in broken.about):
        yield _without(acts, name)


def relevant(acts: Sequence[Act], broken: Broken) -> list[Act]:
    """Return the acts about the reports that a rule was broken for and about their versions, and the listings."""
    about = set(broken.about)
    for act in [*acts, *reversed(acts)]:
        if act.kind == "amends" and about & {*act.about, *act.made}:
            about |= {*act.about, *act.made}
    others = {name for act in acts for name in act.made} - about
    kept = [_cut(act, others) for act in acts[: broken.place + 1]]
    concerned = ("lists", "posts", "begins")
    return [act for act in kept if act.kind in concerned or act.about or (act.made and act.kind != "passes")]


def _without(acts: Sequence[Act], name: str) -> list[Act]:
    return [_cut(act, {name}) for act in acts if act.kind == "begins" or act.made != (name,)]


def _cut(act: Act, names: set[str]) -> Act:
    made, about = (tuple(one for one in many if one not in names) for many in (act.made, act.about))
    return replace(act, made=made, about=about)
