"""A generated history as it is judged: acts, each with its answer, in the reports' names."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from pacsimile_contract.instants import Instant
from pacsimile_contract.queue_model.acts import Act
from pacsimile_spec.statuses import STATUSES

MOST_NAMES = 50
"""Names of one answer that are written: a service may list a hundred thousand."""


@dataclass(frozen=True, slots=True)
class CallOutcome:
    """What came back for a call. `status` is None where nothing did.

    `reports` are those listed, newly marked, or served. `order_status` is the word of `/status`. `completed` and
    `supersedes` are what a listing says of its reports. `readable` is false where a 200 cannot be understood.
    """

    status: int | None = 200
    reports: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()
    order_status: str | None = None
    completed: Mapping[str, Instant] = field(default_factory=dict)
    supersedes: Mapping[str, str | None] = field(default_factory=dict)
    readable: bool = True
    says_what_was_done: bool = True
    """Of an acknowledgement: whether its answer names what it marked."""

    @property
    def unclear(self) -> bool:
        """Tell whether the effect of the call is unknown: a 5xx, no answer, or one that cannot be read."""
        return self.status is None or self.status >= 500 or not self.readable


@dataclass(frozen=True, slots=True)
class PlayedAct:
    """An act, and its answer where it is a call."""

    act: Act
    answer: CallOutcome = field(default_factory=CallOutcome)

    @property
    def answered(self) -> bool:
        """Tell whether it is a call with an answer of 200 that can be read."""
        return self.act.is_call and self.answer.status == 200 and self.answer.readable


PlayedHistory = Sequence[PlayedAct]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that an event breaks.

    `requirement` is its id, `place` the event's index in the history, `expected` and `got` the two sides, `why` the
    reason for this requirement, and `about` the names of the reports.
    """

    requirement: str
    place: int
    expected: str
    got: str
    why: str
    about: tuple[str, ...] = ()


def listed_last(past: PlayedHistory, who: int) -> int | None:
    """Return the place of the client's most recent listing that was answered."""
    return next((at for at in range(len(past) - 1, -1, -1) if _lists(past[at], who)), None)


def _lists(event: PlayedAct, who: int) -> bool:
    return event.act.kind == "lists" and event.act.who == who and event.answered


def listings(past: PlayedHistory, who: int) -> list[PlayedAct]:
    """Return the client's listings that were answered."""
    return [event for event in past if _lists(event, who)]


def ready_at(past: PlayedHistory, report: str) -> int | None:
    """Return the place at which a report became ready; None where it did not."""
    for place, event in enumerate(past):
        act = event.act
        if report in act.made and act.kind != "announces":
            return place
        if act.kind == "finishes" and act.status == "COMPLETED" and report in act.about:
            return place
    return None


def superseded_by(past: PlayedHistory, report: str) -> frozenset[str]:
    """Return all versions that a report supersedes, directly or not; none for a first version."""
    versions = {report}
    for event in reversed(past):
        if event.act.kind == "amends" and versions & set(event.act.made):
            versions.update(event.act.about)
    return frozenset(versions - {report})


def outcome_in_words(event: PlayedAct) -> str:
    """Return what came back in a few words."""
    answer, kind = event.answer, event.act.kind
    if answer.status is None:
        return "no answer"
    if answer.status != 200:
        return str(answer.status)
    if not answer.readable:
        return "200, but nothing that can be read"
    if kind == "asks":
        return answer.order_status if answer.order_status in STATUSES else "another word"
    if kind == "fetches":
        return f"{in_words(answer.reports)} served"
    if kind == "lists":
        return enumerate_names(answer.reports)
    if not answer.says_what_was_done:
        return "acknowledged, without saying what"
    unknown = f", {in_words(answer.not_found)} not found" if answer.not_found else ""
    return f"acknowledged {in_words(answer.reports)}{unknown}"


def in_words(reports: Iterable[str]) -> str:
    """Return reports in order, or `nothing`."""
    return enumerate_names(sorted(reports))


def enumerate_names(names: Sequence[str]) -> str:
    """Return names as they come, separated by commas: the first MOST_NAMES and how many more; `nothing` for none."""
    more = len(names) - MOST_NAMES
    return ", ".join([*names[:MOST_NAMES], *([f"and {more} more"] if more > 0 else [])]) or "nothing"
