"""List why requirements were not exercised, and which of these reasons a user can remove."""

import re
from collections.abc import Iterable

from pacsimile_contract.findings.reasons import Reason, is_left_out
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import Judgement
from pacsimile_contract.reporting.presentation import with_titles

_TO_SUPPLY = re.compile(r"(?:^|: )(?:needs|supply) ")
_LIMITED = re.compile(r"not (?:reached|judged): (?:max_(?:requests|time) of .* is used up|the run's limits )")
_STATE = re.compile(r"needs the state (\w+)(?: with .*)?: supply it by `states: url`((?: or under|; | with ).*)?$")
_INSTEAD = re.compile(r"; (.*?) may do instead")

_SAID_ELSEWHERE = (Reason.NOT_SELECTED, Reason.MISTAKE_ENDED, Reason.TARGET_GONE, Reason.OUT_OF_SERVICE)
"""Reasons that the run's first line already gives."""


def open_reasons(judgements: Iterable[Judgement]) -> list[str]:
    """Return a line for each reason, those of most requirements first.

    An example is `missing state order_in_status: set `states: url`: STATUS-5, BATCH-1 to 4`.
    """
    names: dict[str, list[str]] = {}
    states: dict[str, list[str]] = {}
    for judgement in judgements:
        why = judgement.unjudged
        if why is not None and why.reason in _SAID_ELSEWHERE:
            continue
        state, blocker = _STATE.match(judgement.summary), why.blocked_by if why is not None else None
        if state is not None:
            reason = _ways_to_supply(state[2] or "")
            states.setdefault(reason, []).append(state[1])
        else:
            reason = f"{with_titles([blocker])} must pass first" if blocker else judgement.summary
        names.setdefault(reason, []).append(judgement.requirement.id)
    ordered = sorted(names.items(), key=lambda pair: -len(pair[1]))
    return [f"{_line(reason, states.get(reason, ()))}: {with_titles(ids)}" for reason, ids in ordered]


def _ways_to_supply(others: str) -> str:
    """Return which keys supply a state, in an order to the user; `others` is what `how_to_supply` adds to the URL."""
    return "set `states: url`" + _INSTEAD.sub(r", or set \1", others.replace(" or under ", " or "))


def _line(reason: str, states: Iterable[str]) -> str:
    missing = list(dict.fromkeys(states))
    return f"missing state{'s' * (len(missing) > 1)} {', '.join(missing)}: {reason}" if missing else reason


def lacks_something(judgement: Judgement) -> bool:
    """Tell whether a requirement is open for something that a user can supply."""
    why = judgement.unjudged
    return why is not None and why.reason is None and _TO_SUPPLY.search(why.text) is not None


def was_limited(judgement: Judgement) -> bool:
    """Tell whether a requirement is open because the limits of the run were used up."""
    return judgement.unjudged is not None and _LIMITED.match(judgement.unjudged.text) is not None


def next_step(judgements: Iterable[Judgement]) -> str | None:
    """Return what to do about requirements that were not exercised; None where nothing can be done."""
    unexercised = [judgement for judgement in judgements if judgement.verdict is Verdict.NOT_EXERCISED]
    if any(map(was_limited, unexercised)):
        return "next: raise limits.max_requests or limits.max_time, then run this again"
    if any(is_left_out(judgement.unjudged) for judgement in unexercised):
        return "next: run this again"
    if any(map(lacks_something, unexercised)):
        return "next: supply what is missing (docs/states.md); --list shows what each requirement needs"
    return None
