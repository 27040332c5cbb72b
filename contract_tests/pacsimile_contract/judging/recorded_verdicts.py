"""What was broken in a stored run stays so, where not all that it rested on was stored.

Of an answer without a synthetic mark, neither the body nor all headers are stored. Judged again, such a call seems
right, or shows nothing: that is no better than the run's own verdict, and must not be taken for an improvement.
"""

from collections.abc import Mapping

from pacsimile_contract.findings.verdict import Obligation, Verdict
from pacsimile_contract.judging.bench import NOT_RUN
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement, judgement_of

STANDS = "the verdict of the run stands: not all that it rests on was stored, see the run's own report"
"""Why a part is broken that cannot be judged again."""
_BROKEN = (Verdict.WARN, Verdict.ERROR, Verdict.FAIL)


def keep_recorded(judgement: Judgement, recorded: Mapping[str, str]) -> Judgement:
    """Return a judgement of a stored run in which no part is better than the run itself judged it to be.

    Args:
        judgement: what is judged of the stored calls.
        recorded: the verdicts of the run by check, requirement, slash, part. An earlier version stored none.
    """
    row, now = judgement.requirement, {part.check: part for part in judgement.parts}
    kept = dict[str, JudgedPart]()
    for check, word in recorded.items():
        verdict = Verdict(word)
        is_better = check not in now or now[check].verdict < verdict
        if check.startswith(f"{row.id}/") and verdict in _BROKEN and is_better:
            level: Obligation = "SHOULD" if verdict is Verdict.WARN else row.level
            kept[check] = JudgedPart(check, level, verdict, None, (Evidence(None, STANDS),))
    if not kept:
        return judgement
    return judgement_of(row, list({**now, **kept}.values()), judgement.unjudged or NOT_RUN)
