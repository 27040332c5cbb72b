"""Judge a generated history: by what its acts make true, by the queue's model, and by that of the whole service."""

from dataclasses import dataclass, field

from pacsimile_contract.history_model.expected import Expectations
from pacsimile_contract.history_model.queue_view import judge_queue
from pacsimile_contract.history_model.recorded_histories import RecordedHistory
from pacsimile_contract.service_model.contradiction import Contradiction
from pacsimile_contract.service_model.model import compare

BEGINS = "begins"


@dataclass(frozen=True, slots=True)
class Broken:
    """The first answer of a history that is wrong.

    `place` is its index. `expected` and `got` are words of ours. `contradiction`, where the model of the whole service
    found it, has values from the wire.
    """

    requirement: str
    place: int
    expected: str
    got: str
    contradiction: Contradiction | None = None


@dataclass
class HistoryJudgement:
    """What is broken, and the requirements of which something was compared."""

    broken: Broken | None = None
    exercised: set[str] = field(default_factory=set)


def judge_history(history: RecordedHistory, settle: float = 0.0) -> HistoryJudgement:
    """Judge a history up to its first wrong answer.

    Args:
        history: its events. What no state of the run made is judged by the model of the whole service alone.
        settle: how many seconds a change may take to be visible; where any, only that model judges.
    """
    judgement = HistoryJudgement()
    found = [_contradicted(history, judgement, settle)]
    if history.events and history.events[0].act.kind == BEGINS and not settle:
        found = [*_unexpected(history, judgement), *found]
    broken = [each for each in found if each is not None]
    judgement.broken = min(broken, key=lambda each: each.place, default=None)  # of several at one place the first
    if judgement.broken is not None:
        judgement.exercised.add(judgement.broken.requirement)
    return judgement


def _unexpected(history: RecordedHistory, judgement: HistoryJudgement) -> list[Broken | None]:
    expectations, opens = Expectations(history), list[bool]()
    judgement.exercised |= expectations.exercised
    first: Broken | None = None
    for place, event in enumerate(history.events):
        opens.append(event.exchange is None or expectations.opens(event.act, event.exchange))
        if event.exchange is None:
            expectations.take_state(event.act)
            continue
        mismatch = expectations.compare(event.act, event.exchange)
        if mismatch is not None and first is None:
            first = Broken(mismatch.requirement, place, mismatch.expected, mismatch.got)
    judgement.exercised |= expectations.exercised
    found = [first]
    for organization in sorted({event.act.organization for event in history.events}):
        queue = judge_queue(history, organization, opens)
        judgement.exercised |= queue.exercised
        if (rule := queue.broken) is not None:
            found.append(Broken(rule.requirement, queue.place, rule.expected, f"{rule.got}: {rule.why}"))
    return found


def _contradicted(history: RecordedHistory, judgement: HistoryJudgement, settle: float) -> Broken | None:
    places = {event.exchange.number: place for place, event in enumerate(history.events) if event.exchange is not None}
    compared = compare(history.exchanges, settle)
    judgement.exercised.update(compared.compared)
    found = [
        Broken(each.requirement, places[each.exchanges[-1].number], each.expected, each.got, each)
        for each in compared.contradictions
    ]
    return min(found, key=lambda each: each.place, default=None)
