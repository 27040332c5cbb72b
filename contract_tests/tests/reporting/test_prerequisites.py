"""Why requirements are open, and what a user is asked to supply: only what would change that."""

import pytest

from contract_tests.tests.helpers.small_run import finished
from contract_tests.tests.reporting.test_screen import judged, shown
from pacsimile_contract.errors import SHARE_SPENT, NotExercised
from pacsimile_contract.findings.part import Part, not_exercised
from pacsimile_contract.findings.reasons import GONE, MISTAKE, Unjudged, blocked, open_because
from pacsimile_contract.judging.bench import NOT_AT_THIS_LEVEL
from pacsimile_contract.judging.judgement import UNCLEAR
from pacsimile_contract.provider.states import StateSource
from pacsimile_contract.reporting.prerequisites import open_reasons

RAISE_LIMITS = "next: raise limits.max_requests or limits.max_time, then run this again"
MADE_ALONE = "needs the state {}: supply it by `states: url`"


def test_what_cannot_stand_in_a_file_is_not_asked_for_there() -> None:
    """A state that is made anew for each run has no fixture."""
    need = str(_lacking("server_restarted")), str(_lacking("study_group"))
    assert need[0] == MADE_ALONE.format("server_restarted")
    found = judged({"BATCH-11": [not_exercised("kept", need[0])], "GROUP-1": [not_exercised("json", need[1])]})
    lines = open_reasons(one for one in found if one.requirement.id in ("BATCH-11", "GROUP-1"))
    starts = (
        "missing state server_restarted: set `states: url`: BATCH-11 ",
        "missing state study_group: set `states: url` or `states: fixtures`: GROUP-1 ",
    )
    assert len(lines) == 2
    assert all(any(line.startswith(start) for line in lines) for start in starts)


@pytest.mark.parametrize(
    ("reason", "line"),
    [
        ("; `limits: {wait: 65m}` may do instead", ", or set `limits: {wait: 65m}`"),
        (
            " or under `states: fixtures`; `clients: other_org` with `listing: {allowed: true}` may do instead",
            " or `states: fixtures`, or set `clients: other_org` with `listing: {allowed: true}`",
        ),
        (" or under `states: fixtures` with `clients: other_org`", " or `states: fixtures` with `clients: other_org`"),
        ("; `clients: a` may do instead; `clients: b` may do instead", ", or set `clients: a`, or set `clients: b`"),
    ],
)
def test_what_may_be_set_instead_of_a_state_follows_it(reason: str, line: str) -> None:
    """The state that is missing is named first, and once."""
    found = judged({"BATCH-11": [not_exercised("kept", MADE_ALONE.format("some_state") + reason)]})
    (told,) = open_reasons(each for each in found if each.requirement.id == "BATCH-11")
    assert told.startswith(f"missing state some_state: set `states: url`{line}: BATCH-11 ")


def _lacking(state: str) -> NotExercised:
    target = finished().target
    source = StateSource(target, None, lambda *_: None)  # type: ignore[arg-type]
    with pytest.raises(NotExercised) as raised:
        source.fresh(state, {})
    return raised.value


@pytest.mark.parametrize(
    ("why", "status", "next_step"),
    [
        (open_because(MADE_ALONE.format("server_restarted")), 3, "next: supply what is missing"),
        (open_because("interrupted"), 3, "next: run this again"),
        (open_because("not reached: the results cannot be written"), 3, "next: run this again"),
        (open_because("not reached: max_time of 9 s is used up"), 3, RAISE_LIMITS),
        (open_because("not judged: max_time of 9 s is used up"), 3, RAISE_LIMITS),
        (open_because("not reached: max_requests of 9 is used up"), 3, RAISE_LIMITS),
        (open_because("not reached: the run's limits leave only 3 requests for it"), 3, RAISE_LIMITS),
        (open_because(SHARE_SPENT), 3, None),
        (MISTAKE, 2, None),
        (GONE, 4, None),
        (open_because("put off each time with 429"), 3, None),
        (open_because(UNCLEAR), 3, None),
        (open_because("reports:write: needs a client with reports:read alone"), 3, "next: supply what is missing"),
        (NOT_AT_THIS_LEVEL, 3, None),
        (blocked("BATCH-1"), 3, None),
        (open_because(MADE_ALONE.format("server_restarted")), 0, None),
    ],
)
def test_nothing_is_asked_for_that_would_change_nothing(why: Unjudged, status: int, next_step: str | None) -> None:
    """What the level, another requirement or Ctrl-C left open lacks no state; and who passed has nothing to do."""
    lines = shown(finished(judged({"BATCH-2": [Part("unready", unjudged=why)]}), exit_status=status))
    assert [line for line in lines if line.startswith("next")] == [
        line for line in lines if next_step and line.startswith(next_step)
    ]
    assert bool(next_step) == any(line.startswith("next") for line in lines)
    assert not any("To test them" in line for line in lines)
