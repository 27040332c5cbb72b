"""`pacsimile fault`: what it sends, what it prints, and what it refuses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from mock.tests.helpers.served import Served, serving
from pacsimile.main import main

LIST = "/reports?organizationId=demo-hospital&limit=1"
Run = Callable[..., Result]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fault-command")


@pytest.fixture(scope="module")
def running(place: Path) -> Iterator[Served]:
    """A mock whose faults are set by hand."""
    with serving(place, "--pace", "manual", forked=False) as served:  # one alone needs no fork server
        _ = served.token
        yield served


@pytest.fixture
def run(place: Path, running: Served, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """Run the command as its user does; no fault is left."""
    monkeypatch.setenv("PACSIMILE_RUNTIME_DIR", str(place / "runtime"))
    yield lambda *words: CliRunner().invoke(main, ["fault", *words])
    CliRunner().invoke(main, ["fault", "--clear"])


def test_the_third_call_is_refused(run: Run, running: Served) -> None:
    """A status, an operation, a turn: what was set is printed in one line."""
    told = run("503", "--operation", "listReports", "--nth", "3")
    assert told.exit_code == 0
    assert told.output.split("  ")[1:] == ["status 503", "operation=listReports", "nth=3", "set, met 0 of 0 calls\n"]
    assert [running.get(LIST).status for _ in range(4)] == [200, 200, 503, 200]


def test_faults_are_listed_removed_and_cleared(run: Run, running: Served) -> None:
    """The list says how often each was met, and which are over."""
    first = run("429", "--count", "1", "--retry-after", "9").output.split()[0]
    second = run("reset", "--order-id", "ORD-1").output.split()[0]
    assert running.get(LIST).status == 429
    listed = run("--list").output.splitlines()
    assert listed[0] == f"{first}  status 429  count=1  over, met 1 of 1 calls"
    assert listed[1] == f"{second}  reset  order_id=ORD-1  set, met 0 of 0 calls"
    assert run("--remove", first).output == f"removed fault {first}\n"
    assert run("--list").output.splitlines() == listed[1:]
    assert run("--clear").output == "removed all faults\n"
    none = run("--list")
    assert (none.stdout, none.stderr) == ("", "no faults\n")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("2s",), "latency 2000 ms"),
        (("1.5ms",), "latency 1.5 ms"),
        (("--delay", "500ms"), "latency 500 ms"),
        (("502", "--delay", "1s"), "latency 1000 ms, status 502"),
        (("--lognormal", "200ms", "0.5"), "latency of lognormal 200 ms"),
        (("reset-request",), "reset before the request was served"),
        (("truncate",), "truncate"),
        (("malformed",), "malformed"),
        (("drip",), "drip"),
        (("token-endpoint-down",), "token endpoint down"),
        (("--token-lifetime", "30"), "token lifetime 30 s"),
        (("key-rotation", "--probability", "0.5", "--seed", "3", "--seconds", "60"), "key rotation"),
    ],
)
def test_each_effect_can_be_set(run: Run, words: tuple[str, ...], name: str) -> None:
    """By one word or one option."""
    told = run(*words)
    assert told.exit_code == 0, told.output
    assert told.output.split("  ")[1] == name


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), "give an EFFECT"),
        (("--nth", "3"), "effect is missing"),
        (("503", "--list"), "one of --list, --remove and --clear"),
        (("--list", "--clear"), "one of --list, --remove and --clear"),
        (("explode",), "'explode' is not an effect: give a status"),
        (("rest",), "pacsimile: 'rest' is not an effect; did you mean 'reset'?"),
        (("2",), "As a delay: 2 has no unit: give 2ms or 2s"),
        (("--delay", "500"), "500 has no unit: give 500ms or 500s"),
        (("--delay", "1.5"), "1.5 has no unit: give 1.5ms or 1.5s"),
        (("--lognormal", "200", "0.5"), "200 has no unit: give 200ms or 200s"),
        (("200",), "effect.status must be a whole number from 400 to 599"),
        (("--delay", "soon"), "'soon' is not a duration"),
        (("503", "--operation", "getstatus"), "did you mean 'getStatus'?"),
        (("503", "--operation", "nonsense"), "is not one of 'getToken'"),
        (("503", "--nth", "1", "--every", "2"), "match.every cannot be given together with nth"),
        (("503", "--client-id", "nobody"), "there is no client 'nobody'"),
        (("--remove", "fault-99"), "there is no fault 'fault-99'"),
        (("503", "--world", "nowhere"), "there is no world 'nowhere'"),
        (("503", "--nth", "x"), "not a whole number."),
    ],
)
def test_what_cannot_be_is_refused(run: Run, words: tuple[str, ...], told: str) -> None:
    """One line that says what is wrong, and an exit status other than 0."""
    refused = run(*words)
    assert refused.exit_code in (1, 2)
    assert told in refused.output
    assert "Traceback" not in refused.output
