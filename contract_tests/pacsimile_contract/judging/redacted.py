"""Evaluates the stories of a stored run, without blaming the service for what redaction made of its answers.

A real identifier that is by chance a part of something longer, as a group named 1234 is of a UID or a date, is replaced
there all the same: nobody can tell it from a patient's number with zeros before it. What is left was never said.
"""

from collections.abc import Mapping
from dataclasses import replace

from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.reasons import open_because
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.evaluation import evaluate

REDACTED = "an identifier was redacted inside what it compares: see the run's own report"
_WRONG = (Verdict.WARN, Verdict.ERROR, Verdict.FAIL)


class EvaluatorOfStored:
    """Evaluates as a run does, but leaves open what seems wrong only since it was redacted.

    That is what was right, or not compared, when the run itself judged it, if redaction altered a part of the story. Of
    a check that the run did not judge, as one of a later version, it is what rests on an altered exchange, and where
    the checker itself fails. What was wrong then is wrong again: a fault elsewhere in the same answer stays one.
    """

    def __init__(self, verdicts: Mapping[str, str]) -> None:
        """Take the verdicts of the run by check; an earlier version stored none."""
        self._verdicts = {check: Verdict(verdict) for check, verdict in verdicts.items()}
        self._open: set[str] = set()

    def __call__(self, checker: Checker, story: Story) -> list[Part]:
        """Return what a checker says of each of its parts."""
        parts = evaluate(checker, story)
        altered = story.altered or any(step.exchange.altered for step in story.steps)
        return [self._unless_redacted(checker, part) for part in parts] if altered else parts

    def _unless_redacted(self, checker: Checker, said: Part) -> Part:
        """Return a part without the findings that do not hold, where redaction may be why."""
        check = f"{checker.requirement}/{said.name}"
        verdict = self._verdicts.get(check)
        is_error = said.unjudged is not None and said.unjudged.verdict is Verdict.ERROR
        wrong = is_error or not all(finding.holds for finding in said.findings)
        elsewhere = not is_error and not any(exchange.altered for exchange in said.exchanges)
        if not wrong or verdict in _WRONG or (verdict is None and elsewhere):
            return said
        self._open.add(check)
        holding = tuple(finding for finding in said.findings if finding.holds)
        return replace(said, findings=holding, unjudged=None if holding else open_because(REDACTED))

    @property
    def notes(self) -> list[str]:
        """Say which checks were left open in part or whole, for the end of the run."""
        names = ", ".join(sorted(self._open))
        return [f"redacted identifiers leave something open that the run itself judged: {names}"] if names else []
