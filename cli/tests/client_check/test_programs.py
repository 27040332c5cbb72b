"""Programs under hard conditions: a good one loses nothing, and each bad one fails where it has to."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from pacsimile.client_check.check import Check, Listener, run
from pacsimile.client_check.conditions import CONDITIONS, chosen
from pacsimile.client_check.service import OwnService
from pacsimile.client_check.trial import Settings, Trial
from pacsimile_advice.score import CLEAN, FAILED, UNTRIED

PROGRAM = Path(__file__).with_name("program.py")
HARD = ("calm", "reset-listing", "half-a-report", "ready-in-between", "amendment", "key-rotation")


@pytest.fixture(scope="module")
def service() -> Iterator[OwnService]:
    with OwnService() as own:
        yield own


def check(service: OwnService, *ways: str, under: tuple[str, ...] = ("calm",), timeout: float = 60.0) -> Check:
    """Run the program of the tests."""
    settings = Settings((sys.executable, str(PROGRAM), *ways), None, None, 1, timeout, {}, Event())
    return run(chosen(under), service, settings, len(under), Listener())


def trial(service: OwnService, *ways: str, under: str = "calm", timeout: float = 60.0) -> Trial:
    """Run the program of the tests under one condition."""
    (tried,) = check(service, *ways, under=(under,), timeout=timeout).trials
    return tried


LOSES = {
    "good": set(),
    "without-body": {"reset-listing"},
    "half": {"half-a-report"},
    "twice": {"ready-in-between", "amendment"},  # who lists twice acknowledges an amended report unseen too
    "once-an-order poll": {"amendment"},
}
"""Where a program loses reports."""


@pytest.fixture(scope="module")
def checks(service: OwnService) -> dict[str, Check]:
    """These programs, side by side: most of the time they wait."""
    with ThreadPoolExecutor(len(LOSES)) as pool:
        return dict(zip(LOSES, pool.map(lambda ways: check(service, *ways.split(), under=HARD), LOSES), strict=True))


@pytest.mark.parametrize(("ways", "fails"), LOSES.items())
def test_each_kind_of_loss_fails_under_its_condition(checks: dict[str, Check], ways: str, fails: set[str]) -> None:
    """And nowhere else."""
    told = checks[ways]
    assert {one.condition.name for one in told.trials if one.score.lost} == fails
    assert {one.condition.name for one in told.failed} == fails
    assert told.exit_status == (1 if fails else 0)


def test_the_service_restarts(service: OwnService) -> None:
    told = trial(service, under="restart")
    assert (told.score.verdict, len(told.score.delivered), told.complete) == (CLEAN, 3, True)


def test_a_program_that_gives_up_at_once_crashes(service: OwnService) -> None:
    told = trial(service, "once", under="503-bare")
    assert (told.score.verdict, told.score.crashed) == (FAILED, "exit status 1")
    assert "502" in told.output


def test_a_program_that_repeats_without_a_pause_is_warned(service: OwnService) -> None:
    """Two failures in a row show it: a client may repeat once at once, over a connection that was closed."""
    told = trial(service, "hasty", under="503-bare")
    assert [advice.mistake.id for advice in told.score.advice] == ["ADVICE-RETRIED-AT-ONCE"]


def test_a_program_that_never_ends_is_ended_when_its_work_is_done(service: OwnService) -> None:
    """Also what comes when nothing waits any more is delivered first."""
    told = trial(service, "poll", under="amendment")
    assert (len(told.score.delivered), told.score.lost, told.score.hung, told.score.crashed) == (3, (), False, "")
    assert told.end == "went on when its work was done, and was ended"
    assert len({mention[0] for entry in told.entries for mention in entry["observed"]["reports"]}) == 5


def test_a_program_that_acknowledges_nothing_delivers_all(service: OwnService) -> None:
    """What is hard for an acknowledgement is not tried then."""
    for name, verdict in (("calm", CLEAN), ("reset-acknowledgement", UNTRIED)):
        told = trial(service, "unacknowledged", under=name)
        assert (told.score.verdict, len(told.score.delivered), len(told.score.waiting)) == (verdict, 3, 3)


def test_a_program_that_hangs_is_killed(service: OwnService) -> None:
    told = trial(service, "hang", timeout=0.5)
    assert (told.score.verdict, told.score.hung, told.score.calls) == (FAILED, True, 0)
    assert told.end == "was ended 0.5 s after its last step: it made no call"
    assert told.notes == ("it did not end when it was asked to (SIGTERM), and was killed",)


def test_without_a_call_nothing_else_is_tried(service: OwnService) -> None:
    settings = Settings((sys.executable, "-c", ""), None, None, 1, 60.0, {}, Event())
    told = run(chosen(()), service, settings, 2, Listener())
    assert [one.condition.name for one in told.trials] == ["calm"]
    assert len(told.left_out) == len(CONDITIONS) - 1
    assert told.exit_status == 1


def test_calls_without_credentials_are_told(service: OwnService) -> None:
    script = "import os, urllib.request; urllib.request.urlopen(os.environ['API_URL'] + '/status')"
    settings = Settings((sys.executable, "-c", script), None, None, 1, 60.0, {}, Event())
    (told,) = run(chosen(["calm"]), service, settings, 1, Listener()).trials
    assert (told.score.calls, told.score.crashed) == (0, "exit status 1")
    assert told.notes[0].startswith("it called the service without the credentials")


def test_no_process_is_left_behind(service: OwnService) -> None:
    told = trial(service, "fork")
    assert told.notes == ("it left processes behind, which were ended",)
    left = int(told.output.split()[-1])
    deadline = time.monotonic() + 20
    while _runs(left) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _runs(left)


def test_a_process_that_cannot_be_ended_is_told(service: OwnService) -> None:
    """It left the program's session, as a daemon does."""
    told = trial(service, "daemon")
    os.kill(int(told.output.split()[-1]), signal.SIGKILL)
    assert told.notes == ("it started a process in a session of its own, which still runs: run it in the foreground",)


def _runs(pid: int) -> bool:
    """Tell whether a process runs; one that waits to be collected does not."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_what_it_writes_is_kept_without_secrets(service: OwnService) -> None:
    told = trial(service, "loud")
    assert told.score.verdict == CLEAN
    assert told.output.startswith("[hidden] [hidden] [hidden]\n")
    assert told.output.endswith("x\nAuthorization: [hidden]\n")
    assert "bytes are left out]" in told.output and len(told.output) < 300_000
    assert service.client.token not in told.output and "eyJ" not in told.output


def test_a_scenario_takes_the_place_of_the_usual_reports(service: OwnService) -> None:
    settings = Settings((sys.executable, str(PROGRAM)), "backlog:7", None, 3, 60.0, {}, Event())
    (told,) = run(chosen(["calm"]), service, settings, 1, Listener()).trials
    assert (told.score.verdict, told.score.ready) == (CLEAN, 7)
