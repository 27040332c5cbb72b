"""Summarizes a failure in the four lines that all reports share: request, expectation, reason and answer."""

from dataclasses import dataclass

from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.reporting.rationale import Rationale
from pacsimile_contract.run.events import RunFinished
from pacsimile_spec.plain import one_line


@dataclass(frozen=True, slots=True)
class Failure:
    """A summary of a broken requirement. Every text is redacted and is one line.

    Attributes:
        judgement: The judgement of the requirement.
        got: What was received.
        request: The request; empty where there was none.
        expected: What was expected, and why; empty where nothing was compared.
        part: The name of the part; empty where no part was run.
        others: How many other parts are broken.
        evidence: The evidence that the summary is taken from.
    """

    judgement: Judgement
    got: str
    request: str = ""
    expected: str = ""
    part: str = ""
    others: int = 0
    evidence: Evidence | None = None


def failure(judgement: Judgement, done: RunFinished, rationale: Rationale) -> Failure:
    """Summarize a broken requirement by its first part with wrong content, else by its first part with wrong format."""
    part = _first(judgement)
    if part is None:
        return Failure(judgement, one_line(done.redactor.redact_own_text(judgement.summary)))
    evidence = part.evidence[0]
    expected, got = _expected_and_got(evidence, done, rationale)
    return Failure(
        judgement,
        got,
        rationale.request(evidence.exchange) if evidence.exchange is not None else "",
        expected,
        part.check.partition("/")[2],
        sum(part.verdict is judgement.verdict for part in judgement.parts) - 1,
        evidence,
    )


def _first(judgement: Judgement) -> JudgedPart | None:
    broken = [part for part in judgement.parts if part.verdict is judgement.verdict and part.evidence]
    return next((part for part in broken if part.kind == "fact"), broken[0] if broken else None)


def _expected_and_got(evidence: Evidence, done: RunFinished, rationale: Rationale) -> tuple[str, str]:
    """Return what was expected, with the reason, and what was received."""

    def redacted(text: str) -> str:
        return one_line(done.redactor.redact_own_text(text))

    if evidence.finding is None:
        return "", redacted(evidence.note)
    why = rationale.why(evidence)
    before = redacted(evidence.note.partition("expected ")[0])
    expected = redacted(evidence.finding.expected) + (f": {why}" if why else "")
    return (f"{before} {expected}" if before else expected), redacted(evidence.finding.got)
