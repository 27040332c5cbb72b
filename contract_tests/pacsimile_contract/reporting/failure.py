"""A failure in four lines, alike in each report: what was asked, what was expected and why, and what came."""

from dataclasses import dataclass

from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement
from pacsimile_contract.reporting.grounds import Grounds
from pacsimile_contract.run.events import RunFinished
from pacsimile_spec.plain import one_line


@dataclass(frozen=True, slots=True)
class Failure:
    """What to show of a broken requirement first; every text may be written as it is, and is one line.

    `asked` and `expected` are empty where nothing was asked or compared, `part` where nothing of it was run. `others`
    is how many more of its parts are broken. `evidence` is what it all was taken from.
    """

    judgement: Judgement
    got: str
    asked: str = ""
    expected: str = ""
    part: str = ""
    others: int = 0
    evidence: Evidence | None = None


def failure(judgement: Judgement, done: RunFinished, grounds: Grounds) -> Failure:
    """Return a broken requirement by its first part that is wrong in substance, else in form."""
    part = _first(judgement)
    if part is None:
        return Failure(judgement, one_line(done.redactor.text(judgement.summary)))
    evidence = part.evidence[0]
    expected, got = _compared(evidence, done, grounds)
    return Failure(
        judgement,
        got,
        grounds.asked(evidence.exchange) if evidence.exchange is not None else "",
        expected,
        part.check.partition("/")[2],
        sum(part.verdict is judgement.verdict for part in judgement.parts) - 1,
        evidence,
    )


def _first(judgement: Judgement) -> JudgedPart | None:
    broken = [part for part in judgement.parts if part.verdict is judgement.verdict and part.evidence]
    return next((part for part in broken if part.kind == "fact"), broken[0] if broken else None)


def _compared(evidence: Evidence, done: RunFinished, grounds: Grounds) -> tuple[str, str]:
    """Return what was expected, and why, and what came."""

    def shown(text: str) -> str:
        return one_line(done.redactor.text(text))

    if evidence.finding is None:
        return "", shown(evidence.note)
    why = grounds.why(evidence)
    before = shown(evidence.note.partition("expected ")[0])
    expected = shown(evidence.finding.expected) + (f": {why}" if why else "")
    return (f"{before} {expected}" if before else expected), shown(evidence.finding.got)
