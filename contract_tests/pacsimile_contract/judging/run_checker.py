"""What a checker says of a story, part by part."""

from collections.abc import Sequence
from dataclasses import replace

from pacsimile_contract.errors import place
from pacsimile_contract.findings.part import Part
from pacsimile_contract.findings.registry import Checker
from pacsimile_contract.findings.story import Missing, Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import NOT_ALL_ASKED

NOTHING_TO_COMPARE = "there was nothing to compare"
"""Why a part is open of which its checker, with nothing in its way, said nothing."""


def said_by(checker: Checker, story: Story) -> list[Part]:
    """Return what a checker says of each of its parts; one it is silent about tells why, where the story does."""
    said: list[Part] = []
    why: tuple[Verdict, str] | None = story.stopped
    try:
        for one in checker(story):
            if one.name not in checker.parts:
                raise ValueError(f"the checker {checker.name} does not declare the part {one.name}")
            said.append(one)
    except Missing as error:
        why = why or (Verdict.NOT_EXERCISED, str(error))
    except Exception as error:  # a fault of ours is no verdict on the target
        # its text may hold what the target said, patients' names among it: type and place have to do
        why = (Verdict.ERROR, f"the checker {checker.name} failed: {type(error).__name__}{place(error)}")
    said = _with_what_was_left(said, story)
    silent = [name for name in checker.parts if name not in {one.name for one in said}]
    return said + [Part(name, open=why or (Verdict.NOT_EXERCISED, NOTHING_TO_COMPARE)) for name in silent]


def _with_what_was_left(said: Sequence[Part], story: Story) -> list[Part]:
    """Remark of each part, once, that its scenario ended early, where it did: what is said may rest on half of it."""
    if story.stopped is None or story.stopped[0] is Verdict.NOT_APPLICABLE:
        return list(said)
    first = {one.name: number for number, one in reversed(list(enumerate(said))) if one.findings}
    left = f"{NOT_ALL_ASKED}: {story.stopped[1]}"
    return [
        replace(one, remarks=(*one.remarks, left)) if first.get(one.name) == number else one
        for number, one in enumerate(said)
    ]
