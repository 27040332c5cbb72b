"""Shrink a history that breaks a rule: to what the rule is about, then act by act, within the requests left."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pacsimile_contract.generation.queue_player import Player
from pacsimile_contract.queue_model.acts import Act, without_dangling_reports
from pacsimile_contract.queue_model.events import BrokenRule

TOKENS = 2
"""Requests that a history costs besides its calls: a token for each client."""


def shrink_history(player: Player, acts: Sequence[Act], broken: BrokenRule) -> None:
    """Play ever smaller histories that may break a rule, until none does or the requests are spent.

    The smallest shows best which rule is broken: it has nothing else in it.
    """
    best, tried = list(acts), {tuple(acts)}
    improving = True
    while improving:
        improving = False
        for candidate in (without_dangling_reports(smaller_acts) for smaller_acts in candidates(best, broken)):
            if tuple(candidate) in tried or not _is_smaller(candidate, best):
                continue
            if player.session.requests_left < sum(act.is_call for act in candidate) + TOKENS:
                return
            tried.add(tuple(candidate))
            rule = player.play_all(candidate)
            if rule is not None:
                best, broken, improving = list(player.acts), rule, True
                break


def _is_smaller(acts: Sequence[Act], other: Sequence[Act]) -> bool:
    return bool(acts) and acts[0].kind == "begins" and _size(acts) < _size(other)


def _size(acts: Sequence[Act]) -> tuple[int, int, int]:
    named = sum(len(act.made) + len(act.about) for act in acts)
    return len(acts), named, sum((act.limit is not None) + act.who + act.late for act in acts)


def candidates(acts: Sequence[Act], broken: BrokenRule) -> Iterator[list[Act]]:
    """Yield smaller histories, the smallest first."""
    yield relevant(acts, broken)
    length = len(acts) // 2
    while length:
        for start in range(1, len(acts) - 1, length):
            yield [*acts[:start], *acts[start + length :]]
        length //= 2
    for name in (name for act in acts for name in act.made if name not in broken.about):
        yield [part for act in acts for part in _cut(act, {name})]
    yield [replace(act, who=min(act.who, 1)) for act in acts]
    for place, act in enumerate(acts):
        for plainer in (replace(act, limit=None), replace(act, late=False), replace(act, about=act.about[:1])):
            yield [*acts[:place], plainer, *acts[place + 1 :]]


def relevant(acts: Sequence[Act], broken: BrokenRule) -> list[Act]:
    """Return the acts about the reports that a rule was broken for and about their versions, and the listings."""
    about = set(broken.about)
    for act in [*acts, *reversed(acts)]:
        if act.kind == "amends" and about & {*act.about, *act.made}:
            about |= {*act.about, *act.made}
    others = {name for act in acts for name in act.made} - about
    kept = [cut for act in acts[: broken.place + 1] for cut in _cut(act, others)]
    concerned = ("lists", "posts", "begins")
    return [act for act in kept if act.kind in concerned or act.about or act.made]


def _cut(act: Act, names: set[str]) -> list[Act]:
    """Return the act without these reports; an empty list where it would be about nothing."""
    made, about = (tuple(name for name in names_of_act if name not in names) for names_of_act in (act.made, act.about))
    empty = (act.about and not about) or (act.made and not made and act.kind != "begins")
    return [] if empty else [replace(act, made=made, about=about)]
