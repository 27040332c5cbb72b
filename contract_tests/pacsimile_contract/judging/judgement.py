"""The verdict of a requirement, made of its parts under a profile. The worst part wins."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from pacsimile_contract.checkers.histories import PART as HISTORIES
from pacsimile_contract.checkers.service_model import PART as BY_ALL_THAT_WAS_SEEN
from pacsimile_contract.evidence.exchange import BUSY, Exchange
from pacsimile_contract.findings.part import Finding, Part
from pacsimile_contract.findings.reasons import Reason, Unjudged, open_because
from pacsimile_contract.findings.verdict import Kind, Obligation, Verdict
from pacsimile_contract.target.model import Profile
from pacsimile_spec import Requirement

UNCLEAR = "an acknowledgement that may be done or not: BATCH-14 judges by the next listing that it is wholly either"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a reader needs to see one finding for himself: the exchange it rests on, and the two sides compared.

    `exchanges` are all that were looked at, in order; the last of them is `exchange`. `finding` is None where nothing
    was compared, or nothing differed. `steps` is the story that leads there, line by line, where there is one.
    `unjudged` is why nothing was compared, where that is so. `is_early_end` marks the note that not all was asked.
    """

    exchange: Exchange | None
    note: str
    exchanges: tuple[Exchange, ...] = ()
    finding: Finding | None = None
    steps: tuple[str, ...] = ()
    unjudged: Unjudged | None = None
    is_early_end: bool = False


@dataclass(frozen=True, slots=True)
class JudgedPart:
    """A part under a profile. `check` is stable across runs: requirement, slash, part."""

    check: str
    level: Obligation
    verdict: Verdict
    kind: Kind | None
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict of one requirement. `unjudged` is why it is open, where it is: `summary` may say more."""

    requirement: Requirement
    verdict: Verdict
    summary: str
    parts: tuple[JudgedPart, ...] = ()
    unjudged: Unjudged | None = None


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
    return Evidence(last, note, said.exchanges, finding, () if finding is None else said.steps)


OF_BUSY_ANSWERS = ("PROTO-1", "PROTO-3", "PROTO-4")
"""Requirements that judge such answers themselves."""


def _unless_busy(said: Part) -> Part:
    """Leave open what was put off however often it was asked: to do so is a service's right."""
    if all(finding.holds for finding in said.findings):
        return said
    late = next(
        (exchange for exchange in said.exchanges if exchange.status in BUSY and exchange.header("Retry-After")), None
    )
    if late is None:
        return said
    return replace(said, findings=(), unjudged=open_because(f"put off each time with {late.status}"))


def _unless_unclear(said: Part) -> Part:
    """Leave open what seems broken beside an acknowledgement of which nobody knows whether it was done."""
    unclear = next((exchange for exchange in said.exchanges if exchange.indeterminate), None)
    broken = not all(finding.holds for finding in said.findings) or (
        said.unjudged is not None and said.unjudged.verdict is Verdict.ERROR
    )
    if unclear is None or not broken:
        return said
    return replace(said, findings=(), unjudged=open_because(f"{UNCLEAR} ({unclear})"))


NOT_ALL_ASKED = "not all was asked"
"""How the note begins that a scenario ended early: a requirement that passes says so too."""


MOST_EVIDENCE = 5
"""Failing findings shown of one part: a hundred alike say no more than five."""


def judge_part(said: Sequence[Part], requirement: Requirement, profile: Profile) -> JudgedPart:
    """Judge what was said of one part, possibly several times, under a profile."""
    check, level = f"{requirement.id}/{said[0].name}", requirement.level
    if requirement.id.startswith("BATCH-"):
        said = [_unless_unclear(part) for part in said]
    if requirement.id not in OF_BUSY_ANSWERS:
        said = [_unless_busy(part) for part in said]
    graded = [
        (_severity(finding, requirement, profile, part.binding), finding, part)
        for part in said
        for finding in part.findings
    ]
    opened = [(part.unjudged, part) for part in said if part.unjudged is not None]
    verdict = max([grade for grade, _, _ in graded] + [why.verdict for why, _ in opened], default=Verdict.NOT_EXERCISED)
    worst = [(finding, part) for grade, finding, part in graded if grade is verdict and not finding.holds]
    if worst:
        shown = [_evidence(part, _note(finding), finding) for finding, part in worst[:MOST_EVIDENCE]]
        kind = Kind.FACT if any(finding.kind is Kind.FACT for finding, _ in worst) else Kind.FORM
        levels = {finding.level or level for finding, _ in worst}
        return JudgedPart(check, "MUST" if "MUST" in levels else "SHOULD", verdict, kind, tuple(shown))
    reasons = [replace(_evidence(part, why.text), unjudged=why) for why, part in opened if why.verdict is verdict]
    if verdict is Verdict.PASS:
        seen = islice((_evidence(part, "") for part in said if part.exchanges), 1)
        noted = islice((note for part in said for note in _notes(part)), MOST_EVIDENCE)
        return JudgedPart(check, level, verdict, None, (*seen, *noted))
    return JudgedPart(check, level, verdict, None, tuple(reasons[:MOST_EVIDENCE]))


