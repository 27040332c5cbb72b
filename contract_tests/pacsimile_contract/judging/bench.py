"""From stories to judgements. Used by the runner and by replay alike: nothing here asks the target."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.reasons import Reason, Unjudged
from pacsimile_contract.findings.registry import (
    Checker,
    deferred_requirements,
    fuller_level,
    fuller_level_of_part,
    judged_requirements,
    parts_of,
    whole_run_checkers,
)
from pacsimile_contract.findings.story import Story, story_of_run
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.declared_absent import apply_declarations
from pacsimile_contract.judging.evaluation import evaluate
from pacsimile_contract.judging.explained import leave_explained, leave_unconfirmed
from pacsimile_contract.judging.flakiness import (
    Evaluate,
    FlakyCount,
    flaky_counts,
    flaky_counts_of_repeated_calls,
    mark_flaky,
)
from pacsimile_contract.judging.judgement import JudgedPart, Judgement, judge, judge_part
from pacsimile_contract.judging.revisions import demote_new
from pacsimile_contract.target.model import Profile
from pacsimile_spec import Requirement, requirements

NOT_TESTED_YET = "not tested yet"
NOT_RUN = Unjudged(Verdict.NOT_EXERCISED, "was not run", Reason.NOT_RUN)
NOT_AT_THIS_LEVEL = Unjudged(Verdict.NOT_EXERCISED, "not run at this level", Reason.NOT_AT_THIS_LEVEL)
NOT_SELECTED = Unjudged(Verdict.NOT_EXERCISED, "not selected", Reason.NOT_SELECTED)


def deferred_by_level(judgements: Iterable[Judgement], level: str) -> frozenset[str]:
    """Return the requirements that are open only because the chosen level asks too little of them."""
    deferred = deferred_requirements(level)
    return frozenset(
        judgement.requirement.id
        for judgement in judgements
        if judgement.verdict is Verdict.NOT_EXERCISED
        and judgement.requirement.id in deferred
        and _was_unhindered(judgement.unjudged)
        and all(_is_deferred(part, level) for part in judgement.parts if part.verdict is not Verdict.NOT_APPLICABLE)
    )


def _was_unhindered(why: Unjudged | None) -> bool:
    """Whether no obstacle kept a check from judging: it was not run, or its answers had nothing to compare."""
    return why is not None and why.reason in (Reason.NOT_RUN, Reason.NOT_AT_THIS_LEVEL, Reason.NOTHING_TO_COMPARE)


def _is_deferred(part: JudgedPart, level: str | None) -> bool:
    """Whether a part is open only because the run's level defers it to a fuller one."""
    return _fuller_level_of(part, level) is not None and all(_was_unhindered(proof.unjudged) for proof in part.evidence)


def _fuller_level_of(part: JudgedPart, level: str | None) -> str | None:
    requirement, _, name = part.check.partition("/")
    return fuller_level_of_part(requirement, name, level) if level is not None else None


def _with_fuller_level(judgement: Judgement, level: str | None) -> Judgement:
    """Name the level that judges what the chosen one leaves out: a requirement, or parts of it."""
    parts = tuple(_naming_fuller_level(part, level) for part in judgement.parts)
    by_level = all(_is_deferred(part, level) for part in judgement.parts if part.verdict is judgement.verdict)
    fuller = fuller_level(judgement.requirement.id, level) if level is not None else None
    if fuller is None or not (by_level and _was_unhindered(judgement.unjudged)):
        return replace(judgement, parts=parts)
    return replace(judgement, parts=parts, summary=_left_to(fuller))


def _naming_fuller_level(part: JudgedPart, level: str | None) -> JudgedPart:
    fuller = _fuller_level_of(part, level)
    if fuller is None:
        return part
    evidence = [
        replace(proof, note=_left_to(fuller)) if _was_unhindered(proof.unjudged) else proof for proof in part.evidence
    ]
    return replace(part, evidence=tuple(evidence))


def _left_to(level: str) -> str:
    return f"{NOT_AT_THIS_LEVEL.text}: level {level} judges it"


def needlessly_blocked(judgements: Iterable[Judgement]) -> list[str]:
    """Return a line for each part that was blocked by a requirement which passes: nobody judged what was wrong."""
    judgements = list(judgements)
    passing = {judgement.requirement.id for judgement in judgements if judgement.verdict is Verdict.PASS}
    return [
        f"{part.check}: {proof.unjudged.text}, which passes: look at both"
        for judgement in judgements
        for part in judgement.parts
        if part.verdict is Verdict.NOT_EXERCISED
        for proof in part.evidence
        if proof.unjudged is not None and proof.unjudged.blocked_by in passing
    ]


