"""The fixture `pacsimile`, the same without pytest, and the mock in the test's own process."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import requests

from mock.tests.helpers.fork_server import prepared
from pacsimile_mock.testing import InProcess, Server, ServerDidNotStart, TestWorld
from pacsimile_mock.testing.control import ControlError


class Client:
    """An unmodified client, which knows an address and its credentials alone."""

    def __init__(self, http: requests.Session, url: str, client_id: str, secret: str, organization_id: str) -> None:
        self.http, self.url, self.organization_id = http, url, organization_id
        told = http.get(f"{url}/oauth2/token", auth=(client_id, secret))
        told.raise_for_status()
        http.headers["Authorization"] = f"Bearer {told.json()['access_token']}"

    def status(self, order_id: str) -> int | str:
        """The order's status, or the HTTP status of a refusal."""
        told = self.http.get(f"{self.url}/status", params={"order_id": order_id})
        return told.json()["status"] if told.ok else told.status_code

    def listed(self) -> list[str]:
        """The reports that wait."""
        told = self.http.get(f"{self.url}/reports", params={"organizationId": self.organization_id})
        return [one["report_id"] for one in told.json()["reports"]]


def client_of(world: TestWorld, http: requests.Session) -> Client:
    return Client(http, world.url, world.client_id, world.client_secret, world.organization_id)


@pytest.fixture
def client(pacsimile: TestWorld):
    with requests.Session() as http:
        yield client_of(pacsimile, http)


def test_an_order_moves_by_the_clock(pacsimile: TestWorld, client: Client) -> None:
    """An order that is processed completes when the world's clock has come that far."""
    order = pacsimile.order(status="PROCESSING")
    assert client.status(order.order_id) == "PROCESSING"
    pacsimile.clock.advance(minutes=20)
    assert client.status(order.order_id) == "COMPLETED"
    assert client.listed() == order.report_ids
    assert pacsimile.journal.calls("listReports") == 1
    assert pacsimile.journal.calls("getStatus") == 2


def test_an_order_may_move_by_status_calls(pacsimile: TestWorld, client: Client) -> None:
    """The call of that number finds it COMPLETED: no clock, no sleep."""
    order = pacsimile.order(polls=3)
    assert [client.status(order.order_id) for _ in range(4)] == ["RECEIVED", "PROCESSING", "COMPLETED", "COMPLETED"]
    assert client.status(pacsimile.order(polls=1).order_id) == "COMPLETED"


def test_a_world_may_begin_with_a_scenario(pacsimile_server: Server, tmp_path: Path) -> None:
    """A file of one's own decides of seed and pace, unless the test does."""
    path = tmp_path / "mine.yaml"
    path.write_text("seed: 5\npace: polls\norders:\n  - {moves: {starts: 1s, finishes: 2s}}\n")
    for given, pace in (({}, "polls"), ({"pace": "instant", "seed": 6}, "instant")):
        world = pacsimile_server.world(str(path), **given)
        shown = world.call("GET", "")
        assert (shown["seed"], shown["pace"]) == (given.get("seed", 5), pace)
        world.delete()


def test_worlds_do_not_see_each_other(pacsimile: TestWorld, client: Client) -> None:
    """Nothing is left of another test's orders."""
    assert client.listed() == []


def test_an_order_moves_by_hand(pacsimile: TestWorld, client: Client) -> None:
    """start, progress, finish, amend: what the client sees follows; an impossible move fails the test."""
    order = pacsimile.order(finishes=None)
    order.start()
    order.progress(60)
    order.finish()
    amended = order.amend()
    assert client.listed() == [amended]
    assert not order.acknowledged
    with pytest.raises(ControlError, match="final"):
        order.cancel()


def test_a_token_ends_by_the_worlds_clock(pacsimile: TestWorld, client: Client) -> None:
    """An hour is a call away."""
    order = pacsimile.order("COMPLETED")
    pacsimile.clock.advance(minutes=59)
    assert client.status(order.order_id) == "COMPLETED"
    pacsimile.clock.advance(minutes=2)
    assert client.status(order.order_id) == 401


def test_the_clock_is_set_by_a_text_too(pacsimile: TestWorld) -> None:
    """As the command line writes times; what is none is refused in words."""
    pacsimile.clock.set("2100-01-01T08:00:00Z")
    assert pacsimile.clock.now().isoformat().startswith("2100-01-01T08:00:0")
    for wrong in ("tomorrow", "2101-01-01T08:00:00", "2000-01-01T08:00:00Z"):
        with pytest.raises(ControlError, match=r"set|time|clock"):
            pacsimile.clock.set(wrong)


def test_a_good_client_makes_a_call(pacsimile: TestWorld) -> None:
    """A client that was never called is not a good one."""
    with pytest.raises(AssertionError, match=r"^your client made no call: its base URL in this test is http"):
        pacsimile.expect_good_client()
    with requests.Session() as http:
        client_of(pacsimile, http).status(pacsimile.order().order_id)
    pacsimile.expect_good_client()


def test_expectations_fail_with_the_closest_call(pacsimile: TestWorld, client: Client) -> None:
    """What the client did instead is told."""
    client.status("NO-SUCH")
    pacsimile.journal.expect("getStatus", exactly=1)
    with pytest.raises(AssertionError, match=r"^getStatus status=503: expected exactly 1 such calls; there were 0"):
        pacsimile.journal.expect("getStatus", status=503, exactly=1)
    with pytest.raises(AssertionError, match="operation is 'getStatus', not 'getResult'"):
        pacsimile.journal.expect("getResult")


