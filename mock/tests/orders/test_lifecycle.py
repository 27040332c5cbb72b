"""The life-cycle of an order as a pure function of plan and instant: STATUS-5 … STATUS-7."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.orders import lifecycle
from pacsimile_mock.orders.lifecycle import Milestone, Plan, State, state_at
from pacsimile_mock.orders.model import Order
from pacsimile_spec.statuses import ALLOWED, COMPLETED, FAILED, FINAL, PROCESSING, RECEIVED, STATUSES

STEADY = settings(deadline=None, derandomize=True, database=None)

START = 1_750_000_000 * SECOND
SPANS = st.integers(0, 100) | st.integers(0, 3600 * SECOND)
PROGRESS = st.none() | st.integers(0, 99)


@st.composite
def moving_plans(draw: st.DrawFn) -> Plan:
    """Plans of orders that move, spans of nothing and of microseconds included."""
    received = START + draw(SPANS)
    started = received + draw(SPANS)
    return lifecycle.moving(received, started, started + draw(SPANS), draw(st.sampled_from(lifecycle.OUTCOMES)))


@st.composite
def parked_plans(draw: st.DrawFn) -> Plan:
    """Plans of orders that reached a status for good."""
    return lifecycle.parked(START, draw(st.sampled_from(STATUSES)), START + draw(SPANS) - draw(SPANS))


PLANS = moving_plans() | parked_plans()


@st.composite
def changed_plans(draw: st.DrawFn) -> Plan:
    """Plans that were changed by hand some times, at instants that never fall, as a clock's never do."""
    plan, now = draw(PLANS), START
    for _ in range(draw(st.integers(0, 4))):
        now += draw(SPANS)
        try:
            plan = lifecycle.with_status(plan, now, draw(st.sampled_from(STATUSES)), draw(PROGRESS))
        except ValueError:
            continue
    return plan


def instants(plan: Plan) -> list[Instant]:
    """Every instant at which something can differ: each milestone, and its neighbours."""
    return sorted({at + by for at, _, _ in plan for by in (-1, 0, 1)})


def order(plan: Plan, amendments: tuple[Instant, ...] = ()) -> Order:
    """An order of this plan."""
    return Order(1, 1, "hospital", "ORD-1", "1.2.3", 1, None, plan[0].at, 1, plan, amendments=amendments)


def check_one(state: State) -> None:
    """What must be true of an order at every instant (STATUS-6)."""
    assert state.status in STATUSES
    assert 0 <= state.progress <= 100
    assert (state.progress == 100) == (state.status == COMPLETED)
    assert (state.completed_at is not None) == (state.status == COMPLETED)
    assert state.updated_at >= START


def check_step(before: State, after: State) -> None:
    """What must be true of two looks at an order, one after the other (STATUS-5, STATUS-6, STATUS-7)."""
    assert after.status == before.status or after.status in ALLOWED[before.status]
    assert after.progress >= before.progress
    assert after.updated_at >= before.updated_at
    if (after.status, after.progress) != (before.status, before.progress):
        assert after.updated_at > before.updated_at
    if before.completed_at is not None:
        assert after.completed_at == before.completed_at


@STEADY
@given(changed_plans())
def test_an_order_only_moves_forwards(plan: Plan) -> None:
    """However planned and re-planned: no status is left against the table, and progress never falls."""
    states = [state_at(plan, at) for at in instants(plan)]
    for state in states:
        check_one(state)
    for before, after in pairwise(states):
        check_step(before, after)


@STEADY
@given(PLANS, SPANS, st.sampled_from(STATUSES), PROGRESS)
def test_changing_a_plan_changes_the_future_alone(plan: Plan, wait: Instant, status: str, progress: int | None) -> None:
    """What could be seen until now is seen still; the new status begins now, or a microsecond after the last change."""
    now = START + wait
    assume(now >= plan[0].at)
    try:
        changed = lifecycle.with_status(plan, now, status, progress)
    except ValueError:
        assume(False)
    assert all(state_at(changed, at) == state_at(plan, at) for at in instants(plan) if at < now)
    assert state_at(changed, now + 1).status == status
    assert state_at(changed, now + 10**15) == state_at(changed, now + 1)


@STEADY
@given(changed_plans(), st.lists(SPANS, max_size=3))
def test_amendments_move_updated_at_and_nothing_else(plan: Plan, spans: list[Instant]) -> None:
    """An amendment is a change of version: `updated_at` moves, `completed_at` and `status` stay (STATUS-7)."""
    completed = lifecycle.completes_at(plan)
    assume(completed is not None)
    amendments: list[Instant] = []
    for span in spans:
        completed += span + 1
        amendments.append(completed)
    amended, plain = order(plan, tuple(amendments)), order(plan)
    looks = sorted({*instants(plan), *(at + by for at in amendments for by in (-1, 0, 1))})
    for at in looks:
        assert amended.state(at) == plain.state(at)._replace(updated_at=amended.state(at).updated_at)
    for at in amendments:
        assert amended.state(at).updated_at >= at
        assert amended.state(at).updated_at > amended.state(at - 1).updated_at


@STEADY
@given(changed_plans(), st.integers(0, 3))
def test_versions_name_their_predecessor_and_appear_in_turn(plan: Plan, count: int) -> None:
    """The first is final, each later one amends the one before, and the newest ready one is served (BATCH-12)."""
    completed = lifecycle.completes_at(plan)
    amendments = tuple((completed or START) + n * SECOND for n in range(1, count + 1))
    amended = order(plan, amendments)
    versions = amended.planned_versions()
    if completed is None:
        assert versions == []
        assert amended.newest_version(START + 10**15) is None
        return
    assert [version.status for version in versions] == ["final", *["amended"] * count]
    assert [version.supersedes for version in versions] == [None, *(version.report_id for version in versions[:-1])]
    assert len({version.report_id for version in versions}) == len(versions)
    assert amended.newest_version(completed - 1) is None
    for version in versions:
        assert amended.newest_version(version.ready_at) == version


