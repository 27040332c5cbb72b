"""Flaky answers: what broke a MUST is asked again, and both answers are shown, never averaged.

A scenario that found a MUST broken is told again; where the fault does not repeat, once more: the part is a FAIL still,
marked `flaky 1/3`. A single call that the service failed (5xx, or no answer) is asked again on the spot, for the
checkers that judge each answer of a run. Nothing is asked again but by GET, or in scenarios that make their own states.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.registry import Checker, run_checkers
from pacsimile_contract.findings.story import Story, of_run
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement, judge_part
from pacsimile_contract.judging.run_checker import said_by
from pacsimile_contract.target.model import Profile
from pacsimile_spec import requirements


@dataclass(frozen=True, slots=True)
class Mark:
    """Of `asked` times a part was broken `failed` times; `others` are the answers of the other times."""

    failed: int
    asked: int
    others: tuple[Exchange, ...] = ()

    @property
    def words(self) -> str:
        """As a report has it: `flaky 1/3`."""
        return f"flaky {self.failed}/{self.asked}"


def parts_by(checkers: Iterable[Checker], story: Story, profile: Profile) -> dict[str, JudgedPart]:
    """Judge the parts of these checkers by one story alone."""
    said: dict[tuple[str, str], list[Part]] = {}
    for checker in checkers:
        for one in said_by(checker, story):
            said.setdefault((checker.requirement, one.name), []).append(one)
    rows = requirements()
    judged = [judge_part(many, rows[requirement], profile) for (requirement, _), many in said.items()]
    return {one.check: one for one in judged}


def failing(checkers: Iterable[Checker], story: Story, profile: Profile) -> set[str]:
    """Return the parts that FAIL by this story alone."""
    return {check for check, one in parts_by(checkers, story, profile).items() if one.verdict is Verdict.FAIL}


def marks(checkers: Sequence[Checker], stories: Sequence[Story], profile: Profile) -> dict[str, Mark | None]:
    """Return each part that FAILs by the first story: marked where a later one PASSes, None where it is steady."""
    judged = [parts_by(checkers, one, profile) for one in stories]
    found: dict[str, Mark | None] = {}
    for check in (name for name, one in judged[0].items() if one.verdict is Verdict.FAIL):
        seen = [one[check] for one in judged if check in one and one[check].verdict in (Verdict.FAIL, Verdict.PASS)]
        good = [one for one in seen if one.verdict is Verdict.PASS]
        shown = tuple(proof.exchange for one in good for proof in one.evidence if proof.exchange is not None)
        found[check] = Mark(len(seen) - len(good), len(seen), shown[:2]) if good else None
    return found


def wants_more(stories: Sequence[Story], checkers: Sequence[Checker], profile: Profile, times: int) -> bool:
    """Whether a scenario is to be told once more: its fault was seen once, or came and went."""
    errors = [one for one in stories if one.stopped is not None and one.stopped[0] is Verdict.ERROR]
    if len(stories) > times or errors:
        return False
    broken = [failing(checkers, one, profile) for one in stories]
    return bool(broken[0]) and (len(stories) == 1 or bool(broken[0] - broken[-1]))


def marks_of_calls(story: Story, judgement: Judgement, profile: Profile) -> dict[str, Mark | None]:
    """Return marks for parts that rest on single calls which were asked again, as `story` tells."""
    again: dict[int, list[Exchange]] = {}
    for step in story.steps:
        again.setdefault(int(step.label), []).append(step.exchange)
    judges = [one for one in run_checkers() if one.requirement == judgement.requirement.id]
    found: dict[str, Mark | None] = {}
    for part in (one for one in judgement.parts if one.verdict is Verdict.FAIL):
        broken = [proof.exchange for proof in part.evidence]
        known = [one for one in broken if one is not None and one.number in again]
        if not broken or len(known) < len(broken):
            continue
        tries = [_good(again[one.number], judges, part.check, profile) for one in known]
        if all(tries):
            asked = sum(1 + len(again[one.number]) for one in known)
            found[part.check] = Mark(asked - sum(map(len, tries)), asked, tuple(one[0] for one in tries))
    return found


def _good(answers: Sequence[Exchange], judges: Sequence[Checker], check: str, profile: Profile) -> list[Exchange]:
    return [one for one in answers if check not in failing(judges, of_run([one]), profile)]


def marked(judgement: Judgement, known: Mapping[str, Mark | None]) -> Judgement:
    """Return the judgement with what was flaky named so, and both answers as evidence."""
    parts = tuple(_marked(one, known.get(one.check)) for one in judgement.parts)
    if parts == judgement.parts:
        return judgement
    first = next((one for one in parts if one.verdict is judgement.verdict), None)
    note = first.evidence[0].note if first and first.evidence else ""
    name = first.check.partition("/")[2] if first else ""
    return replace(judgement, parts=parts, summary=f"{name}: {note}" if note else judgement.summary)


def _marked(part: JudgedPart, mark: Mark | None) -> JudgedPart:
    if mark is None or part.verdict is not Verdict.FAIL:
        return part
    broken = tuple(replace(one, note=f"{mark.words}: {one.note}") for one in part.evidence)
    held = tuple(Evidence(one, f"{mark.words}: asked again, it held", (one,)) for one in mark.others)
    return replace(part, evidence=broken + held)
