"""From stories to judgements. Used by the runner and by replay alike: nothing here asks the target."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from pacsimile_contract.errors import BLOCKED_BY
from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part, cannot_tell
from pacsimile_contract.findings.registry import (
    Checker,
    asked_at,
    judged_requirements,
    left_for_later,
    parts_of,
    run_checkers,
)
from pacsimile_contract.findings.story import Story, of_run
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.declared_absent import as_declared
from pacsimile_contract.judging.flakiness import Mark, marked, marks, marks_of_calls
from pacsimile_contract.judging.judgement import Judgement, judge, reworded
from pacsimile_contract.judging.revisions import as_new
from pacsimile_contract.judging.run_checker import NOTHING_TO_COMPARE, said_by
from pacsimile_contract.target.model import Profile
from pacsimile_spec import Requirement, requirements

NOT_TESTED_YET = "not tested yet"
NOT_RUN = "was not run"
NOT_AT_THIS_LEVEL = "not run at this level"


def left_by_level(judgements: Iterable[Judgement], level: str) -> frozenset[str]:
    """Return the requirements that are open since the level, by choice, tells too little of them: they lack nothing."""
    later = left_for_later(level)
    return frozenset(
        one.requirement.id
        for one in judgements
        if one.verdict is Verdict.NOT_EXERCISED
        and one.requirement.id in later
        and all(map(_is_by_choice, [one.summary, *(note.note for part in one.parts for note in part.evidence)]))
    )


_BY_CHOICE = (NOT_RUN, NOT_AT_THIS_LEVEL, NOTHING_TO_COMPARE)


def _is_by_choice(note: str) -> bool:
    return note.partition(_ASKED_AT)[0] in _BY_CHOICE


_ASKED_AT = ": level "


def _by_level(judgement: Judgement, level: str | None) -> Judgement:
    """Say of what a level leaves out which one judges it."""
    asking = asked_at(judgement.requirement.id, level) if level is not None else None
    if asking is None:
        return judgement

    def told(note: str) -> str:
        return f"{note}{_ASKED_AT}{asking} judges it" if note in _BY_CHOICE else note

    parts = tuple(
        replace(one, evidence=tuple(replace(each, note=told(each.note)) for each in one.evidence))
        for one in judgement.parts
    )
    return replace(judgement, parts=parts, summary=told(judgement.summary))


def blocked_in_vain(judgements: Iterable[Judgement]) -> list[str]:
    """Return what to tell of parts that were left out for a requirement which passes: nobody judged what was wrong."""
    told = list(judgements)
    passing = {one.requirement.id for one in told if one.verdict is Verdict.PASS}
    reasons = (
        (part.check, note.note.partition(BLOCKED_BY))
        for one in told
        for part in one.parts
        if part.verdict is Verdict.NOT_EXERCISED
        for note in part.evidence
    )
    return [
        f"{check}: blocked by {name}, which passes: look at both"
        for check, (before, _, name) in reasons
        if not before and name in passing
    ]


Judge = Callable[[Checker, Story], list[Part]]
"""Says what a checker says of a story."""


class Bench:
    """Collects what checkers say and judges requirements under a profile.

    `judge` lets a checker speak: a run bounds the time that it takes.
    """

    def __init__(
        self,
        profile: Profile,
        away: Mapping[str, str] = MappingProxyType({}),
        contract: str | None = None,
        judge: Judge = said_by,
        level: str | None = None,
    ) -> None:
        self._judge, self._level = judge, level
        self._profile: Profile = profile
        self._away, self._contract = away, contract
        self._said: dict[str, list[Part]] = {}
        self._marks: dict[str, Mark | None] = {}
        self._again: Story | None = None

    def hear(self, checker: Checker, story: Story) -> None:
        """Let a checker judge a story."""
        self._said.setdefault(checker.requirement, []).extend(self._judge(checker, story))

    def hear_all(self, checkers: Sequence[Checker], stories: Sequence[Story], profile: Profile) -> None:
        """Let checkers judge a story, which comes first, and see in those told again what was flaky."""
        for checker in checkers:
            self.hear(checker, stories[0])
        if len(stories) > 1:
            for check, mark in marks(checkers, stories, profile).items():
                self._marks[check] = mark if self._marks.get(check, mark) is not None else None

    def hear_run(
        self,
        exchanges: Sequence[Exchange],
        wanted: Iterable[str],
        stopped: tuple[Verdict, str] | None,
        again: Story | None = None,
    ) -> None:
        """Let the checkers over a whole run judge it; `again` tells of single calls that were asked again."""
        self._again = again
        story = of_run(exchanges)
        story.stopped = stopped
        for checker in run_checkers():
            if checker.requirement in wanted:
                self.hear(checker, story)

    def error(self, requirement: str, reason: str) -> None:
        """Note that a requirement cannot be judged."""
        self._said.setdefault(requirement, []).extend(cannot_tell(name, reason) for name in parts_of(requirement))

    def fails(self, requirement: str) -> bool:
        """Whether what was said so far is a FAIL."""
        return requirement in self._said and self.judgement(requirement).verdict is Verdict.FAIL

    def judgement(self, requirement: str) -> Judgement:
        """Judge one requirement from all that was said so far."""
        row = requirements()[requirement]
        if row.not_tested_because:
            return Judgement(row, Verdict.NOT_APPLICABLE, f"not tested because {row.not_tested_because}")
        if requirement not in judged_requirements():
            return Judgement(row, Verdict.NOT_EXERCISED, NOT_TESTED_YET)
        if requirement not in self._said:
            return _by_level(_unselected(row), self._level)
        found = judge(row, parts_of(requirement), self._said[requirement], self._profile, NOT_RUN)
        known = dict(self._marks)
        if self._again is not None and self._again.steps:
            known |= marks_of_calls(self._again, found, self._profile)
        return _by_level(as_new(as_declared(marked(found, known), self._away), self._contract), self._level)

    def judgements(self, wanted: Mapping[str, Requirement] | Iterable[str]) -> list[Judgement]:
        """Judge every row of the contract; those not wanted say so."""
        chosen = set(wanted)
        return [
            self.judgement(name) if name in chosen else reworded(_unselected(row), summary="not selected")
            for name, row in requirements().items()
        ]


def _unselected(row: Requirement) -> Judgement:
    return Judgement(row, Verdict.NOT_EXERCISED, NOT_AT_THIS_LEVEL)
