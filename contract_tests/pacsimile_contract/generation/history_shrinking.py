"""Shrink a history in which an answer is wrong: first to the acts that the answer is about, then act by act."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pacsimile_contract.generation.history_player import HistoryPlayer
from pacsimile_contract.history_model.acts import CALLS, Act, without_dangling_names
from pacsimile_contract.history_model.judge import WrongAnswer
from pacsimile_contract.history_model.recorded_histories import RecordedHistory

Judge = Callable[[RecordedHistory], WrongAnswer | None]


def shrink_history(player: HistoryPlayer, judge: Judge, history: RecordedHistory, broken: WrongAnswer) -> None:
    """Play ever smaller histories, until none breaks the requirement any more or the requests are spent.

    Args:
        player: plays a candidate, and records it in the story, where the checker finds the smallest.
        judge: returns the first wrong answer of a history that was played.
        history: the history to begin with.
        broken: its wrong answer. A smaller history counts if one of its answers breaks the same requirement.
    """
    best = history.acts[: broken.place + 1]
    tried = {tuple(history.acts)}
    improving = True
    while improving:
        improving = False
        for candidate in map(without_dangling_names, _candidates(best)):
            if tuple(candidate) in tried or _size(candidate) >= _size(history.acts):
                continue
            if player.session.requests_left < sum(act.is_call for act in candidate):
                return
            tried.add(tuple(candidate))
            played = player.play_all(candidate)
            smaller = judge(played)
            if smaller is not None and smaller.requirement == broken.requirement:
                history, best = played, played.acts[: smaller.place + 1]
                improving = True
                break


def _size(acts: Sequence[Act]) -> tuple[int, int]:
    """Return the measure of a history: its acts, and what is unusual about them."""
    unusual = sum(
        act.fresh + act.together + bool(act.fault) + len(act.about) + len(act.made) + (act.limit is not None) + act.who
        for act in acts
    )
    return len(acts), unusual


def _candidates(acts: Sequence[Act]) -> Iterator[list[Act]]:
    """Yield smaller histories: those that ask the least first, and then ever more of the acts."""
    yield list(acts)
    related = _related(acts)
    last = acts[-1]
    for asked in (
        lambda act: act is last,
        lambda act: act.question == last.question,
        lambda act: act.kind == last.kind,
        lambda act: True,
    ):
        yield _with_tokens([act for act in related if not act.is_call or asked(act)], acts)
    length = len(acts) // 2
    while length:
        for start in range(1, len(acts) - 1, length):
            yield [*acts[:start], *acts[start + length :]]
        length //= 2
    for place, act in enumerate(acts):
        for plainer in (replace(act, fresh=False), replace(act, together=False), replace(act, limit=None)):
            if plainer != act:
                yield [*acts[:place], plainer, *acts[place + 1 :]]


def _related(acts: Sequence[Act]) -> list[Act]:
    """Return the acts about what the last one is about, with the calls of the queue, and the tokens that these need."""
    names = {name.partition(".")[0] for name in acts[-1].about}
    for act in [*acts, *reversed(acts)]:
        mine = {name.partition(".")[0] for name in (*act.about, *act.made) if act.kind != "begins"}
        if act.kind not in CALLS and names & mine:
            names |= mine
    queue = acts[-1].kind in ("lists", "posts", "names")
    kept = [
        act
        for act in acts
        if act.kind in ("begins", "neighbours", "limits", "passes")
        or names & {name.partition(".")[0] for name in (*act.about, *act.made)}
        or (queue and act.kind in ("lists", "posts", "names"))
        or act is acts[-1]
    ]
    return _with_tokens(kept, acts)


def _with_tokens(kept: Sequence[Act], acts: Sequence[Act]) -> list[Act]:
    """Return the acts that are kept, in their order, with the requests for the tokens that they send."""
    tokens = {act.token for act in kept}
    return [act for act in acts if act in kept or (act.kind == "token" and act.made[0] in tokens)]
