"""Lists what is missing for requirements that were not exercised."""

import re
from collections.abc import Iterable

from pacsimile_contract.errors import MISTAKE_ENDED, TARGET_GONE
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.reporting.presentation import NOT_SELECTED, with_titles

_STATE = re.compile(r"needs the state (\w+)")
_BLOCKED = re.compile(r"blocked by (\S+)")


_NOTHING_TO_SUPPLY = (NOT_SELECTED, MISTAKE_ENDED, TARGET_GONE)
"""Summaries of requirements that lack nothing which a user could supply."""


def missing_prerequisites(judgements: Iterable[Judgement]) -> list[str]:
    """Return a line for each prerequisite, those of most requirements first.

    An example is `a state URL …: STATUS-5, BATCH-1 to 4`.
    """
    names: dict[str, list[str]] = {}
    states: list[str] = []
    for judgement in judgements:
        if judgement.summary in _NOTHING_TO_SUPPLY:
            continue
        state, blocked = _STATE.match(judgement.summary), _BLOCKED.fullmatch(judgement.summary)
        if state is not None:
            states.append(state[1])
            reason = _STATES
        else:
            reason = f"{with_titles([blocked[1]])} must pass first" if blocked else judgement.summary
        names.setdefault(reason, []).append(judgement.requirement.id)
    ordered = sorted(names.items(), key=lambda pair: -len(pair[1]))
    return [f"{_line(reason, states)}: {with_titles(ids)}" for reason, ids in ordered]


def _line(reason: str, states: list[str]) -> str:
    if reason != _STATES:
        return reason
    return f"a state URL (`states: url`) or `states: fixtures` for {', '.join(dict.fromkeys(states))}"


_STATES = "a state"