def test_what_no_call_can_be_fails_the_test(pacsimile: TestWorld, client: Client) -> None:
    """A slip in a name would pass for ever; what was meant is told."""
    asked: list[Callable[[Any], object]] = [
        lambda name: pacsimile.journal.expect(name, exactly=0),
        lambda name: pacsimile.journal.calls(name),
        lambda name: pacsimile.journal.entries(name),
        lambda name: pacsimile.fault({"status": 503}, name),
    ]
    for ask in asked:
        with pytest.raises(ControlError, match="did you mean 'getStatus'"):
            ask("getstatus")
        with pytest.raises(ControlError):
            ask("")
    with pytest.raises(ControlError, match="did you mean 'exactly'"):
        pacsimile.journal.expect("getStatus", exacty=0)


def test_a_fault_is_met_once(pacsimile: TestWorld, client: Client) -> None:
    """The first status call meets a 503, the next does not."""
    order = pacsimile.order("COMPLETED")
    pacsimile.fault({"status": 503}, operation="getStatus", nth=1)
    assert client.status(order.order_id) == 503
    assert client.status(order.order_id) == "COMPLETED"


def test_the_same_without_pytest() -> None:
    """A context manager starts and ends the server; unittest uses it as it is."""
    with Server() as server, requests.Session() as http:
        world = server.world()
        order = world.order("FAILED")
        assert client_of(world, http).status(order.order_id) == "FAILED"
    with pytest.raises(requests.ConnectionError):
        requests.get(f"{server.url}/_mock/health", timeout=2)


def test_a_server_ends_with_the_process_that_started_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test run or a load that is killed leaves no server behind: its end of the pipe is closed."""
    monkeypatch.setattr("pacsimile_mock.testing.server.COMMAND", prepared())
    with Server() as server:
        assert server._process is not None
        assert server._process.stdin is not None
        server._process.stdin.close()
        assert server._process.wait(30) == 0


def test_a_server_that_does_not_start_says_why() -> None:
    """What it wrote to standard error is the message."""
    with pytest.raises(ServerDidNotStart, match="no scenario 'nonsense'"):
        Server("--scenario", "nonsense").start()


def test_requests_without_a_port() -> None:
    """`requests` calls the application in this process; the clock is the world's."""
    server = InProcess()
    with requests.Session() as http:
        http.mount(server.url, server.requests_adapter())
        world = server.world()
        order = world.order(finishes=timedelta(minutes=1))
        client = client_of(world, http)
        world.clock.advance(minutes=2)
        assert client.status(order.order_id) == "COMPLETED"


def test_httpx_without_a_port() -> None:
    """`httpx` does by its own transport."""
    server = InProcess()
    world = server.world()
    with httpx.Client(transport=httpx.WSGITransport(app=server.wsgi), base_url=server.url) as http:
        told = http.get("/oauth2/token", auth=(world.client_id, world.client_secret))
        assert told.json()["token_type"] == "Bearer"


def test_the_plugin_imports_nothing_before_it_is_used() -> None:
    """Every pytest of a user's environment loads it: no Flask, no granian, no Faker with it."""
    code = "import pacsimile_mock.testing.plugin, sys; print(*sorted(sys.modules))"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"flask", "granian", "faker", "joserfc", "pacsimile_mock.worlds.world"} & set(told)


def test_with_xdist_each_worker_has_a_server_of_its_own(tmp_path: Path) -> None:
    """Tests of one file run on two workers, each with worlds of its own."""
    (tmp_path / "test_mine.py").write_text(
        "import pytest\n\n@pytest.mark.parametrize('n', range(6))\n"
        "def test_empty(pacsimile, n):\n    assert pacsimile.journal.calls() == 0\n    pacsimile.order('COMPLETED')\n"
    )
    others = ("cacheprovider", "hypothesispytest")  # a second in each of three processes
    without = [word for name in others for word in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", *without, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=300, check=False)
    assert told.returncode == 0, told.stdout
    assert "6 passed" in told.stdout


def test_a_world_speaks_the_dialect_of_a_file(tmp_path: Path) -> None:
    """Or a shipped one; what is wrong in it is one line with the file's name."""
    file = tmp_path / "vendor.yaml"
    file.write_text("name: vendor\npaths: {getToken: /auth}\n", "utf-8")
    server = InProcess()
    assert server.world(dialect=file).token_endpoint == f"{server.url}/auth"
    assert server.world(dialect="legacy").token_endpoint == f"{server.url}/auth/token"
    assert server.world(dialect={"name": "vendor"}).token_endpoint == f"{server.url}/oauth2/token"
    file.write_text("name: vendor\ntimes: never\n", "utf-8")
    for wrong, said in (
        (file, r"vendor\.yaml:2: times: expected rfc3339"),
        ("camell", "camell: cannot be read: .*camel"),
    ):
        with pytest.raises(ControlError, match=said):
            server.world(dialect=wrong)


def test_the_fixture_has_the_dialect_that_the_tests_say(tmp_path: Path) -> None:
    """By a fixture of theirs that overrides `pacsimile_dialect`."""
    (tmp_path / "test_mine.py").write_text(FIXTURE_OF_A_DIALECT)
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_mine.py"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout


FIXTURE_OF_A_DIALECT = """\
import pytest

@pytest.fixture
def pacsimile_dialect():
    return "legacy"

def test_it(pacsimile):
    assert pacsimile.token_endpoint.endswith("/auth/token")
"""
