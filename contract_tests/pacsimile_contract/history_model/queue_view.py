"""Show the queue of each organization of a history to `queue_model`.

Acts that happened at the same time may have taken effect in any order. The queue is right as long as one of these
orders explains every answer.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from pacsimile_contract.history_model.acts import (
    LIMITED,
    NEIGHBOUR,
    QUEUE_CALLS,
    UNKNOWN_REPORT,
    Act,
)
from pacsimile_contract.history_model.recorded_histories import Event, RecordedHistory
from pacsimile_contract.history_model.truth import Order, made_orders
from pacsimile_contract.queue_model import acts as queue_acts
from pacsimile_contract.queue_model.events import BrokenRule, PlayedAct
from pacsimile_contract.queue_model.judge import judge_history
from pacsimile_contract.queue_model.recorded_histories import answer
from pacsimile_spec.statuses import FINAL

MOST_ORDERS = 12
"""Possible orders of what happened at once that are followed further."""


@dataclass(frozen=True, slots=True)
class QueueEvent:
    """An event of a queue, and its place in the history."""

    place: int
    played: PlayedAct


@dataclass(frozen=True, slots=True)
class QueueJudgement:
    """The first rule that is broken, the place in the history where it is, and what was compared."""

    broken: BrokenRule | None
    place: int
    exercised: frozenset[str]


def judge_queue(history: RecordedHistory, organization: int, opens: Sequence[bool]) -> QueueJudgement:
    """Judge the queue of an organization up to the first answer that no order of the events explains.

    Args:
        history: the history.
        organization: 1, or 2 for the neighbour's.
        opens: by place of the event, whether it is an act of a state, or a call that may have had an effect.
    """
    paths: list[list[QueueEvent]] = [[]]
    groups = list(_groups(history, organization, opens))
    for place, group in enumerate(groups):
        longer = [[*path, *order] for path in paths for order in _orders(group)]
        if len(group) > 1 or place == len(groups) - 1:
            fitting = [path for path in longer if _judged(path)[0] is None]
            if not fitting:
                return _failing(longer[0])
            longer = fitting[:MOST_ORDERS]
        paths = longer
    _, exercised = _judged(paths[0])
    return QueueJudgement(None, len(history.events), exercised)


def _judged(path: Sequence[QueueEvent]) -> tuple[BrokenRule | None, frozenset[str]]:
    judged = judge_history([event.played for event in path])
    return judged.broken, frozenset(judged.exercised)


def _failing(path: Sequence[QueueEvent]) -> QueueJudgement:
    broken, exercised = _judged(path)
    return QueueJudgement(broken, path[broken.place if broken else -1].place, exercised)


def _orders(group: Sequence[Sequence[QueueEvent]]) -> Iterator[list[QueueEvent]]:
    for order in permutations(group):
        yield [event for events in order for event in events]


def _groups(history: RecordedHistory, organization: int, opens: Sequence[bool]) -> Iterator[list[list[QueueEvent]]]:
    """Yield what happened to a queue in turn: each time one thing, or several at once."""
    group: list[list[QueueEvent]] = []
    orders: dict[str, Order] = {}
    names = _names_for(history, organization)
    for place, event in enumerate(history.events):
        if not event.act.together and group:
            yield group
            group = []
        if event.act.organization == organization or event.act.kind == "passes":
            orders.update({order.name: order for order in made_orders(event.act)})
            happened = [QueueEvent(place, played) for played in _played(event, names, orders, opens=opens[place])]
            if happened:
                group.append(happened)
    if group:
        yield group


def _names_for(history: RecordedHistory, organization: int) -> dict[str, str]:
    """Return the names of reports, as a client of an organization means them."""
    own_last = sorted(history.report_names.items(), key=lambda item: item[0][0] == organization)
    return {identifier: queue_acts.UNKNOWN if name == UNKNOWN_REPORT else name for (_, identifier), name in own_last}


def _played(event: Event, names: dict[str, str], orders: dict[str, Order], *, opens: bool) -> Iterator[PlayedAct]:
    """Yield the events of the queue that an event of the history is."""
    act, exchange = event.act, event.exchange
    if exchange is None:
        yield from (PlayedAct(done) for done in _done(act))
        return
    call = _call(act, orders) if opens and act.who != LIMITED else None
    refused = exchange.status in (401, 403)  # is judged by what the token opens
    if call is not None and not refused:
        yield PlayedAct(call, answer(exchange, names))


def _call(act: Act, orders: dict[str, Order]) -> queue_acts.Act | None:
    who = 1 if act.who == NEIGHBOUR else act.who
    if act.kind in QUEUE_CALLS:
        about = tuple(queue_acts.UNKNOWN if name == UNKNOWN_REPORT else name for name in act.about)
        return queue_acts.Act(act.kind, who, about=about, limit=act.limit)  # type: ignore[arg-type]
    if act.kind in ("status", "result") and act.about[0] in orders:
        return queue_acts.Act("asks" if act.kind == "status" else "fetches", who, about=(f"{act.about[0]}.1",))
    return None


def _done(act: Act) -> Iterator[queue_acts.Act]:
    """Yield the acts of the queue that an act of a state is."""
    if act.kind in ("begins", "neighbours"):
        yield queue_acts.Act("begins", made=tuple(f"{order.name}.1" for order in made_orders(act)))
    elif act.kind == "passes":
        yield queue_acts.Act("passes", seconds=act.seconds[0])
    elif act.kind == "amends":
        version = int(act.made[0].partition(".")[2])
        yield queue_acts.Act("amends", about=(f"{act.about[0]}.{version - 1}",), made=act.made)
    elif act.kind == "finishes" and act.statuses[0] in FINAL:
        yield queue_acts.Act("finishes", about=(f"{act.about[0]}.1",), status=act.statuses[0])
    else:
        for order in made_orders(act):
            report = (f"{order.name}.1",)
            yield queue_acts.Act("readies" if order.is_completed else "announces", made=report)
            if order.is_final and not order.is_completed:
                yield queue_acts.Act("finishes", about=report, status=order.status)