def _notes(said: Part) -> Iterator[Evidence]:
    yield from (_evidence(said, note) for note in said.remarks)
    if said.ended_early is not None:
        yield replace(_evidence(said, f"{NOT_ALL_ASKED}: {said.ended_early}"), is_early_end=True)


def judge(
    requirement: Requirement, part_names: Sequence[str], said: Iterable[Part], profile: Profile, missing: Unjudged
) -> Judgement:
    """Judge a requirement from all that its checkers said. A part of which nothing was said is open for `missing`."""
    by_name: dict[str, list[Part]] = {name: [] for name in part_names}
    for part in said:
        by_name[part.name].append(part)
    for name in (HISTORIES, BY_ALL_THAT_WAS_SEEN):
        if len(by_name) > 1 and not _says_something(by_name.get(name, [])):
            by_name.pop(name, None)  # what no call of the run happens to show is no lack
    judged = [
        judge_part(parts or [Part(name, unjudged=missing)], requirement, profile) for name, parts in by_name.items()
    ]
    return judgement_of(requirement, judged, missing)


def judgement_of(requirement: Requirement, judged: Sequence[JudgedPart], missing: Unjudged) -> Judgement:
    """Return the judgement that the worst of the judged parts decides; without parts it is open for `missing`."""
    verdict = max((part.verdict for part in judged), default=Verdict.NOT_EXERCISED)
    summary, unjudged = _summary(verdict, [part for part in judged if part.verdict is verdict], len(judged), missing)
    if requirement.id in OF_TWO_ORGANIZATIONS and unjudged is not None and unjudged.reason is Reason.NOTHING_TO_COMPARE:
        summary = f"{summary}: it needs a second organization, by `clients: other_org` or `states: url`"
    open_parts = "; ".join(f"{name} not exercised: {why}" for name, why in lacking_parts(judged))
    if verdict is Verdict.PASS and open_parts and NOT_ALL_ASKED not in summary:
        summary = f"{summary}; {open_parts}"
    return Judgement(requirement, verdict, summary, tuple(judged), unjudged)


def _says_something(said: Sequence[Part]) -> bool:
    return any(part.findings or (part.unjudged is not None and part.unjudged.verdict is Verdict.ERROR) for part in said)


def lacking_parts(parts: Iterable[JudgedPart]) -> list[tuple[str, str]]:
    """Return the name of each part that lacked a state, time or data, and why, in a reader's words."""
    opened = [part for part in parts if part.verdict is Verdict.NOT_EXERCISED and part.evidence]
    reasons = ((part, part.evidence[0].unjudged) for part in opened)
    return [(part.check.partition("/")[2], why.text) for part, why in reasons if why is not None and why.reason is None]


def _reason_is_generic(proof: Evidence) -> bool:
    """Whether a part is open only because no answer showed anything of it: another part's reason says more."""
    return proof.unjudged is not None and proof.unjudged.reason in (Reason.NOT_RUN, Reason.NOTHING_TO_COMPARE)


OF_TWO_ORGANIZATIONS = ("SEC-1", "SEC-2", "SEC-3", "SEC-8")
"""Requirements that compare what two organizations see."""
_OTHER_KEY = re.compile(r"; `.*` may do instead$|needs `listing:|, or `acknowledge:|`clients: same_org`")
"""Reasons that name a key of the target file which is easier to give than `states`: the ones to tell."""


def _summary(
    verdict: Verdict, worst: Sequence[JudgedPart], parts: int, missing: Unjudged
) -> tuple[str, Unjudged | None]:
    """Return the summary, and why the requirement is open, where it is."""
    if verdict is Verdict.PASS:
        left = next((proof.note for part in worst for proof in part.evidence if proof.is_early_end), "")
        return f"{len(worst)} of {parts} part{'s' if parts > 1 else ''}{left and ', ' + left}", None
    if not worst or not worst[0].evidence:
        return missing.text, missing
    reasoned = [part for part in worst if part.evidence and not _reason_is_generic(part.evidence[0])]
    told = next((part for part in reasoned if _OTHER_KEY.search(part.evidence[0].note)), (reasoned or worst)[0])
    name, first = told.check.partition("/")[2], told.evidence[0]
    return first.note if verdict < Verdict.PASS else f"{name}: {first.note}", first.unjudged
