"""Lists why requirements were not exercised, and what of it a user can supply."""

import re
from collections.abc import Iterable

from pacsimile_contract.findings.part import NOT_STORED
from pacsimile_contract.findings.reasons import END_OF_RUN, Reason
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.judging.redacted import REDACTED
from pacsimile_contract.reporting.presentation import with_titles

_URL, _FIXTURES = "`states: url`", " or under `states: fixtures`"
_STATE = re.compile(rf"needs the state (\w+)(?: with .*)?: supply it by {_URL}({_FIXTURES})?$")

_SAID_ELSEWHERE = (Reason.NOT_SELECTED, Reason.MISTAKE_ENDED, Reason.TARGET_GONE, Reason.OUT_OF_SERVICE)
"""Why requirements are open of which the line of the whole run says enough."""


def missing_prerequisites(judgements: Iterable[Judgement]) -> list[str]:
    """Return a line for each reason, those of most requirements first.

    An example is `supply a state URL …: STATUS-5, BATCH-1 to 4`.
    """
    names: dict[str, list[str]] = {}
    states: dict[str, list[str]] = {}
    for judgement in judgements:
        why = judgement.unjudged
        if why is not None and why.reason in _SAID_ELSEWHERE:
            continue
        state, blocker = _STATE.match(judgement.summary), why.blocked_by if why is not None else None
        if state is not None:
            reason = f"supply a state URL ({_URL})" + (" or `states: fixtures`" if state[2] else "")
            states.setdefault(reason, []).append(state[1])
        else:
            reason = f"{with_titles([blocker])} must pass first" if blocker else judgement.summary
        names.setdefault(reason, []).append(judgement.requirement.id)
    ordered = sorted(names.items(), key=lambda pair: -len(pair[1]))
    return [f"{_line(reason, states.get(reason, ()))}: {with_titles(ids)}" for reason, ids in ordered]


def _line(reason: str, states: Iterable[str]) -> str:
    return f"{reason} for {', '.join(dict.fromkeys(states))}" if states else reason


def lacks_something(judgement: Judgement) -> bool:
    """Whether a requirement is open for something that a user can supply: not its level, its blocker, or the end."""
    why = judgement.unjudged
    if why is None or why.reason is not None or why.text in (NOT_STORED, REDACTED):
        return False
    return not why.text.startswith(END_OF_RUN)


def was_not_reached(judgement: Judgement) -> bool:
    """Whether a requirement is open because the run ended before it."""
    return judgement.unjudged is not None and judgement.unjudged.text.startswith(END_OF_RUN)
