"""Evaluates the stories of a stored run, without blaming the service for what redaction made of its answers.

A real identifier may by chance be part of something longer: a group may be named 1234, and a UID have these digits.
Redaction replaces it there too, since nobody can tell such a UID from a patient's number with zeros before it. So the
stored UID is not what the service said.
"""

from collections.abc import Mapping
from dataclasses import replace

from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.reasons import open_because
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.evaluation import evaluate

REDACTED = "an identifier is redacted inside what is compared: see the run's own report"
_WRONG = (Verdict.WARN, Verdict.ERROR, Verdict.FAIL)


class EvaluatorOfStored:
    """Evaluates as a run does, but leaves open what may seem wrong only because it was redacted.

    If redaction altered a story, this is what fails now and did not fail when the run itself judged it. The run may not
    have had the check, which a later version added: then it is what rests on an altered exchange, and an error of the
    checker. What failed in the run fails again, so that a fault elsewhere in the same answer is not lost.
    """

    def __init__(self, verdicts: Mapping[str, str]) -> None:
        """Take the verdicts of the run by check. An earlier version stored none."""
        self._verdicts = {check: Verdict(verdict) for check, verdict in verdicts.items()}
        self._open: set[str] = set()
        self.partly_stored: set[str] = set()
        """The checks of stories of which not all was stored as it was: redacted, or without a body."""

    def __call__(self, checker: Checker, story: Story) -> list[Part]:
        """Return what a checker says of each of its parts."""
        parts = evaluate(checker, story)
        altered = story.altered or any(step.exchange.altered for step in story.steps)
        if altered or not all(step.exchange.body_was_stored for step in story.steps):
            self.partly_stored.update(f"{checker.requirement}/{name}" for name in checker.parts)
        return [self._unless_redacted(checker, part) for part in parts] if altered else parts

    def _unless_redacted(self, checker: Checker, part: Part) -> Part:
        """Return a part without the findings that do not hold, where redaction may be why."""
        check = f"{checker.requirement}/{part.name}"
        verdict = self._verdicts.get(check)
        is_error = part.unjudged is not None and part.unjudged.verdict is Verdict.ERROR
        is_wrong = is_error or not all(finding.holds for finding in part.findings)
        is_unaltered = not is_error and not any(exchange.altered for exchange in part.exchanges)
        if not is_wrong or verdict in _WRONG or (verdict is None and is_unaltered):
            return part
        self._open.add(check)
        holding = tuple(finding for finding in part.findings if finding.holds)
        return replace(part, findings=holding, unjudged=None if holding else open_because(REDACTED))

    @property
    def notes(self) -> list[str]:
        """Name the checks that were left open, in part or whole, for the end of the run."""
        names = ", ".join(sorted(self._open))
        return [f"not judged again in part or whole, because identifiers are redacted: {names}"] if names else []
