"""Orders that status calls move: a function of plan, now and calls, in every store and for all workers."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock.tests.helpers.databases import Databases
from mock.tests.helpers.in_process import START, Caller
from mock.tests.helpers.sharing import Server, serving
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.orders import lifecycle, polls
from pacsimile_mock.orders.model import Order
from pacsimile_spec.statuses import ALLOWED, COMPLETED, FAILED, PROCESSING, RECEIVED

STEADY = settings(deadline=None, derandomize=True, database=None)
Start = Callable[[str, str], list[Server]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def start(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Start]:
    """Starts two servers on one store of each kind; in memory there is one."""
    with ExitStack() as started:

        def begin(orders: str, pace: str = "realtime") -> list[Server]:
            path = tmp_path / "mine.yaml"
            path.write_text(f"orders:\n  - {orders}\n")
            options = WorldOptions(scenario=str(path), pace=pace)
            if request.param == "memory":
                return [Server(options)] * 2
            return started.enter_context(serving(databases.empty(request.param), 2, options))

        yield begin


def callers(servers: list[Server]) -> list[Caller]:
    """The documented client at each server, with one token."""
    first = Caller(servers[0], servers[0].world.clients["demo-hospital"])
    return [server.as_client(first) for server in servers]


def only(server: Server) -> Order:
    """The one order that there is."""
    (order,) = server.world.store.orders_of("demo-hospital")
    return order


def told(caller: Caller, order: Order) -> tuple[Any, ...]:
    """What a status call tells: status, progress, report types or none."""
    reply = caller.get("/status", order_id=order.order_id).json
    return reply["status"], reply["progress"], bool(reply["report_types"])


def test_status_calls_move_an_order(start: Start) -> None:
    """The call that is due finds it moved, whichever worker it comes to, and so does everything else from then on."""
    servers = start("{moves: {starts: 2 polls, finishes: 4 polls}}", "realtime")
    one, other = callers(servers)
    order = only(servers[0])
    assert told(one, order) == ("RECEIVED", 0, False)
    assert told(other, order) == ("PROCESSING", 5, False)
    waiting = one.get("/results", order_id=order.order_id, report_type="json")
    assert (waiting.refusal, waiting.headers["Retry-After"]) == ((409, "report-not-ready"), "1")
    assert other.listing() == []
    assert told(one, order) == ("PROCESSING", 50, False)
    assert told(other, order) == ("COMPLETED", 100, True)
    assert one.listing() == [order.report_id(1)]
    assert other.get("/results", order_id=order.order_id, report_type="json").status == 200
    assert told(other, order) == ("COMPLETED", 100, True)


def test_a_call_by_study_counts_for_its_most_recent_order(start: Start) -> None:
    """And other calls count nothing."""
    servers = start("{count: 2, created: 1m, study: a, moves: {finishes: 2 polls}}", "realtime")
    one, other = callers(servers)
    older, newer = servers[0].world.store.orders_of("demo-hospital")
    for _ in range(3):
        assert one.get("/orderId", study_uid=newer.study_uid).status == 200
        assert one.get("/results", study_uid=newer.study_uid, report_type="txt").status == 409
    assert one.get("/status", study_uid=newer.study_uid).json["status"] == "PROCESSING"
    assert other.get("/status", study_uid=newer.study_uid).json["status"] == "COMPLETED"
    assert told(one, older)[0] == "PROCESSING"


def test_an_amendment_may_come_with_a_call(start: Start) -> None:
    """A new version from then on, listed though the first was acknowledged."""
    servers = start("{moves: {finishes: 1 poll, amended: 3 polls}}", "realtime")
    one, other = callers(servers)
    order = only(servers[0])
    told(one, order)
    assert one.acknowledge(one.listing()) == [order.report_id(1)]
    told(other, order)
    assert one.listing() == []
    told(one, order)
    assert other.listing() == [order.report_id(2)]


def test_moving_by_hand_ends_the_counting(start: Start) -> None:
    """What was planned for later falls away, as where time moves an order."""
    servers = start("{moves: {finishes: 2 polls}}", "realtime")
    one, _ = callers(servers)
    order = only(servers[0])
    shown = servers[0].control("GET", f"/worlds/default/orders/{order.order_id}").json
    assert shown["polls"]["made"] == 0
    assert shown["polls"]["next"][-1] == {"call": 2, "status": "COMPLETED", "progress": 100}
    servers[1].control("POST", f"/worlds/default/orders/{order.order_id}/fail")
    assert [told(one, order)[0] for _ in range(3)] == ["FAILED"] * 3
    assert "polls" not in servers[0].control("GET", f"/worlds/default/orders/{order.order_id}").json


def test_the_control_api_submits_such_orders(start: Start) -> None:
    """With `unit: polls`."""
    servers = start("{status: FAILED}", "realtime")
    one, other = callers(servers)
    moves = {"starts": 1, "finishes": 2, "outcome": "CANCELLED", "unit": "polls"}
    made = servers[0].control("POST", "/worlds/default/orders", {"organization_id": "demo-hospital", "moves": moves})
    order = servers[1].world.store.find_order(made.json["order_id"])
    assert order is not None
    assert [told(caller, order)[0] for caller in (one, other, one)] == ["PROCESSING", "CANCELLED", "CANCELLED"]
    wrong = {"organization_id": "demo-hospital", "moves": {"starts": 3, "finishes": 2, "unit": "polls"}}
    assert servers[0].asked("POST", "/worlds/default/orders", wrong).status == 400


def test_no_call_is_lost_when_many_ask_at_once(start: Start) -> None:
    """Forty calls of two workers count forty."""
    servers = start("{moves: {starts: 40 polls, finishes: 41 polls}}", "realtime")
    both, order = callers(servers), only(servers[0])
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: told(both[n % 2], order)[0], range(40)))
    assert sorted(answers) == ["PROCESSING", *["RECEIVED"] * 39]
    assert told(both[0], order)[0] == "COMPLETED"


# --- the function itself


@st.composite
def planned(draw: st.DrawFn) -> polls.Polls:
    """Any plan by calls."""
    finishes = draw(st.integers(1, 30))
    outcome = draw(st.sampled_from(lifecycle.OUTCOMES))
    amended = draw(st.none() | st.integers(1, 5)) if outcome == COMPLETED else None
    return polls.planned(
        draw(st.integers(1, finishes)), finishes, outcome, None if amended is None else finishes + amended
    )


def an_order(plan: polls.Polls) -> Order:
    """An order that was received at START."""
    received = lifecycle.parked(START, RECEIVED, START)
    return Order(1, 1, "hospital", "ORD-1", "1.2.3", 1, None, START, 1, received, polls=plan)


@STEADY
@given(planned(), st.lists(st.integers(0, 5), min_size=40, max_size=40))
def test_each_call_finds_what_its_number_says(plan: polls.Polls, waits: list[int]) -> None:
    """Whenever the calls are made, and however often the order is looked at in between; and only forwards."""
    order, now = an_order(plan), START
    found = [order.state(now)]
    for made, wait in enumerate(waits, 1):
        now += wait * SECOND
        assert order.state(now) == found[-1]
        order.count_poll(now)
        found.append(order.state(now))
        due = [step for step in plan.steps if step.call <= made and step.status != polls.AMENDED]
        assert (found[-1].status, found[-1].progress) == (due[-1][1:] if due else (RECEIVED, 0))
    for before, after in pairwise(found):
        assert after.status == before.status or after.status in ALLOWED[before.status]
        assert after.progress >= before.progress
        assert after.updated_at >= before.updated_at
        if (after.status, after.progress) != (before.status, before.progress):
            assert after.updated_at > before.updated_at
    assert order.polls is None
    assert len(order.amendments) == sum(step.status == polls.AMENDED for step in plan.steps)


@STEADY
@given(planned(), st.integers(0, 35), st.lists(st.integers(0, 10**12), max_size=5))
def test_looking_changes_nothing(plan: polls.Polls, calls: int, looks: list[Instant]) -> None:
    """Only calls do: the state after so many is the same at every later instant."""
    order = an_order(plan)
    for _ in range(calls):
        order.count_poll(START)
    states = {order.state(START + at) for at in (1, *looks)}
    assert len(states) == 1 or order.amendments


def test_what_a_call_brings_comes_after_what_the_plan_has() -> None:
    """The clock may stand before the plan's last change: times of one order never go back."""
    later, now = START + 10 * SECOND, START
    order = Order(1, 1, "hospital", "ORD-1", "1.2.3", 1, None, START, 1, lifecycle.parked(START, PROCESSING, later))
    order.polls = polls.planned(1, 2, COMPLETED, amended=3)
    for _ in range(3):
        order.count_poll(now)
    assert [milestone.at for milestone in order.plan] == [START, later, later, later]
    assert (order.amendments, order.polls) == ((later,), None)


@pytest.mark.parametrize("status", [COMPLETED, FAILED])
def test_an_order_without_a_call_in_between_ends_at_once(status: str) -> None:
    """The first call ends it: no progress is made before, so a failure has none."""
    assert polls.planned(1, 1, status).steps == (polls.Step(1, status, 100 if status == COMPLETED else 0),)