@STEADY
@given(PLANS, SPANS)
def test_the_next_change_is_where_the_state_changes_next(plan: Plan, wait: Instant) -> None:
    """`Retry-After` can be built on it: nothing changes before, something does then."""
    now = START + wait
    change = lifecycle.next_change(plan, now)
    if change is None:
        assert state_at(plan, now + 10**15) == state_at(plan, max(now, plan[0].at))
    else:
        assert change > now
        assert state_at(plan, change - 1) == state_at(plan, now)
        assert state_at(plan, change).updated_at >= change


@pytest.mark.parametrize("status", sorted(FINAL))
@pytest.mark.parametrize("wanted", STATUSES)
def test_a_final_status_is_final(status: str, wanted: str) -> None:
    """Nothing leaves COMPLETED, FAILED or CANCELLED, not even for itself (STATUS-5)."""
    with pytest.raises(ValueError, match="final: make another order"):
        lifecycle.with_status(lifecycle.parked(START, status, START + 1), START + 2, wanted)


@pytest.mark.parametrize(
    ("plan", "status", "progress", "said"),
    [
        (lifecycle.parked(START, PROCESSING, START + 1, 40), PROCESSING, 39, "progress must be 40 to 99"),
        (lifecycle.parked(START, PROCESSING, START + 1, 40), PROCESSING, 100, "100 means COMPLETED"),
        (lifecycle.parked(START, PROCESSING, START + 1, 40), COMPLETED, 50, "COMPLETED has progress 100"),
        (lifecycle.parked(START, PROCESSING, START + 1, 40), FAILED, 100, "100 means COMPLETED"),
        (lifecycle.parked(START, PROCESSING, START + 1, 40), RECEIVED, None, "does not go back to RECEIVED"),
        (lifecycle.parked(START, RECEIVED, START), PROCESSING, -1, "progress must be 0 to 99"),
    ],
)
def test_a_change_against_the_rules_says_why(plan: Plan, status: str, progress: int | None, said: str) -> None:
    """Progress that falls, that is 100 before the end or less at the end, and the way back are errors."""
    with pytest.raises(ValueError, match=said):
        lifecycle.with_status(plan, START + 2, status, progress)


def test_a_moving_order_is_seen_processing_step_by_step() -> None:
    """A minute's processing tells 5, 25, 50, 75, 90 and then 100 per cent, each at its own time."""
    plan = lifecycle.moving(START, START + 10 * SECOND, START + 70 * SECOND, COMPLETED)
    assert plan == (
        Milestone(START, RECEIVED, 0),
        *(
            Milestone(START + at * SECOND, PROCESSING, progress)
            for at, progress in ((10, 5), (25, 25), (40, 50), (55, 75), (64, 90))
        ),
        Milestone(START + 70 * SECOND, COMPLETED, 100),
    )


def test_the_state_is_a_function_of_the_instant_alone() -> None:
    """Looking, or looking in another order, changes nothing."""
    looked_at = order(lifecycle.moving(START, START + 5, START + 50, COMPLETED), (START + 60,))
    forwards = [looked_at.state(START + at) for at in range(80)]
    backwards = [replace(looked_at).state(START + at) for at in reversed(range(80))]
    assert forwards == backwards[::-1]


@pytest.mark.parametrize(
    ("ahead", "seconds"), [(-5, 1), (0, 1), (1, 1), (SECOND, 1), (SECOND + 1, 2), (3600 * SECOND, 3600), (10**12, 3600)]
)
def test_retry_after_lies_between_a_second_and_an_hour(ahead: Instant, seconds: int) -> None:
    """Rounded up, so that who waits so long does not come too early (PROTO-4)."""
    assert lifecycle.seconds_until(START + ahead, START) == seconds


@pytest.mark.parametrize(
    ("status", "progress", "is_allowed"),
    [
        (PROCESSING, 40, True), (PROCESSING, 99, True), (PROCESSING, 39, False), (PROCESSING, 100, False),
        (FAILED, 99, True), (FAILED, 100, False), (COMPLETED, 100, True), (COMPLETED, 99, False),
    ],
)  # fmt: skip
def test_progress_that_is_given_stays_in_its_bounds(status: str, progress: int, is_allowed: bool) -> None:
    """STATUS-6: from what it is to 99, and 100 for COMPLETED alone."""
    plan = lifecycle.parked(START, PROCESSING, START, progress=40)
    if is_allowed:
        assert lifecycle.with_status(plan, START, status, progress)[-1] == Milestone(START, status, progress)
    else:
        with pytest.raises(ValueError, match="progress"):
            lifecycle.with_status(plan, START, status, progress)


@pytest.mark.parametrize(
    ("before", "status", "progress"),
    [
        (0, PROCESSING, 5), (0, FAILED, 0), (0, COMPLETED, 100),
        (3, PROCESSING, 5), (40, PROCESSING, 40), (40, FAILED, 40), (40, COMPLETED, 100),
    ],
)  # fmt: skip
def test_progress_that_is_not_given_is_what_it_was(before: int, status: str, progress: int) -> None:
    """STATUS-6: 100 of COMPLETED, 5 at least of PROCESSING."""
    plan = lifecycle.parked(START, PROCESSING if before else RECEIVED, START, progress=before)
    assert lifecycle.with_status(plan, START, status)[-1] == Milestone(START, status, progress)
