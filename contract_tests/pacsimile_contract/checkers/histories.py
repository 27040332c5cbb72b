"""Generated histories of the whole service, judged for each requirement by all that their acts make true."""

from collections.abc import Callable, Iterable, Iterator

from pacsimile_contract.checkers.common import unseen_difference, with_value
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, fact, part
from pacsimile_contract.findings.registry import Checker, checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.history_model.judge import HistoryJudgement, WrongAnswer, judge_history
from pacsimile_contract.history_model.narrative import is_shown, narrate
from pacsimile_contract.history_model.recorded_histories import RecordedHistory, histories
from pacsimile_contract.service_model.model import JUDGED

PART = "histories"
GIVEN = "generated histories"
"""Where the scenario notes how many seconds a change may take to be visible (`settle`)."""
_OWN = (
    "AUTH-1", "AUTH-4", "AUTH-6", "AUTH-9", "AUTH-11", "AUTH-14", "AUTH-17", "STATUS-1", "STATUS-2", "STATUS-3",
    "STATUS-4", "STATUS-5", "ORDERID-1", "ORDERID-2", "ORDERID-3", "RESULTS-1", "RESULTS-2", "RESULTS-3", "RESULTS-4",
    "RESULTS-5", "RESULTS-6", "RESULTS-11", "GROUP-1", "GROUP-2", "GROUP-3", "GROUP-4", "GROUP-5",
    *(f"BATCH-{number}" for number in range(1, 15)), "CONS-1", "CONS-2", "SEC-1", "SEC-2", "SEC-3", "SEC-8",
)  # fmt: skip
MODELLED = tuple(dict.fromkeys((*_OWN, *JUDGED)))
"""The requirements that histories have rules for: of their own, and those of the model of the whole service."""

_Judged = list[tuple[RecordedHistory, HistoryJudgement]]


def first_wrong_answer(history: RecordedHistory, settle: float = 0.0) -> WrongAnswer | None:
    """Return the first wrong answer of a history; None where there is none."""
    return judge_history(history, settle).broken


def _judged(story: Story) -> _Judged:
    """Return the judgement of each history. It is kept with the story: each requirement's checker asks for it."""
    kept = story.derived.get(PART)
    if isinstance(kept, list):
        return kept
    settle = float(story.given(GIVEN)["settle"]) if story.has(GIVEN) else 0.0
    judged = [(history, judge_history(history, settle)) for history in histories(story)]
    story.derived[PART] = judged
    return judged


def smallest_broken(story: Story) -> tuple[RecordedHistory, WrongAnswer] | None:
    """Return the smallest history with a wrong answer, and that answer; None where none has one.

    The first history with one says which requirement is broken: a smaller one may lack what tells.
    """
    broken = [(history, judged.broken) for history, judged in _judged(story) if judged.broken is not None]
    alike = [pair for pair in broken if pair[1].requirement == broken[0][1].requirement]
    return min(alike, key=lambda pair: (pair[1].place, len(pair[0].events)), default=None)


def _checker_of(requirement: str) -> Callable[[Story], Iterable[Part]]:
    def fits_everything(story: Story) -> Iterator[Part]:
        """Judge generated histories (`history/<history>/<act>`) for one requirement."""
        worst = smallest_broken(story)
        if worst is not None:
            history, broken = worst
            if broken.requirement == requirement:
                steps = narrate(history, broken)
                yield part(PART, fact(False, *_sides(broken)), on=_exchanges(history, broken.place), steps=steps)
            return
        for history, judgement in reversed(_judged(story)):
            exchanges = _exchanges(history, len(history.events))
            if requirement in judgement.exercised and exchanges:
                yield part(PART, fact(True, "what the acts make true", "the same"), on=exchanges)
                return

    return fits_everything


def _sides(broken: WrongAnswer) -> tuple[str, str]:
    contradiction = broken.contradiction
    if contradiction is None:
        return broken.expected, broken.got
    expected = with_value(contradiction.expected, contradiction.expected_value)
    got = with_value(contradiction.got, contradiction.got_value)
    got += unseen_difference(contradiction.got_value, contradiction.expected_value)
    return expected, got


def _exchanges(history: RecordedHistory, place: int) -> list[Exchange]:
    """Return the exchanges up to a place whose effect is known, the one at the place last."""
    return [event.exchange for event in history.events[: place + 1] if event.exchange is not None and is_shown(event)]


FITS_EVERYTHING: tuple[Checker, ...] = tuple(
    checker(requirement, PART)(_checker_of(requirement)) for requirement in MODELLED
)
