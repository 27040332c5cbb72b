"""Keep the run's verdict on a broken part, if some answers to its calls were not stored whole.

Of an answer without a synthetic mark, neither the body nor all headers are stored. Judged again, such a call seems
right, or shows nothing: that must not be taken for an improvement. Under the profile of the run its verdict stands.
Under another profile nobody knows what it would be: the part is NOT-EXERCISED.
"""

from collections.abc import Collection, Mapping

from pacsimile_contract.findings.reasons import open_because
from pacsimile_contract.findings.verdict import Obligation, Verdict
from pacsimile_contract.judging.bench import NOT_RUN
from pacsimile_contract.judging.judgement import Evidence, JudgedPart, Judgement, judgement_of
from pacsimile_spec import Requirement

NOT_WHOLE = "not every answer was stored whole; see the run's own report"
"""Why a part is open that was broken under another profile."""
STANDS = f"the run's verdict stands: {NOT_WHOLE}"
"""Why a part is broken that cannot be judged again."""
_BROKEN = (Verdict.WARN, Verdict.ERROR, Verdict.FAIL)


def keep_recorded(
    judgement: Judgement, recorded: Mapping[str, str], partly_stored: Collection[str], *, same_profile: bool
) -> Judgement:
    """Return a judgement of a stored run in which no part is better than the run itself judged it to be.

    Args:
        judgement: what is judged of the stored calls.
        recorded: the verdicts of the run by check, requirement, slash, part. An earlier version stored none.
        partly_stored: the checks of which not all calls were stored whole. The others are judged anew.
        same_profile: whether the run was judged under the profile of this judgement.
    """
    row, now = judgement.requirement, {part.check: part for part in judgement.parts}
    kept = dict[str, JudgedPart]()
    for check, word in recorded.items():
        verdict = Verdict(word)
        if check.partition("/")[0] != row.id or check not in partly_stored or verdict not in _BROKEN:
            continue
        least = verdict if same_profile else Verdict.WARN
        if check not in now or now[check].verdict < least:
            kept[check] = _recorded(check, row, verdict) if same_profile else _opened(check, row)
    if not kept:
        return judgement
    return judgement_of(row, list({**now, **kept}.values()), judgement.unjudged or NOT_RUN)


def _recorded(check: str, row: Requirement, verdict: Verdict) -> JudgedPart:
    level: Obligation = "SHOULD" if verdict is Verdict.WARN else row.level
    return JudgedPart(check, level, verdict, None, (Evidence(None, STANDS),))


def _opened(check: str, row: Requirement) -> JudgedPart:
    why = open_because(NOT_WHOLE)
    return JudgedPart(check, row.level, why.verdict, None, (Evidence(None, why.text, unjudged=why),))
