"""An order gives the same answers in whichever order, and however often, it is looked at."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock.tests.helpers.goldens import ORGANIZATIONS, Ask, asks, hashes
from mock.tests.helpers.in_process import START, Caller, Reply, Service
from pacsimile_mock.clock import SECOND, Instant
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.orders.model import Order
from pacsimile_mock.worlds.world import World

STEADY = settings(deadline=None, derandomize=True, database=None, max_examples=50)

READING = ("getStatus", "getOrderIds", "getResult", "getGroupReport", "listReports")

AT = tuple(round(s * SECOND) for s in (0, 1, 5, 7.5, 10, 19.999999, 20, 20.000001, 40, 60, 90, 180, 600, 601, 4000))
"""When something of `demo` changes, and when not."""


class Observed:
    """A world of a mock without a socket, whose scenario began at START."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.world: World = service.state.worlds.create(WorldOptions(scenario="demo", report_types=("json", "txt")))
        self.world.move_clock(lambda clock: (clock.freeze(), clock.set(START)))
        self.world.reset()
        self.asks = [ask for ask in asks(self._orders()) if ask.name.partition(" ")[0] in READING]

    def _orders(self) -> list[Order]:
        store = self.world.store
        return [order for owner in ORGANIZATIONS for order in store.orders_of(owner)]

    def look(self, at: Instant, asks: Sequence[Ask]) -> dict[Ask, str]:
        """What is answered at an instant, in short."""
        self.world.move_clock(lambda clock: clock.set(START + at))
        self.callers = {
            owner: Caller(self.service, self.world.clients[f"{owner}{self.world.suffix}"]) for owner in ORGANIZATIONS
        }
        return {ask: hashes([(ask, self._answer(ask))])[ask.name] for ask in asks}

    def _answer(self, ask: Ask) -> Reply:
        return self.callers[ask.organization_id].call("GET", ask.target)


@pytest.fixture(scope="module")
def service() -> Service:
    """A mock in which each example has worlds of its own."""
    return Service()


@STEADY
@given(data=st.data())
def test_who_looks_changes_nothing(service: Service, data: st.DataObject) -> None:
    """Asked in any order, at any instants before, or never before: at one instant every answer is the same bytes."""
    often, once = Observed(service), Observed(service)
    instants = sorted(data.draw(st.sets(st.sampled_from(AT), min_size=1, max_size=4)))
    for at in instants[:-1]:
        often.look(at, data.draw(st.lists(st.sampled_from(often.asks), max_size=12)))
    asked = data.draw(st.lists(st.sampled_from(often.asks), min_size=1, max_size=12))
    before = often.look(instants[-1], asked)
    after = once.look(instants[-1], list(reversed(asked)))
    assert before == after
    for observed in (often, once):
        service.state.worlds.delete(observed.world.name)
