"""The queue's short memory against a naive one that keeps whole listings: BATCH-1 … BATCH-14, as a state machine."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from mock.tests.helpers.databases import Databases, engine_of
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.orders import lifecycle
from pacsimile_mock.orders.model import Order, Version
from pacsimile_mock.orders.store import Listed, Store
from pacsimile_mock.queue.service import QueueService
from pacsimile_mock.storage import memory_queue
from pacsimile_mock.storage.database.queue import GRACE
from pacsimile_mock.storage.database.registry import SqlRegistry
from pacsimile_mock.storage.memory_store import MemoryStore
from pacsimile_spec.statuses import COMPLETED, FINAL, PROCESSING

START = 1_750_000_000 * SECOND
OURS, THEIRS = "hospital", "clinic"
CLIENTS = ("viewer", "archive")
STEADY = settings(deadline=None, derandomize=True, database=None)
SPANS = st.integers(0, 3) | st.integers(0, 10 * SECOND)
LIMITS = st.none() | st.integers(1, 4)


@dataclass
class Naive:
    """What a queue should know, kept the long way: every order, every acknowledged id, every listing in full."""

    orders: list[Order] = field(default_factory=list)
    acknowledged: set[str] = field(default_factory=set)
    shown: dict[str, tuple[list[str], Instant]] = field(default_factory=dict)

    def ready(self, now: Instant) -> list[Version]:
        """Every version of ours that is ready, superseded or acknowledged or not."""
        mine = (order for order in self.orders if order.organization_id == OURS)
        return [version for order in mine for version in order.planned_versions() if version.ready_at <= now]

    def waiting(self, now: Instant) -> set[str]:
        """What a listing holds: ready, not acknowledged, not superseded by one that is ready."""
        ready = self.ready(now)
        superseded = {version.supersedes for version in ready}
        return {version.report_id for version in ready} - superseded - self.acknowledged

    def last_shown(self, client_id: str, now: Instant) -> tuple[list[str], bool]:
        """What a POST without a body acknowledges: this client's latest listing, while it is remembered.

        A store may remember it a little longer, and then it does so wholly: whether that may be is told beside.
        """
        ids, at = self.shown.get(client_id, ([], now))
        remembered, longest = now - at <= memory_queue.REMEMBERED, now - at <= memory_queue.REMEMBERED + GRACE
        left = [one for one in ids if one not in self.acknowledged]
        return (left if longest else []), longest and not remembered


class QueueMachine(RuleBasedStateMachine):
    """Two clients of one organization, another organization beside them, and a clock that mostly stands still."""

    orders = Bundle("orders")

    def __init__(self, empty_store: Callable[[], Store] = MemoryStore) -> None:
        super().__init__()
        self.store = empty_store()
        self.queue = QueueService(self.store)
        self.naive = Naive()
        self.now = START

    @initialize(target=orders, ago=st.lists(SPANS, min_size=1, max_size=6))
    def begin(self, ago: list[Instant]) -> MultipleResults[Order]:
        """Begin with a few ready reports."""
        return multiple(*(self._submit(span, COMPLETED, OURS) for span in ago))

    @rule(
        target=orders,
        ago=SPANS,
        status=st.sampled_from([COMPLETED, COMPLETED, PROCESSING, "FAILED"]),
        ours=st.booleans(),
    )
    def submit(self, ago: Instant, status: str, ours: bool) -> Order:
        """An order arrives in this status; one that completed a while ago is a late finisher."""
        return self._submit(ago, status, OURS if ours else THEIRS)

    @rule(target=orders, ahead=SPANS, length=SPANS)
    def submit_moving(self, ahead: Instant, length: Instant) -> Order:
        """An order arrives that will complete by itself."""
        plan = lifecycle.moving(self.now, self.now + ahead, self.now + ahead + length, COMPLETED)
        return self._keep(plan, OURS)

    def _submit(self, ago: Instant, status: str, organization_id: str) -> Order:
        return self._keep(lifecycle.parked(self.now - ago, status, self.now - ago), organization_id)

    def _keep(self, plan: lifecycle.Plan, organization_id: str) -> Order:
        number = self.store.next_number()
        order = Order(number, 1, organization_id, f"ORD-{number}", "1.2.3", 1, None, plan[0].at, number, plan)
        self.store.add([order])
        self.naive.orders.append(order)
        return order

    @rule(order=orders, status=st.sampled_from([COMPLETED, COMPLETED, "FAILED", "CANCELLED"]))
    def finish(self, order: Order, status: str) -> None:
        """An order is finished by hand, whatever was planned for it."""
        if order.state(self.now).status not in FINAL:
            order.plan = lifecycle.with_status(order.plan, self.now, status)
            self.store.change(order)

    @rule(order=orders, ahead=SPANS)
    def plan_anew(self, order: Order, ahead: Instant) -> None:
        """An order that is not finished will complete earlier or later than planned, or as planned."""
        if order.state(self.now).status not in FINAL:
            end = lifecycle.Milestone(self.now + ahead + 1, COMPLETED, 100)
            order.plan = (*lifecycle.with_status(order.plan, self.now, PROCESSING), end)
            self.store.change(order)

    @rule(order=orders, times=st.integers(1, 2))
    def amend(self, order: Order, times: int) -> None:
        """A report that is ready gets new versions, at the very instant where the clock stands."""
        if order.newest_version(self.now) is not None:
            order.amendments = (*order.amendments, *[self.now] * times)
            self.store.change(order)

    @rule(by=SPANS | st.sampled_from([3600 * SECOND, memory_queue.REMEMBERED, memory_queue.REMEMBERED + GRACE + 1]))
    def wait(self, by: Instant) -> None:
        """Time passes."""
        self.now += by

    @rule(client_id=st.sampled_from(CLIENTS), limit=LIMITS)
    def list_reports(self, client_id: str, limit: int | None) -> None:
        """A listing holds the oldest so many of what waits (BATCH-1, BATCH-2, BATCH-12, BATCH-13)."""
        listed = ids(self.queue.list_reports(OURS, client_id, self.now, limit))
        assert len(listed) == min(limit or 10**6, len(self.naive.waiting(self.now)))
        assert listed == ids(self.queue.unacknowledged(OURS, self.now, None))[:limit]
        self.naive.shown[client_id] = (listed, self.now)

    @rule(client_id=st.sampled_from(CLIENTS), limit=LIMITS)
    def retrieve(self, client_id: str, limit: int | None) -> None:
        """List, and acknowledge at once: a client's daily round."""
        self.list_reports(client_id, limit)
        self.acknowledge_listing(client_id)

    @rule(client_id=st.sampled_from(CLIENTS))
    def acknowledge_listing(self, client_id: str) -> None:
        """Without a body: what this client's latest listing held, and nothing else (BATCH-5 … BATCH-9)."""
        expected, perhaps = self.naive.last_shown(client_id, self.now)
        done = self.queue.acknowledge_listing(OURS, client_id, self.now)
        assert done.acknowledged == expected or (perhaps and done.acknowledged == [])
        assert done.not_found == []
        self.naive.acknowledged.update(done.acknowledged)

    @rule(data=st.data())
    def acknowledge(self, data: st.DataObject) -> None:
        """With ids: these alone, each once; what is foreign, not ready or unknown comes back (BATCH-11)."""
        known = [order.report_id(version) for order in self.naive.orders for version in (1, 2)] + ["REP-unknown"]
        named = data.draw(st.lists(st.sampled_from(known), max_size=4))
        ready = {version.report_id for version in self.naive.ready(self.now)}
        done = self.queue.acknowledge(OURS, named, self.now)
        once = list(dict.fromkeys(named))
        assert done.acknowledged == [one for one in once if one in ready - self.naive.acknowledged]
        assert done.not_found == [one for one in once if one not in ready]
        self.naive.acknowledged.update(done.acknowledged)

    @invariant()
    def nothing_is_lost_and_nothing_is_shown_twice(self) -> None:
        """Whatever waits is listed, each once, oldest first; whatever does not is not (BATCH-1, BATCH-2, BATCH-14)."""
        listed = self.queue.unacknowledged(OURS, self.now, None)
        assert sorted(ids(listed)) == sorted(self.naive.waiting(self.now))
        times = [one.version.ready_at for one in listed]
        assert times == sorted(times)


def ids(listed: Iterable[Listed]) -> list[str]:
    """The ids of a listing, in its order."""
    return [one.version.report_id for one in listed]


@pytest.mark.parametrize("compact_at", [0, 64])
def test_the_queue_remembers_what_a_naive_one_would(compact_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """In any order of calls, also with a frozen clock, and however often it sweeps out what is done."""
    monkeypatch.setattr(memory_queue, "COMPACT_AT", compact_at)
    run_state_machine_as_test(QueueMachine, settings=settings(STEADY, max_examples=120, stateful_step_count=30))


@pytest.mark.parametrize(("kind", "examples"), [("sqlite", 40), ("postgresql", 10)])
def test_so_does_the_queue_in_a_database(kind: str, examples: int, databases: Databases) -> None:
    """The same machine, with fewer examples; most where a statement takes least, since both run the same queries."""
    registry, names = SqlRegistry(engine_of(databases.empty(kind))), count(1)

    def empty_store() -> Store:
        world = f"world-{next(names)}"
        registry.add(world, WorldOptions())
        return registry.store(world)

    run_state_machine_as_test(
        lambda: QueueMachine(empty_store), settings=settings(STEADY, max_examples=examples, stateful_step_count=30)
    )
    registry.engine.close()
