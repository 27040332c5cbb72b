"""Every store: an organization's own is found by each key; whole or not at all, also by many at once."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

from pacsimile_fixtures import identifiers
from pacsimile_mock.clock import SECOND
from pacsimile_mock.orders import lifecycle
from pacsimile_mock.orders.model import Order
from pacsimile_mock.orders.store import Store
from pacsimile_mock.storage.memory_store import MemoryStore
from pacsimile_spec.statuses import COMPLETED

START = 1_750_000_000 * SECOND


def order(number: int, organization_id: str = "hospital", group: str | None = None, study: str = "1.2.3") -> Order:
    """A COMPLETED order."""
    plan = lifecycle.parked(START, COMPLETED, START + number)
    return Order(number, 1, organization_id, f"ORD-{number}", study, 1, group, START, number, plan)


def test_numbers_begin_at_one_and_are_never_given_twice(store: Store) -> None:
    """Also when many ask at once."""
    assert store.next_number() == 1
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: store.next_number(), range(400)))
    assert sorted(numbers) == list(range(2, 402))


def test_orders_are_found_by_id_study_and_group_of_their_organization(store: Store) -> None:
    """And under no other's name (SEC-1, SEC-3, SEC-8)."""
    mine, second, theirs = order(1, group="g"), order(2, group="g"), order(3, "clinic", "g")
    store.add([mine, second, theirs])
    assert store.order("hospital", "ORD-1") == mine
    assert store.order("clinic", "ORD-1") is None
    assert store.order("nobody", "ORD-1") is None
    assert list(store.orders_of_study("hospital", "1.2.3")) == [mine, second]
    assert list(store.orders_of_study("clinic", "1.2.3")) == [theirs]
    assert list(store.orders_of_study("hospital", "1.2")) == []
    assert list(store.orders_of_group("hospital", "g")) == [mine, second]
    assert list(store.orders_of_group("hospital", "G")) == []
    assert list(store.orders_of("hospital")) == [mine, second]
    assert list(store.orders_of("nobody")) == []


def test_what_is_no_identifier_finds_nothing(store: Store) -> None:
    """NUL is none of PostgreSQL's characters, and half a character none of UTF-8: an acknowledgement may name both."""
    store.add([order(1)])
    for name in ("A\u0000", "1.2.3\u0000", "\ud800", "", "1.2.3 "):
        assert store.order("hospital", name) is None
        assert list(store.orders_of_study("hospital", name)) == []


def test_an_order_is_found_by_its_study_whoever_named_it(store: Store) -> None:
    """Oldest first, and none of another organization: orders may share a study that was made for one of them."""
    of_first, of_third = identifiers.study_uid(1, 1), identifiers.study_uid(1, 3)
    orders = [
        order(1, study=of_first),
        order(2, study=of_third),
        order(3, study=of_third),
        order(4, study=of_first),
        order(5, "clinic", study=of_first),
        order(6, study="1.2.6"),
    ]
    store.add(orders)
    assert list(store.orders_of_study("hospital", of_first)) == [orders[0], orders[3]]
    assert list(store.orders_of_study("hospital", of_third)) == [orders[1], orders[2]]
    assert list(store.orders_of_study("clinic", of_first)) == [orders[4]]
    assert list(store.orders_of_study("hospital", "1.2.6")) == [orders[5]]
    for stranger in (identifiers.study_uid(2, 1), identifiers.study_uid(1, 6)):
        assert list(store.orders_of_study("hospital", stranger)) == []


def test_asking_for_strangers_leaves_no_trace() -> None:
    """A million unknown names must not fill the memory."""
    store = MemoryStore()
    store.order("nobody", "x")
    store.orders_of_study("nobody", "1.2")
    store.orders_of_group("nobody", "g")
    store.orders_of("nobody")
    assert not any((store._orders, store._studies, store._later_orders, store._groups))


def test_a_report_is_found_once_it_is_ready(store: Store) -> None:
    """By its id, whosesoever it is."""
    first = order(1)
    store.add([first])
    assert store.find_order("ORD-1") == first
    assert store.find_order("ORD-2") is None
    assert store.find_report(first.report_id(1), START) is None
    assert store.find_report(first.report_id(1), START + 1) == first


def test_a_transaction_is_seen_whole(store: Store) -> None:
    """Who lists while another submits sees none or all of it (CONS-1, BATCH-14)."""
    numbers = count(1)
    now = START + 10**9

    def submit() -> None:
        with store.transaction():
            store.add([order(next(numbers)) for _ in range(5)])
            store.add([order(next(numbers)) for _ in range(5)])

    def listed() -> int:
        return len(store.list_unacknowledged("hospital", now, None))

    with ThreadPoolExecutor(4) as pool:
        writers = [pool.submit(submit) for _ in range(40)]
        readers = [pool.submit(listed) for _ in range(200)]
        seen = [reader.result() for reader in readers]
        for writer in writers:
            writer.result()
    assert {n % 10 for n in seen} == {0}
    assert listed() == 400


def test_what_many_acknowledge_at_once_is_acknowledged_once(store: Store) -> None:
    """Each id is newly marked for one of them, none is lost (BATCH-14)."""
    orders = [order(n) for n in range(1, 301)]
    store.add(orders)
    ids, now = [one.report_id(1) for one in orders], START + 10**9

    def acknowledge(n: int) -> list[str]:
        if n % 2:
            return store.acknowledge("hospital", ids[n * 3 :: 2], now).acknowledged
        with store.transaction():
            store.remember_listing("hospital", f"client-{n}", store.list_unacknowledged("hospital", now, 40), now)
        return store.acknowledge_listing("hospital", f"client-{n}", now)

    with ThreadPoolExecutor(6) as pool:
        marked = [one for part in pool.map(acknowledge, range(40)) for one in part]
    left = [one.version.report_id for one in store.list_unacknowledged("hospital", now, None)]
    assert len(marked) == len(set(marked))
    assert sorted(marked + left) == sorted(ids)


def test_a_remembered_listing_tells_what_would_be_acknowledged(store: Store) -> None:
    """Nothing that came later or is acknowledged already, and what was amended since; asking changes nothing."""
    store.add([order(1), order(2), order(4)])
    now = START + 3
    assert store.remembered_listing("hospital", "client", now) is None
    listed = store.list_unacknowledged("hospital", now, None)
    store.remember_listing("hospital", "client", listed, now)
    store.acknowledge("hospital", [listed[0].version.report_id], now)
    for later in (now, START + 5):
        assert store.remembered_listing("hospital", "client", later) == [listed[1].version.report_id]
        assert store.remembered_listing("hospital", "another", later) is None
    assert store.acknowledge_listing("hospital", "client", START + 5) == [listed[1].version.report_id]
    assert store.remembered_listing("hospital", "client", START + 5) == []
