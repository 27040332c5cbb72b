"""Flaky answers: what broke a MUST is asked again, and both answers are shown, never averaged.

A scenario that found a MUST broken is played again; where the fault does not repeat, once more: the part stays a FAIL,
marked `flaky 1/3`. A single call that the service failed (5xx, or no answer) is asked again on the spot, for the
checkers that judge each answer of a run. Nothing is asked again but by GET, or in scenarios that make their own states.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.registry import Checker, whole_run_checkers
from pacsimile_contract.findings.story import Story, story_of_run
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.evaluation import evaluate
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement, judge_part
from pacsimile_contract.target.model import Profile
from pacsimile_spec import requirements

Evaluate = Callable[[Checker, Story], list[Part]]
"""Returns what a checker says of a story."""


@dataclass(frozen=True, slots=True)
class FlakyCount:
    """Of `asked` times a part was broken `failed` times; `others` are the answers of the other times."""

    failed: int
    asked: int
    others: tuple[Exchange, ...] = ()

    @property
    def words(self) -> str:
        """As a report has it: `flaky 1/3`."""
        return f"flaky {self.failed}/{self.asked}"


def parts_by(
    checkers: Iterable[Checker], story: Story, profile: Profile, evaluate: Evaluate = evaluate
) -> dict[str, JudgedPart]:
    """Judge the parts of these checkers by one story alone."""
    by_part: dict[tuple[str, str], list[Part]] = {}
    for checker in checkers:
        for part in evaluate(checker, story):
            by_part.setdefault((checker.requirement, part.name), []).append(part)
    rows = requirements()
    judged = [judge_part(many, rows[requirement], profile) for (requirement, _), many in by_part.items()]
    return {part.check: part for part in judged}


def failing(checkers: Iterable[Checker], story: Story, profile: Profile) -> set[str]:
    """Return the parts that FAIL by this story alone."""
    return {check for check, part in parts_by(checkers, story, profile).items() if part.verdict is Verdict.FAIL}


def flaky_counts(
    checkers: Sequence[Checker], stories: Sequence[Story], profile: Profile, evaluate: Evaluate = evaluate
) -> dict[str, FlakyCount | None]:
    """Return each part that FAILs by the first story: marked where a later one PASSes, None where it is steady."""
    judged = [parts_by(checkers, story, profile, evaluate) for story in stories]
    by_check: dict[str, FlakyCount | None] = {}
    for check in (name for name, part in judged[0].items() if part.verdict is Verdict.FAIL):
        seen = [
            parts[check] for parts in judged if check in parts and parts[check].verdict in (Verdict.FAIL, Verdict.PASS)
        ]
        good = [part for part in seen if part.verdict is Verdict.PASS]
        shown = tuple(proof.exchange for part in good for proof in part.evidence if proof.exchange is not None)
        by_check[check] = FlakyCount(len(seen) - len(good), len(seen), shown[:2]) if good else None
    return by_check


def needs_another_attempt(stories: Sequence[Story], checkers: Sequence[Checker], profile: Profile, times: int) -> bool:
    """Whether a scenario is to be told once more: its fault was seen once, or came and went."""
    errors = [story for story in stories if story.stopped is not None and story.stopped.verdict is Verdict.ERROR]
    if len(stories) > times or errors:
        return False
    broken = [failing(checkers, story, profile) for story in stories]
    return bool(broken[0]) and (len(stories) == 1 or bool(broken[0] - broken[-1]))


def flaky_counts_of_repeated_calls(
    story: Story, judgement: Judgement, profile: Profile
) -> dict[str, FlakyCount | None]:
    """Return the flaky counts of parts that rest on single calls which were asked again, as `story` tells."""
    again: dict[int, list[Exchange]] = {}
    for step in story.steps:
        again.setdefault(int(step.label), []).append(step.exchange)
    judges = [checker for checker in whole_run_checkers() if checker.requirement == judgement.requirement.id]
    by_check: dict[str, FlakyCount | None] = {}
    for part in (part for part in judgement.parts if part.verdict is Verdict.FAIL):
        broken = [proof.exchange for proof in part.evidence]
        known = [exchange for exchange in broken if exchange is not None and exchange.number in again]
        if not broken or len(known) < len(broken):
            continue
        tries = [_good(again[exchange.number], judges, part.check, profile) for exchange in known]
        if all(tries):
            asked = sum(1 + len(again[exchange.number]) for exchange in known)
            by_check[part.check] = FlakyCount(
                asked - sum(map(len, tries)), asked, tuple(answers[0] for answers in tries)
            )
    return by_check


def _good(answers: Sequence[Exchange], judges: Sequence[Checker], check: str, profile: Profile) -> list[Exchange]:
    return [answer for answer in answers if check not in failing(judges, story_of_run([answer]), profile)]


def mark_flaky(judgement: Judgement, known: Mapping[str, FlakyCount | None]) -> Judgement:
    """Return the judgement with what was flaky named so, and both answers as evidence."""
    parts = tuple(_mark_flaky(part, known.get(part.check)) for part in judgement.parts)
    if parts == judgement.parts:
        return judgement
    first = next((part for part in parts if part.verdict is judgement.verdict), None)
    note = first.evidence[0].note if first and first.evidence else ""
    name = first.check.partition("/")[2] if first else ""
    return replace(judgement, parts=parts, summary=f"{name}: {note}" if note else judgement.summary)


def _mark_flaky(part: JudgedPart, count: FlakyCount | None) -> JudgedPart:
    if count is None or part.verdict is not Verdict.FAIL:
        return part
    broken = tuple(replace(proof, note=f"{count.words}: {proof.note}") for proof in part.evidence)
    held = tuple(Evidence(other, f"{count.words}: asked again, it held", (other,)) for other in count.others)
    return replace(part, evidence=broken + held)
