"""Determinism: the same seed and version, the same bytes of every answer and document.

Whatever the order of requests, the threads, the workers, and from one version of Python to the next.
"""

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from werkzeug.datastructures import Headers

from mock.tests.helpers.goldens import FILE, INSTANTS, Ask, Scenario, golden, hashes, versions
from mock.tests.helpers.in_process import Reply, basic
from mock.tests.helpers.served import Served, serving
from pacsimile_mock.clock import SECOND
from pacsimile_mock.seed.load import shipped

GOLDEN = golden()
START = "2100-01-01T00:00:00Z"


def explained(found: dict[str, str], scenario: str, seconds: int) -> str:
    """What differs from what the repository keeps; nothing where nothing does."""
    wanted = GOLDEN[scenario][str(seconds)]
    names = [name for name in sorted({*found, *wanted}) if found.get(name) != wanted.get(name)]
    if not names:
        return ""
    return (
        f"{scenario} after {seconds} s: other bytes than in {FILE.name}: {', '.join(names)}. That was made with "
        f"{made_with()}, here are {versions()}. If answers are meant to change: python -m mock.tests.helpers.goldens"
    )


def made_with() -> str:
    """The versions under which the hashes hold."""
    return FILE.read_text().partition('"scenarios"')[0].partition('"made_with": ')[2].strip().rstrip(",")


def test_every_scenario_has_its_hashes() -> None:
    """At each instant."""
    assert sorted(GOLDEN) == shipped()
    assert all(list(hashes) == [str(at // SECOND) for at in INSTANTS] for hashes in GOLDEN.values())


@pytest.mark.parametrize("name", shipped())
def test_a_scenario_answers_the_same_bytes_as_ever(name: str) -> None:
    """Every operation, every type of document, at its start, in the midst, and when all is done."""
    scenario = Scenario(name)
    for after in INSTANTS:
        assert not explained(scenario.at(after, scenario.asks), name, after // SECOND)


@pytest.mark.usefixtures("pages_set_anew")
@pytest.mark.parametrize("name", ["demo", "groups", "amended_report"])
def test_neither_order_nor_threads_make_a_difference(name: str) -> None:
    """Backwards, shuffled, by eight threads at once; looked at late without ever having been looked at before."""
    scenario, last = Scenario(name), INSTANTS[-1]
    scenario.move_to(last)
    shuffled = random.Random(7).sample(scenario.asks, len(scenario.asks))
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(scenario.answer, shuffled))
    assert not explained(hashes(zip(shuffled, answers, strict=True)), name, last // SECOND)
    assert not explained(scenario.at(last, reversed(scenario.asks)), name, last // SECOND)


class Workers:
    """A mock of several workers, whose scenario began at START."""

    def __init__(self, served: Served) -> None:
        self.served = served
        self._control("/clock", b'{"freeze": true}')
        self._control("/clock", f'{{"set": "{START}"}}'.encode())
        self._control("/reset", b"{}")
        self._bearers: dict[str, str] = {}

    def _control(self, path: str, body: bytes) -> None:
        headers = {"Authorization": f"Bearer {self.served.line['control_token']}", "Content-Type": "application/json"}
        assert self.served.call("POST", f"/_mock/worlds/default{path}", headers, body).status == 200

    def answer(self, ask: Ask) -> Reply:
        """Make one call on a connection of its own, which any worker may take."""
        owner = ask.organization_id
        if owner not in self._bearers:
            told = self._call("/oauth2/token", basic(owner, f"{owner}-secret"))
            self._bearers[owner] = f"Bearer {told.json['access_token']}"
        if ask.name == "getToken":
            return self._call(ask.target, basic(owner, f"{owner}-secret"))
        return self._call(ask.target, self._bearers[owner])

    def _call(self, target: str, authorization: str) -> Reply:
        told = self.served.call("GET", target, {"Authorization": authorization})
        return Reply(told.status, Headers(list(told.headers.items())), told.body)


def test_workers_make_no_difference(tmp_path: Path) -> None:
    """Two on one database, asked in any order by several at once: the same bytes, over real sockets."""
    name = "demo"
    asks = Scenario(name).asks
    shuffled = random.Random(7).sample(asks, len(asks))
    database = f"sqlite:///{tmp_path / 'state.sqlite'}"
    with serving(tmp_path, "--scenario", name, "--database", database, "--workers", "2") as served:
        workers = Workers(served)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(workers.answer, shuffled))
    assert not explained(hashes(zip(shuffled, answers, strict=True)), name, 0)
