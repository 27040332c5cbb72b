"""Verdicts: of a part, and of a requirement made of parts. The worst wins."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, StrEnum
from functools import total_ordering
from typing import Any, Literal

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_spec import Requirement

Level = Literal["MUST", "SHOULD"]
Profile = Literal["strict", "documented"]


@total_ordering
class Verdict(Enum):
    """What we say of a part or a requirement, from the best news to the worst: the maximum of the parts wins."""

    NOT_APPLICABLE = "N/A"  # the operator declared a lack, or this kind of target has none
    NOT_EXERCISED = "NOT-EXERCISED"  # a state, time or data was missing, or another requirement blocked it
    PASS = "PASS"  # noqa: S105 (a verdict) - what was exercised held
    WARN = "WARN"  # a SHOULD is broken, or what the profile demotes
    ERROR = "ERROR"  # we could not tell: the harness or the network failed
    FAIL = "FAIL"  # a MUST is broken

    def __lt__(self, other: "Verdict") -> bool:
        return _RANK[self] < _RANK[other]


_RANK = {verdict: rank for rank, verdict in enumerate(Verdict)}


class Kind(StrEnum):
    """Whether the substance was wrong or only its shape."""

    FACT = "fact"  # served what must not be, refused what is right, wrong, lost or doubled data
    FORM = "form"  # another 4xx than said, a missing header, another problem type or spelling


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison: whether it holds, and the two sides in a reader's words."""

    holds: bool
    kind: Kind
    expected: str
    got: str
    level: Level | None = None


def fact(holds: bool, expected: str, got: object) -> Finding:
    """Compare substance: breaking it is a failure under either profile where the clause is D or h."""
    return Finding(bool(holds), Kind.FACT, expected, str(got))


def form(holds: bool, expected: str, got: object) -> Finding:
    """Compare shape: profile `documented` only warns of it."""
    return Finding(bool(holds), Kind.FORM, expected, str(got))


def should(holds: bool, expected: str, got: object) -> Finding:
    """Compare what the clause recommends only: never worse than WARN."""
    return Finding(bool(holds), Kind.FORM, expected, str(got), level="SHOULD")


Findings = Finding | Iterable[Finding]


@dataclass(frozen=True, slots=True)
class Part:
    """What a checker says of one declared part. Several of the same name are merged.

    `binding` marks a part that the public description states, in a row that otherwise only our contract decides.
    `open` is set where nothing was compared: NOT_EXERCISED, NOT_APPLICABLE or ERROR, and why. `remarks` are notes for
    the evidence that no verdict follows from. `told` are lines of a story that leads to what was compared.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    binding: bool = False
    open: tuple[Verdict, str] | None = None
    remarks: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


def _flat(findings: Iterable[Findings]) -> Iterator[Finding]:
    for one in findings:
        if isinstance(one, Finding):
            yield one
        else:
            yield from one


UNCLEAR = "an acknowledgement that may be done or not: BATCH-14 judges by the next listing that it is wholly either"


def part(
    name: str,
    *findings: Findings,
    on: Exchange | Sequence[Exchange] = (),
    binding: bool = False,
    remarks: Iterable[str] = (),
    told: Iterable[str] = (),
) -> Part:
    """Say what was compared for part `name`, with the exchanges that are its evidence."""
    exchanges = (on,) if isinstance(on, Exchange) else tuple(on)
    unanswered = [one for one in exchanges if one.answer is None and not one.speaks_no_http]
    compared = tuple(_flat(findings))
    if unanswered and not all(one.holds for one in compared):
        return Part(name, (), exchanges, binding, (Verdict.ERROR, f"no answer: {unanswered[0].failure}"))
    if not all(one.body_known for one in exchanges) and not all(one.holds for one in compared):
        return Part(
            name, (), exchanges, binding, (Verdict.NOT_EXERCISED, "the body was not stored: see the run's own report")
        )
    return Part(name, compared, exchanges, binding, remarks=tuple(remarks), told=tuple(told))


def not_exercised(name: str, reason: str) -> Part:
    """Say that the part lacked a state, time or data."""
    return Part(name, open=(Verdict.NOT_EXERCISED, reason))


def not_applicable(name: str, reason: str) -> Part:
    """Say that the operator's declaration, or the target's kind, leaves the part without a meaning."""
    return Part(name, open=(Verdict.NOT_APPLICABLE, reason))


def cannot_tell(name: str, reason: str, on: Sequence[Exchange] = ()) -> Part:
    """Say that the harness or the network kept us from judging the part."""
    return Part(name, exchanges=tuple(on), open=(Verdict.ERROR, reason))


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reader needs to see one finding for himself: the exchange it rests on, and the two sides compared.

    `exchanges` are all that were looked at, in order; the last of them is `exchange`. `finding` is None where nothing
    was compared, or nothing differed. `told` is the story that leads there, line by line, where there is one.
    """

    exchange: Exchange | None
    note: str
    exchanges: tuple[Exchange, ...] = ()
    finding: Finding | None = None
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """A part under a profile. `check` is stable across runs: requirement, slash, part."""

    check: str
    level: Level
    verdict: Verdict
    kind: Kind | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict of one requirement."""

    requirement: Requirement
    verdict: Verdict
    summary: str
    parts: tuple[JudgedPart, ...] = ()


def _severity(finding: Finding, requirement: Requirement, profile: Profile, binding: bool) -> Verdict:
    if finding.holds:
        return Verdict.PASS
    if (finding.level or requirement.level) == "SHOULD":
        return Verdict.WARN
    weighty = requirement.source == "D" or requirement.harm or binding
    if profile == "documented" and not (weighty and finding.kind is Kind.FACT):
        return Verdict.WARN
    return Verdict.FAIL


def _note(finding: Finding) -> str:
    return f"expected {finding.expected}; got {finding.got}"


def _evidence(said: Part, note: str, finding: Finding | None = None) -> Evidence:
    last = said.exchanges[-1] if said.exchanges else None
    return Evidence(last, note, said.exchanges, finding, () if finding is None else said.told)


BUSY = (429, 503)
"""Statuses by which a service puts a call off; with `Retry-After` they are never wrong."""

OF_BUSY_ANSWERS = ("PROTO-1", "PROTO-3", "PROTO-4")
"""Requirements that judge such answers themselves."""


def _unless_busy(said: Part) -> Part:
    """Leave open what was put off however often it was asked: to do so is a service's right."""
    late = next((one for one in said.exchanges if one.status in BUSY and one.header("Retry-After")), None)
    if late is None or all(one.holds for one in said.findings):
        return said
    return replace(said, findings=(), open=(Verdict.NOT_EXERCISED, f"put off each time with {late.status}"))


