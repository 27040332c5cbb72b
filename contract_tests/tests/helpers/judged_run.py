"""What a finished run found of a requirement."""

from pacsimile_contract.judging.judgement import JudgedPart, Judgement
from pacsimile_contract.run.events import RunFinished


def judgement(done: RunFinished, requirement: str) -> Judgement:
    """Return the judgement of a requirement."""
    return next(one for one in done.judgements if one.requirement.id == requirement)


def parts(done: RunFinished, requirement: str) -> dict[str, JudgedPart]:
    """Return the parts of a requirement by name."""
    return {one.check.partition("/")[2]: one for one in judgement(done, requirement).parts}


def reasons(done: RunFinished, requirement: str) -> str:
    """Return all that is said of a requirement's parts, as one text."""
    return " ".join(one.note for part in judgement(done, requirement).parts for one in part.evidence)
