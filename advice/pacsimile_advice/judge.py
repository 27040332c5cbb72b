"""Judges a record of calls."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pacsimile_advice.calls import ClientCall
from pacsimile_advice.mistake import Mistake, Occurrence
from pacsimile_advice.mistakes import MISTAKES


@dataclass(frozen=True, slots=True)
class Advice:
    """A mistake that a client made. `client` is None where it takes the calls of all clients to see it."""

    mistake: Mistake
    client: str | None
    occurrences: tuple[Occurrence, ...]


def seen_without_gap(calls: Sequence[ClientCall]) -> Sequence[ClientCall]:
    """Return the latest calls of which no number is missing, from calls in the order of their numbers."""
    for place in range(len(calls) - 1, 0, -1):
        if calls[place - 1].number != calls[place].number - 1:
            return calls[place:]
    return calls


def since_reset(calls: Sequence[ClientCall], resets: int | None = None) -> Sequence[ClientCall]:
    """Return the calls after the last one that was made before the last reset.

    A call of which nobody noted it was made before each reset that there was.

    Args:
        calls: calls in the order of their numbers.
        resets: how often the service's data was made anew; None for as often as the calls say.
    """
    last = max((call.resets or 0 for call in calls), default=0) if resets is None else resets
    for place in range(len(calls) - 1, -1, -1):
        if (calls[place].resets or 0) < last:
            return calls[place + 1 :]
    return calls


def begins_at_reset(seen: Sequence[ClientCall], judged: Sequence[ClientCall]) -> bool:
    """Tell whether the call before those that are judged is known to be of before the last reset.

    Args:
        seen: calls in the order of their numbers.
        judged: the last of them, as `since_reset` returns them.
    """
    left_out = len(seen) - len(judged)
    return left_out > 0 and seen[left_out - 1].resets is not None


def begins_at_first(calls: Sequence[ClientCall]) -> bool:
    """Tell whether a record has the first call ever, or none at all."""
    return not calls or calls[0].number == 1


def judge(calls: Sequence[ClientCall], *, complete: bool = True) -> list[Advice]:
    """Return the advice for the clients of a record, the same for the same record.

    Args:
        calls: The calls in the order of their numbers, without a gap.
        complete: Whether no call came before them. Otherwise a mistake that an earlier call could excuse is not judged.
    """
    mistakes = [mistake for mistake in MISTAKES if complete or not mistake.needs_past]
    named = _with_clients(calls)
    by_client = defaultdict[str | None, list[ClientCall]](list)
    for call in named:
        by_client[call.client].append(call)
    return [advice for mistake in mistakes for advice in _advice(mistake, named, by_client)]


def _advice(
    mistake: Mistake, calls: Sequence[ClientCall], by_client: Mapping[str | None, Sequence[ClientCall]]
) -> Iterator[Advice]:
    if mistake.of_all_clients:
        by_client = {None: calls}
    for client, these in by_client.items():
        occurrences = tuple(mistake.find(these))
        if occurrences:
            yield Advice(mistake, client, occurrences)


def _with_clients(calls: Sequence[ClientCall]) -> Sequence[ClientCall]:
    """Return the calls, those with a refused token under the client that the token was given to."""
    clients: dict[str, str] = {}
    named: dict[int, ClientCall] = {}
    for place, call in enumerate(calls):
        if call.token is None:
            continue
        if call.client is not None:
            clients[call.token] = call.client
        elif call.token in clients:
            named[place] = replace(call, client=clients[call.token])
    return [named.get(place, call) for place, call in enumerate(calls)] if named else calls