def _unless_unclear(said: Part) -> Part:
    """Leave open what seems broken beside an acknowledgement of which nobody knows whether it was done."""
    unclear = next((one for one in said.exchanges if one.indeterminate), None)
    broken = not all(one.holds for one in said.findings) or (said.open is not None and said.open[0] is Verdict.ERROR)
    if unclear is None or not broken:
        return said
    return replace(said, findings=(), open=(Verdict.NOT_EXERCISED, f"{UNCLEAR} ({unclear})"))


NOT_ALL_ASKED = "not all was asked"
"""How a remark begins that a scenario ended early: a requirement that passes says so too."""

MOST_EVIDENCE = 5
"""Failing findings shown of one part: a hundred alike say no more than five."""


def judge_part(said: Sequence[Part], requirement: Requirement, profile: Profile) -> JudgedPart:
    """Judge what was said of one part, possibly several times, under a profile."""
    check, level = f"{requirement.id}/{said[0].name}", requirement.level
    if requirement.id.startswith("BATCH-"):
        said = [_unless_unclear(one) for one in said]
    if requirement.id not in OF_BUSY_ANSWERS:
        said = [_unless_busy(one) for one in said]
    graded = [
        (_severity(finding, requirement, profile, one.binding), finding, one)
        for one in said
        for finding in one.findings
    ]
    opened = [(one.open[0], one.open[1], one) for one in said if one.open is not None]
    verdict = max([grade for grade, _, _ in graded] + [grade for grade, _, _ in opened], default=Verdict.NOT_EXERCISED)
    worst = [(finding, one) for grade, finding, one in graded if grade is verdict and not finding.holds]
    if worst:
        shown = [_evidence(one, _note(finding), finding) for finding, one in worst[:MOST_EVIDENCE]]
        kind = Kind.FACT if any(finding.kind is Kind.FACT for finding, _ in worst) else Kind.FORM
        levels = {finding.level or level for finding, _ in worst}
        return JudgedPart(check, "MUST" if "MUST" in levels else "SHOULD", verdict, kind, tuple(shown))
    reasons = [_evidence(one, why) for grade, why, one in opened if grade is verdict]
    if verdict is Verdict.PASS:
        seen = [_evidence(one, "") for one in said if one.exchanges]
        noted = [_evidence(one, note) for one in said for note in one.remarks]
        return JudgedPart(check, level, verdict, None, (*seen[:1], *noted[:MOST_EVIDENCE]))
    return JudgedPart(check, level, verdict, None, tuple(reasons[:MOST_EVIDENCE]))


def judge(
    requirement: Requirement, declared: Sequence[str], said: Iterable[Part], profile: Profile, missing: str
) -> Judgement:
    """Judge a requirement from all that its checkers said.

    `declared` are the names of its parts; one of which nothing was said is NOT-EXERCISED for the reason `missing`.
    """
    by_name: dict[str, list[Part]] = {name: [] for name in declared}
    for one in said:
        by_name[one.name].append(one)
    judged = [
        judge_part(parts or [not_exercised(name, missing)], requirement, profile) for name, parts in by_name.items()
    ]
    verdict = max((one.verdict for one in judged), default=Verdict.NOT_EXERCISED)
    return Judgement(requirement, verdict, _summary(verdict, judged, missing), tuple(judged))


def _summary(verdict: Verdict, parts: Sequence[JudgedPart], missing: str) -> str:
    worst = [one for one in parts if one.verdict is verdict]
    if verdict is Verdict.PASS:
        left = next((one.note for each in worst for one in each.evidence if one.note.startswith(NOT_ALL_ASKED)), "")
        return f"{len(worst)} of {len(parts)} part{'s' if len(parts) > 1 else ''}{left and ', ' + left}"
    if not worst or not worst[0].evidence:
        return missing
    name, note = worst[0].check.partition("/")[2], worst[0].evidence[0].note
    return note if verdict < Verdict.PASS else f"{name}: {note}"


def reworded(judgement: Judgement, **changes: Any) -> Judgement:
    """Return the judgement with some fields changed."""
    return replace(judgement, **changes)
