"""Runs against a standing service: what is skipped, waited for, and left when interrupted."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.judged_run import judgement, parts
from contract_tests.tests.helpers.real_service import answer
from pacsimile_contract.checkers import expiry
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.history_file import HistoryJsonl
from pacsimile_contract.run.events import Event, RequirementJudged
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Limits, States

Start = Callable[[Callable[[str, str, bytes], Any]], Any]
QUICK = Limits(timeout=0.4)


def test_an_operation_that_hangs_is_skipped(serve: Start) -> None:
    """FAIL of PROTO-3; nobody waits for more than a few calls of it, and the others are judged."""

    def say(method: str, path: str, body: bytes) -> Any:
        if path.startswith("/report?"):
            time.sleep(1.0)
        return answer(method, path, body)

    server = serve(say)
    done = run(server.target(listing_allowed=True, limits=QUICK), Options())
    found = parts(done, "PROTO-3")["any-call"]
    assert found.verdict is Verdict.FAIL
    assert any("an answer of getGroupReport" in one.note for one in found.evidence)
    assert sum(path.startswith("/report?") for _, path, _, _ in server.requests) <= 3
    assert "blocked by PROTO-3" in judgement(done, "GROUP-4").summary
    assert judgement(done, "STATUS-1").verdict is Verdict.PASS
    assert done.exit_status == 1


def test_slow_but_complete_is_no_failure(serve: Start) -> None:
    """Each answer after half a second, and a time that is over before all is asked: skipped, not hung upon."""

    def say(method: str, path: str, body: bytes) -> Any:
        time.sleep(0.5)
        return answer(method, path, body)

    began = time.monotonic()
    done = run(serve(say).target(listing_allowed=True, limits=Limits(max_time=4.0)), Options())
    assert time.monotonic() - began < 8
    assert judgement(done, "PROTO-3").verdict in (Verdict.PASS, Verdict.NOT_EXERCISED)
    assert "max_time of 4 s is used up" in judgement(done, "BATCH-3").summary
    assert not [one for one in done.judgements if one.verdict is Verdict.ERROR]


@pytest.mark.parametrize("when", [3, 40])
def test_ctrl_c_leaves_a_partial_report(serve: Start, tmp_path: Path, when: int) -> None:
    """What was judged is told, the rest is NOT-EXERCISED, the run says so, and does not pass."""
    seen: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, RequirementJudged):
            seen.append(event.judgement.requirement.id)

    server = serve(answer)
    target = server.target(listing_allowed=True)
    stopping = _Stopping(target.limits, when)
    done = run(target, Options(accept_not_exercised=("*",)), [listen, HistoryJsonl(tmp_path)], pace=stopping)
    assert done.notes[0].startswith("interrupted: this report is partial")
    assert len(server.requests) < when
    assert done.exit_status in (1, 3)
    assert "interrupted" in judgement(done, "SEC-1").summary
    assert (tmp_path / "history.jsonl").is_file()
    assert set(seen) == {one.requirement.id for one in done.judgements if one.parts}


class _Stopping(Pace):
    """Presses Ctrl-C before the nth request."""

    def __init__(self, limits: Limits, when: int) -> None:
        super().__init__(limits)
        self._when = when

    def take(self, *, token: bool) -> None:
        super().take(token=token)
        if self.requests == self._when:
            raise KeyboardInterrupt


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.slept = 0.0

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept += seconds


@pytest.mark.parametrize(("dies", "verdict"), [(True, Verdict.PASS), (False, Verdict.FAIL)])
def test_a_run_that_may_wait_asks_again_at_the_end(
    serve: Start, monkeypatch: pytest.MonkeyPatch, dies: bool, verdict: Verdict
) -> None:
    """The first token shortly before its end, and long after: AUTH-17, AUTH-11; orders again: STATUS-5."""
    clock = Clock()
    monkeypatch.setattr("pacsimile_contract.session.clock.time.monotonic", lambda: _now() + clock.slept)
    target = serve(_expiring(clock, dies)).target(listing_allowed=True, limits=Limits(wait=3910.0, max_time=60.0))
    pace = Pace(target.limits, sleep=clock.sleep)
    done = run(target, Options(requirements=("AUTH-11", "AUTH-17", "STATUS-5")), pace=pace)
    assert parts(done, "AUTH-17")["until-it-expires"].verdict is Verdict.PASS
    assert parts(done, "AUTH-11")["getStatus"].verdict is verdict
    assert 3590 + expiry.LEEWAY < clock.slept < 4000


def _now() -> float:
    return os.times().elapsed


def _expiring(clock: Clock, dies: bool) -> Callable[[str, str, bytes], Any]:
    def say(method: str, path: str, body: bytes) -> Any:
        if dies and clock.slept > 3600 and not path.startswith("/oauth2"):
            return real_service.problem(401, "invalid-token", **{"WWW-Authenticate": "Bearer"})
        return answer(method, path, body)

    return say


def test_states_are_let_settle(serve: Start) -> None:
    """`limits: settle` is waited after each state that was made."""
    clock = Clock()

    def say(method: str, path: str, body: bytes) -> Any:
        if path == "/states":
            state = {"organization_id": "org-x", "client_id": "client-x", "client_secret": "secret-x"}
            order, study = next(iter(real_service.ORDERS.items()))
            return real_service.document(200, {**state, "order_id": order, "study_uid": study, "order_ids": [order]})
        return answer(method, path, body)

    server = serve(say)
    target = server.target(states=States(server.url + "/states"), limits=Limits(settle=2.0))
    run(target, Options(requirements=("STATUS-4",)), pace=Pace(target.limits, sleep=clock.sleep))
    made = sum(path == "/states" for _, path, _, _ in server.requests)
    assert made
    assert clock.slept == 2.0 * made
