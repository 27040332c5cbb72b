"""Evaluates a story by a checker, part by part."""

from collections.abc import Sequence
from dataclasses import replace

from pacsimile_contract.errors import place
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.story import Missing, StopReason, Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import NOT_ALL_ASKED

NOTHING_TO_COMPARE = "there was nothing to compare"
"""Why a part is open of which its checker, with nothing in its way, said nothing."""


def evaluate(checker: Checker, story: Story) -> list[Part]:
    """Return what a checker says of each of its parts. A part that it does not mention is open, with the reason."""
    parts: list[Part] = []
    why: StopReason | None = story.stopped
    try:
        for part in checker(story):
            if part.name not in checker.parts:
                raise ValueError(f"the checker {checker.name} does not declare the part {part.name}")
            parts.append(part)
    except Missing as error:
        why = why or (Verdict.NOT_EXERCISED, str(error))
    except Exception as error:  # a fault of ours is no verdict on the target
        # its text may hold what the target said, patients' names among it: type and place have to do
        why = (Verdict.ERROR, f"the checker {checker.name} failed: {type(error).__name__}{place(error)}")
    parts = _with_early_end(parts, story)
    unmentioned = [name for name in checker.parts if name not in {part.name for part in parts}]
    return parts + [Part(name, unjudged=why or (Verdict.NOT_EXERCISED, NOTHING_TO_COMPARE)) for name in unmentioned]


def _with_early_end(parts: Sequence[Part], story: Story) -> list[Part]:
    """Remark once of each part that its scenario ended early, where it did: its findings may rest on half of it."""
    if story.stopped is None or story.stopped[0] is Verdict.NOT_APPLICABLE:
        return list(parts)
    first = {part.name: number for number, part in reversed(list(enumerate(parts))) if part.findings}
    remark = f"{NOT_ALL_ASKED}: {story.stopped[1]}"
    return [
        replace(part, remarks=(*part.remarks, remark)) if first.get(part.name) == number else part
        for number, part in enumerate(parts)
    ]
