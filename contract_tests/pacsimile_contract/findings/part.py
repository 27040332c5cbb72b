"""What a checker says of one declared part: its findings, the exchanges they rest on, or why nothing was compared."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from pacsimile_contract.evidence.exchange import Exchange
from pacsimile_contract.evidence.silence import is_counted
from pacsimile_contract.findings.reasons import Unjudged, blocked, open_because
from pacsimile_contract.findings.verdict import Kind, Obligation, Verdict


@dataclass(frozen=True, slots=True)
class Finding:
    """One comparison: whether it holds, and the two sides in a reader's words."""

    holds: bool
    kind: Kind
    expected: str
    got: str
    level: Obligation | None = None


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
    `unjudged` is set where nothing was compared: NOT_EXERCISED, NOT_APPLICABLE or ERROR, and why. `remarks` are notes
    for the evidence that no verdict follows from. `ended_early` says why its scenario did not ask all, where that is
    so: the findings may rest on half of it. `steps` are the lines of a story that lead to what was compared.
    `is_tentative` says that a fault of another requirement may explain the findings too.
    """

    name: str
    findings: tuple[Finding, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    binding: bool = False
    unjudged: Unjudged | None = None
    remarks: tuple[str, ...] = ()
    ended_early: str | None = None
    steps: tuple[str, ...] = ()
    is_tentative: bool = False


NOT_STORED = "the body was not stored: see the run's own report"
"""Why nothing is compared of an exchange that is judged again."""


def _flat(findings: Iterable[Findings]) -> Iterator[Finding]:
    for finding in findings:
        if isinstance(finding, Finding):
            yield finding
        else:
            yield from finding


def part(
    name: str,
    *findings: Findings,
    on: Exchange | Sequence[Exchange] = (),
    binding: bool = False,
    remarks: Iterable[str] = (),
    steps: Iterable[str] = (),
    by_head: bool = False,
    silence_counts: bool = False,
) -> Part:
    """Say what was compared for part `name`, with the exchanges that are its evidence.

    If no call was answered, the part is an ERROR: silence neither refuses nor accepts anything. Exceptions:
    `silence_counts`, hostile input, and calls that we cut.
    Without the body of a replayed exchange, the part is NOT-EXERCISED. If only facts of the body were stored, a
    mismatch is NOT-EXERCISED. `by_head` marks a comparison that looks at no body.
    """
    exchanges = (on,) if isinstance(on, Exchange) else tuple(on)
    unanswered = [exchange for exchange in exchanges if exchange.answer is None and not exchange.speaks_no_http]
    compared = tuple(_flat(findings))
    silent = len(unanswered) == len(exchanges) and all(map(is_counted, unanswered)) and not silence_counts
    if unanswered and (silent or not all(finding.holds for finding in compared)):
        return Part(name, (), exchanges, binding, Unjudged(Verdict.ERROR, f"no answer: {unanswered[0].failure}"))
    unknown = [exchange for exchange in exchanges if not exchange.body_was_stored and not by_head]
    if unknown and not (all(one.body for one in unknown) and all(finding.holds for finding in compared)):
        return Part(name, (), exchanges, binding, open_because(NOT_STORED))
    return Part(name, compared, exchanges, binding, remarks=tuple(remarks), steps=tuple(steps))


def not_exercised(name: str, reason: str) -> Part:
    """Say that the part lacked a state, time or data."""
    return Part(name, unjudged=open_because(reason))


def not_exercised_while_broken(name: str, requirement: str) -> Part:
    """Say that the part is not judged because a requirement is broken."""
    return Part(name, unjudged=blocked(requirement))


def not_applicable(name: str, reason: str) -> Part:
    """Say that the operator's declaration, or the target's kind, leaves the part without a meaning."""
    return Part(name, unjudged=Unjudged(Verdict.NOT_APPLICABLE, reason))


def cannot_tell(name: str, reason: str, on: Sequence[Exchange] = ()) -> Part:
    """Say that the harness or the network kept us from judging the part."""
    return Part(name, exchanges=tuple(on), unjudged=Unjudged(Verdict.ERROR, reason))
