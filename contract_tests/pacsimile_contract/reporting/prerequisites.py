"""Lists what is missing for requirements that were not exercised."""

import re
from collections.abc import Iterable

from pacsimile_contract.findings.reasons import Reason
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.reporting.presentation import with_titles

_STATE = re.compile(r"needs the state (\w+)")

_NOTHING_TO_SUPPLY = (Reason.NOT_SELECTED, Reason.MISTAKE_ENDED, Reason.TARGET_GONE)
"""Why requirements are open that lack nothing which a user could supply."""


def missing_prerequisites(judgements: Iterable[Judgement]) -> list[str]:
    """Return a line for each prerequisite, those of most requirements first.

    An example is `a state URL …: STATUS-5, BATCH-1 to 4`.
    """
    names: dict[str, list[str]] = {}
    states: list[str] = []
    for judgement in judgements:
        why = judgement.unjudged
        if why is not None and why.reason in _NOTHING_TO_SUPPLY:
            continue
        state, blocker = _STATE.match(judgement.summary), why.blocked_by if why is not None else None
        if state is not None:
            states.append(state[1])
            reason = _STATES
        else:
            reason = f"{with_titles([blocker])} must pass first" if blocker else judgement.summary
        names.setdefault(reason, []).append(judgement.requirement.id)
    ordered = sorted(names.items(), key=lambda pair: -len(pair[1]))
    return [f"{_line(reason, states)}: {with_titles(ids)}" for reason, ids in ordered]


def _line(reason: str, states: list[str]) -> str:
    if reason != _STATES:
        return reason
    return f"a state URL (`states: url`) or `states: fixtures` for {', '.join(dict.fromkeys(states))}"


_STATES = "a state"
