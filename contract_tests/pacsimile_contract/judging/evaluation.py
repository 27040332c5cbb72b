"""Evaluates a story by a checker, part by part."""

from collections.abc import Sequence
from dataclasses import replace

from pacsimile_contract.errors import place
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.reasons import Reason, Unjudged, open_because
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.story import Missing, Story
from pacsimile_contract.findings.verdict import Verdict

NOTHING_TO_COMPARE = Unjudged(Verdict.NOT_EXERCISED, "there was nothing to compare", Reason.NOTHING_TO_COMPARE)


def evaluate(checker: Checker, story: Story) -> list[Part]:
    """Return what a checker says of each of its parts. A part that it does not mention is open, with the reason.

    If the checker fails, or a fault of ours ended the scenario, each of its parts is an ERROR unless it is a FAIL
    already. What was not asked or not compared may have been about any of them.
    """
    parts: list[Part] = []
    why = story.stopped
    crash = why if why is not None and why.reason is Reason.SCENARIO_FAILED else None
    try:
        for part in checker(story):
            if part.name not in checker.parts:
                raise ValueError(f"the checker {checker.name} does not declare the part {part.name}")
            parts.append(part)
    except Missing as error:
        why = why or open_because(str(error))
    except Exception as error:  # a fault of ours is no verdict on the target
        # its text may hold what the target said, patients' names among it: type and place have to do
        crash = Unjudged(Verdict.ERROR, f"the checker {checker.name} failed: {type(error).__name__}{place(error)}")
    mentioned = {part.name for part in parts}
    missing = [name for name in checker.parts if crash is not None or name not in mentioned]
    return _with_early_end(parts, story) + [Part(name, unjudged=crash or why or NOTHING_TO_COMPARE) for name in missing]


def _with_early_end(parts: Sequence[Part], story: Story) -> list[Part]:
    """Mark the first findings of each part, where its scenario ended early."""
    if story.stopped is None or story.stopped.verdict is Verdict.NOT_APPLICABLE:
        return list(parts)
    first = {part.name: number for number, part in reversed(list(enumerate(parts))) if part.findings}
    return [
        replace(part, ended_early=story.stopped.text) if first.get(part.name) == number else part
        for number, part in enumerate(parts)
    ]
