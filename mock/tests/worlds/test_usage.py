"""Worlds that nobody uses end by themselves, when another one is made; those in use do not."""

import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from mock.tests.helpers.databases import Databases
from mock.tests.helpers.in_process import Caller, Service
from mock.tests.helpers.sharing import MANUAL, Server
from pacsimile_mock.clock import SECOND, Instant, system_time
from pacsimile_mock.config import WorldOptions
from pacsimile_mock.seed.submission import Submission, Submitter
from pacsimile_mock.storage.registry import Registry
from pacsimile_mock.worlds.usage import COARSE, Usage
from pacsimile_mock.worlds.worlds import Worlds

HOUR = 3600 * SECOND
LIFETIME = 2 * HOUR


class Machine:
    """The time that servers go by."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = system_time()
        self._monkeypatch = monkeypatch

    def rules(self, registry: Registry) -> None:
        """Let a server go by it."""
        self._monkeypatch.setattr(registry, "time", lambda: self.now)

    def wait(self, by: Instant) -> None:
        """Time passes."""
        self.now += by


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    """A machine's time that a test moves."""
    return Machine(monkeypatch)


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def servers(request: pytest.FixtureRequest, databases: Databases, machine: Machine) -> Iterator[list[Server]]:
    """Two servers on one database of each kind; in memory, one that is asked twice."""
    url = None if request.param == "memory" else databases.empty(request.param)
    with ExitStack() as stack:
        made = []
        for _ in range(1 if url is None else 2):
            made.append(Server(MANUAL, database=url, world_lifetime=LIFETIME / SECOND))
            machine.rules(made[-1].state.worlds.registry)
            stack.callback(made[-1].state.close)
        yield [made[0], made[-1]]


def make(server: Service) -> str:
    """A new world's name."""
    return server.state.worlds.create(MANUAL).name


def names(server: Service) -> set[str]:
    """The worlds that there are beside the default one."""
    return {world.name for world in server.state.worlds} - {"default"}


def test_a_world_that_nobody_uses_ends_when_another_is_made(servers: list[Server], machine: Machine) -> None:
    """Not before, and for all servers; the default world stays."""
    one, other = servers
    first = make(one)
    machine.wait(LIFETIME)
    second = make(other)
    assert names(one) == {first, second}
    machine.wait(COARSE + 1)
    third = make(other)
    assert names(one) == names(other) == {second, third}
    assert one.state.worlds.find(first) is None
    machine.wait(10 * LIFETIME)
    fourth = make(one)
    assert names(other) == {fourth}
    assert other.client().ask_token().status == 200


@pytest.mark.parametrize("how", ["token request", "token", "path", "control"])
def test_a_world_in_use_lives_on(how: str, servers: list[Server], machine: Machine) -> None:
    """Whoever uses it, at whichever server, by whatever leads into it."""
    one, other = servers
    world = one.state.worlds.create(MANUAL)
    world.move_clock(lambda clock: clock.freeze())  # its tokens do not expire
    client = next(iter(world.clients.values()))
    caller = other.as_client(Caller(one, client))
    for _ in range(5):
        machine.wait(HOUR)
        if how == "token request":
            assert caller.ask_token().status == 200
        elif how == "token":
            assert caller.get("/status", order_id="ORD-1").status == 404
        elif how == "path":
            assert other.call("GET", f"/w/{world.name}/oauth2/jwks").status == 200
        else:
            other.control("GET", f"/worlds/{world.name}/clock")
        make(one)
        assert world.name in names(one)


def test_uses_are_kept_now_and_then() -> None:
    """Not one write a call."""
    kept: list[str] = []

    class Kept:
        now = system_time()

        def time(self) -> Instant:
            return self.now

        def touch(self, world: str) -> None:
            kept.append(world)

    registry = Kept()
    usage = Usage(registry, 6 * 3600)  # type: ignore[arg-type]
    for _ in range(1000):
        usage.note("a")
        usage.note("b")
        registry.now += SECOND
    assert kept.count("a") == kept.count("b") == 4


def test_an_ended_world_leaves_no_memory_behind() -> None:
    """Though collection is spared many orders, and never looks at what there was then: all that they held is free."""
    worlds = Worlds("http://localhost", WorldOptions(scenario="empty"))
    held = []
    tracemalloc.start()
    try:
        for _ in range(4):
            world = worlds.create(WorldOptions(scenario="empty"))
            submitter = Submitter(world)
            before = tracemalloc.get_traced_memory()[0]
            organization = submitter.new_organization().organization_id
            submitter.submit_all([Submission(organization, "COMPLETED", system_time())] * 2_000)
            full = tracemalloc.get_traced_memory()[0]
            worlds.delete(world.name)
            del world, submitter
            held.append((tracemalloc.get_traced_memory()[0] - before) / (full - before))
    finally:
        tracemalloc.stop()
    assert max(held[1:]) < 0.1, held  # the first call of all leaves caches filled