class Bench:
    """Collects what checkers say and judges requirements under a profile.

    `reason_by_check` has the requirements and parts that the operator declared away (`not_applicable_by_declaration`).
    `evaluator` asks a checker: a run bounds the time that it takes. `unseen` is why a requirement, or a part,
    is open of which nothing was added; without it, the level is why, or that nothing was run.
    """

    def __init__(
        self,
        profile: Profile,
        reason_by_check: Mapping[str, Unjudged] = MappingProxyType({}),
        contract: str | None = None,
        evaluator: Evaluate = evaluate,
        level: str | None = None,
        unseen: Unjudged | None = None,
    ) -> None:
        self._evaluate, self._level, self._unseen = evaluator, level, unseen
        self._profile: Profile = profile
        self._reason_by_check, self._contract = reason_by_check, contract
        self._parts: dict[str, list[Part]] = {}
        self._flaky_counts: dict[str, FlakyCount | None] = {}
        self._repeated_calls: Story | None = None

    def forget(self) -> None:
        """Forget what was added: it turned out to say nothing of the service."""
        self._parts.clear()
        self._flaky_counts.clear()

    def add(self, checker: Checker, story: Story) -> None:
        """Add what a checker says of a story."""
        self._parts.setdefault(checker.requirement, []).extend(self._evaluate(checker, story))

    def add_parts(self, requirement: str, parts: Iterable[Part]) -> None:
        """Add what a checker said earlier."""
        self._parts.setdefault(requirement, []).extend(parts)

    def broken_parts(self) -> Iterator[tuple[Requirement, JudgedPart]]:
        """Yield each part that is broken by itself, as often as it was said so: FAIL or WARN under the profile.

        What the operator declared away is left out.
        """
        for name, parts in self._parts.items():
            row = requirements()[name]
            for said in parts:
                if any(not finding.holds for finding in said.findings):
                    judged = judge_part([said], row, self._profile)
                    if judged.verdict in (Verdict.FAIL, Verdict.WARN) and not self._is_declared_away(judged):
                        yield row, judged

    def _is_declared_away(self, judged: JudgedPart) -> bool:
        requirement = judged.check.partition("/")[0]
        return judged.check in self._reason_by_check or requirement in self._reason_by_check

    def add_stories(self, checkers: Sequence[Checker], stories: Sequence[Story], profile: Profile) -> None:
        """Add what checkers say of the first story; the others, of the scenario played again, show what is flaky."""
        for checker in checkers:
            self.add(checker, stories[0])
        if len(stories) > 1:
            for check, count in flaky_counts(checkers, stories, profile, self._evaluate).items():
                self._flaky_counts[check] = count if self._flaky_counts.get(check, count) is not None else None

    def add_whole_run(
        self,
        exchanges: Sequence[Exchange],
        wanted: Iterable[str],
        stopped: Unjudged | None,
        repeated_calls: Story | None = None,
        settle: float = 0.0,
    ) -> None:
        """Add what the checkers over a whole run say.

        `repeated_calls` is the story of calls that were asked again. `settle` is how many seconds a change may take to
        be visible.
        """
        self._repeated_calls = repeated_calls
        story = story_of_run(exchanges, settle)
        story.stopped = stopped
        for checker in whole_run_checkers():
            if checker.requirement in wanted:
                self.add(checker, story)
        leave_explained(self._parts, [name for name in self._parts if self.fails(name)])
        leave_unconfirmed(self._parts)

    def fails(self, requirement: str) -> bool:
        """Tell whether the parts so far make a FAIL. The full judgement is made only if a finding is broken."""
        said = self._parts.get(requirement, ())
        broken = any(not finding.holds for part in said for finding in part.findings)
        return broken and self.judgement(requirement).verdict is Verdict.FAIL

    def judgement(self, requirement: str) -> Judgement:
        """Judge one requirement by all that was added so far."""
        row = requirements()[requirement]
        if row.not_tested_because:
            return Judgement(row, Verdict.NOT_APPLICABLE, f"not tested because {row.not_tested_because}")
        if requirement not in judged_requirements():
            return Judgement(row, Verdict.NOT_EXERCISED, NOT_TESTED_YET)
        if requirement not in self._parts:
            return _with_fuller_level(_opened(row, self._unseen or NOT_AT_THIS_LEVEL), self._level)
        judgement = judge(row, parts_of(requirement), self._parts[requirement], self._profile, self._unseen or NOT_RUN)
        known = dict(self._flaky_counts)
        if self._repeated_calls is not None and self._repeated_calls.steps:
            known |= flaky_counts_of_repeated_calls(self._repeated_calls, judgement, self._profile)
        return _with_fuller_level(
            demote_new(apply_declarations(mark_flaky(judgement, known), self._reason_by_check), self._contract),
            self._level,
        )

    def judgements(self, wanted: Mapping[str, Requirement] | Iterable[str]) -> list[Judgement]:
        """Judge every row of the contract; those not wanted say so."""
        chosen = set(wanted)
        return [
            self.judgement(name) if name in chosen else _opened(row, NOT_SELECTED)
            for name, row in requirements().items()
        ]


def _opened(row: Requirement, why: Unjudged) -> Judgement:
    return Judgement(row, why.verdict, why.text, unjudged=why)
