"""Judge a generated history by what its acts make true, by the queue's model, and by the model of the service."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pacsimile_contract import facts
from pacsimile_contract.history_model.acts import NO_TOKEN, OTHER_ORGANIZATION, UNKNOWN_PARAMETER
from pacsimile_contract.history_model.expectations import Expectations
from pacsimile_contract.history_model.queue_view import judge_queue
from pacsimile_contract.history_model.recorded_histories import RecordedHistory
from pacsimile_contract.queue_model.events import BrokenRule
from pacsimile_contract.service_model.contradiction import Contradiction
from pacsimile_contract.service_model.model import compare

BEGINS = "begins"
REFUSALS: Mapping[str, str] = {NO_TOKEN: "AUTH-9", OTHER_ORGANIZATION: "SEC-2", UNKNOWN_PARAMETER: "STATUS-3"}
"""By what is wrong with an acknowledgement, the requirement that it breaks; else its token lacks a scope (AUTH-14)."""


@dataclass(frozen=True, slots=True)
class WrongAnswer:
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

    broken: WrongAnswer | None = None
    exercised: set[str] = field(default_factory=set)


def judge_history(history: RecordedHistory, settle: float = 0.0) -> HistoryJudgement:
    """Judge a history up to its first wrong answer.

    Args:
        history: the history. One that no state of the run began is judged by the model of the service alone.
        settle: the seconds that a change may take to be visible. Unless 0, only the model of the service judges.

    Returns:
        The first wrong answer; of several judges that find the same one wrong, the word of the first counts.
    """
    judgement = HistoryJudgement()
    candidates = [_by_service_model(history, judgement, settle)]
    if history.events and history.events[0].act.kind == BEGINS and not settle:
        candidates = [*_by_acts(history, judgement), *candidates]
    wrong_answers = [wrong for wrong in candidates if wrong is not None]
    judgement.broken = min(wrong_answers, key=lambda wrong: wrong.place, default=None)  # of equals the first
    if judgement.broken is not None:
        judgement.exercised.add(judgement.broken.requirement)
    return judgement


def _by_acts(history: RecordedHistory, judgement: HistoryJudgement) -> list[WrongAnswer | None]:
    """Return the first wrong answer by what the acts make true, and by the model of each organization's queue."""
    expectations, opens = Expectations(history), list[bool]()
    judgement.exercised |= expectations.exercised
    first: WrongAnswer | None = None
    for place, event in enumerate(history.events):
        opens.append(event.exchange is None or expectations.opens(event.act, event.exchange))
        if event.exchange is None:
            expectations.take_state(event.act)
            continue
        mismatch = expectations.compare(event.act, event.exchange)
        if mismatch is not None and first is None:
            first = WrongAnswer(mismatch.requirement, place, mismatch.expected, mismatch.got)
    judgement.exercised |= expectations.exercised
    wrong_answers = [first]
    for organization in sorted({event.act.organization for event in history.events}):
        queue = judge_queue(history, organization, opens)
        judgement.exercised |= queue.exercised
        if (rule := queue.broken) is not None:
            requirement, why = _refused_before(history, organization, queue.place, rule) or (rule.requirement, rule.why)
            wrong_answers.append(WrongAnswer(requirement, queue.place, rule.expected, f"{rule.got}: {why}"))
    return wrong_answers


def _refused_before(history: RecordedHistory, organization: int, end: int, rule: BrokenRule) -> tuple[str, str] | None:
    """Blame a refused acknowledgement for a wrong answer at place `end`, if it named a report that the answer is about.

    Returns:
        The requirement that the refused call breaks, by what was wrong with it, and why it is that one; None where the
        last acknowledgement that named or marked such a report was not refused, or there was none.
    """
    for place in range(end - 1, -1, -1):
        act, exchange = history.events[place].act, history.events[place].exchange
        if act.kind not in ("names", "posts") or act.organization != organization or exchange is None:
            continue
        marked = facts.acknowledgement(exchange).acknowledged or () if exchange.succeeded else ()
        if {history.named_report(organization, report) for report in marked} & set(rule.about):
            return None
        if act.kind == "names" and set(act.about) & set(rule.about):
            refused = exchange.status is not None and 400 <= exchange.status < 500
            why = f"the acknowledgement that was refused in step {place + 1} may have marked {rule.about[0]}"
            return (REFUSALS.get(act.fault, "AUTH-14"), why) if refused else None
    return None


def _by_service_model(history: RecordedHistory, judgement: HistoryJudgement, settle: float) -> WrongAnswer | None:
    """Return the first answer that the model of the service contradicts."""
    places = {event.exchange.number: place for place, event in enumerate(history.events) if event.exchange is not None}
    compared = compare(history.exchanges, settle)
    judgement.exercised.update(compared.compared)
    wrong_answers = [
        WrongAnswer(
            contradiction.requirement, places[contradiction.exchanges[-1].number], contradiction.expected,
            contradiction.got, contradiction,
        )
        for contradiction in compared.contradictions
    ]  # fmt: skip
    return min(wrong_answers, key=lambda wrong: wrong.place, default=None)
