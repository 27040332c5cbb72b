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
from pacsimile_contract.reporting.prerequisites import missing_prerequisites

RAISE_LIMITS = "next: raise limits.max_requests or limits.max_time, then run this again"
MADE_ALONE = "needs the state {}: supply it by `states: url`"


def test_what_cannot_stand_in_a_file_is_not_asked_for_there() -> None:
    """A state that is made anew for each run has no fixture."""
    need = str(_lacking("server_restarted")), str(_lacking("study_group"))
    assert need[0] == MADE_ALONE.format("server_restarted")
    found = judged({"BATCH-11": [not_exercised("kept", need[0])], "GROUP-1": [not_exercised("json", need[1])]})
    lines = missing_prerequisites(one for one in found if one.requirement.id in ("BATCH-11", "GROUP-1"))
    assert sorted(line.partition(": ")[0] for line in lines if line.startswith("supply")) == [
        "supply a state URL (`states",
        "supply a state URL (`states",
    ]
    assert any("(`states: url`) for server_restarted: BATCH-11" in line for line in lines)
    assert any("(`states: url`) or `states: fixtures` for study_group: GROUP-1" in line for line in lines)


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
