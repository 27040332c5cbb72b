"""What was not exercised, once each, by what its reader has to supply."""

import re
from collections.abc import Iterable

from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.reporting.words import NOT_SELECTED, titled

_STATE = re.compile(r"needs the state (\w+)")
_BLOCKED = re.compile(r"blocked by (\S+)")


def supplies(judgements: Iterable[Judgement]) -> list[str]:
    """Return a line for each thing to supply, those first that open most: `a state URL …: STATUS-5, BATCH-1 to 4`."""
    names: dict[str, list[str]] = {}
    states: list[str] = []
    for judgement in judgements:
        if judgement.summary == NOT_SELECTED:
            continue
        state, blocked = _STATE.match(judgement.summary), _BLOCKED.fullmatch(judgement.summary)
        if state is not None:
            states.append(state[1])
            reason = _STATES
        else:
            reason = f"{titled([blocked[1]])} must pass first" if blocked else judgement.summary
        names.setdefault(reason, []).append(judgement.requirement.id)
    ordered = sorted(names.items(), key=lambda pair: -len(pair[1]))
    return [f"{_spelled(reason, states)}: {titled(ids)}" for reason, ids in ordered]


def _spelled(reason: str, states: list[str]) -> str:
    if reason != _STATES:
        return reason
    return f"a state URL (`states: url`) or `states: fixtures` for {', '.join(dict.fromkeys(states))}"


_STATES = "a state"
