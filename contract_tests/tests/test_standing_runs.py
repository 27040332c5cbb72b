"""Runs against a standing service: what is asked again, skipped, waited for, saved, and left when interrupted."""

import json
import os
import stat
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import real_service
from real_service import answer

from pacsimile_contract.checkers import expiry
from pacsimile_contract.events import Acknowledging, Event, RequirementJudged, RunFinished
from pacsimile_contract.pacing import Pace
from pacsimile_contract.replaying import load_run, replay
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.history_file import HistoryJsonl
from pacsimile_contract.run import Options
from pacsimile_contract.runner import run
from pacsimile_contract.target import Limits, States, Target
from pacsimile_contract.verdict import JudgedPart, Judgement, Verdict

Start = Callable[[Callable[[str, str, bytes], Any]], Any]
QUICK = Limits(timeout=0.4)
BROKEN = (500, {"Content-Type": "text/plain"}, b"")


def judgement(done: RunFinished, requirement: str) -> Judgement:
    """Return the judgement of a requirement."""
    return next(one for one in done.judgements if one.requirement.id == requirement)


def parts(done: RunFinished, requirement: str) -> dict[str, JudgedPart]:
    """Return the parts of a requirement by name."""
    return {one.check.partition("/")[2]: one for one in judgement(done, requirement).parts}


def failing_at(place: str, times: tuple[int, ...], reply: Any = BROKEN) -> Callable[[str, str, bytes], Any]:
    """Return the real service, which answers the given calls to `place` (counted from 1) with `reply`."""
    seen: Counter[str] = Counter()

    def say(method: str, path: str, body: bytes) -> Any:
        if path.startswith(place):
            seen[place] += 1
            if seen[place] in times:
                return reply
        return answer(method, path, body)

    return say


def test_a_fault_that_does_not_repeat_is_marked(serve: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """FAIL still, `flaky 1/3`, with both answers as evidence; replay of what was stored comes to the same."""
    monkeypatch.setattr(real_service, "ORDERS", {"ZK-2024-771203": "1.3.6.1.4.1.32473.9.771203"})
    order, study = next(iter(real_service.ORDERS.items()))
    wrong = real_service.document(200, {**real_service._status(order), "order_id": "ZK-0000-000000"})
    server = serve(failing_at(f"/status?order_id={order}", (1,), wrong))
    fixture = {"order_in_status": [{"status": "COMPLETED", "order_id": order, "study_uid": study}]}
    target = server.target(states=States(fixtures=fixture))
    done = run(target, Options(requirements=("STATUS-1",)), [ReportFolder(tmp_path)])
    found = next(one for one in judgement(done, "STATUS-1").parts if one.verdict is Verdict.FAIL)
    notes = [one.note for one in found.evidence]
    assert notes[0].startswith("flaky 1/3: expected order_id")
    assert notes[-1] == "flaky 1/3: asked again, it held"
    assert done.exit_status == 1
    for file in ("report.html", "junit.xml", "report.json"):
        written = (tmp_path / file).read_text("utf-8")
        assert "flaky 1/3: expected order_id" in written
        assert "flaky 1/3: asked again, it held" in written
    again = judgement(replay(load_run(tmp_path)), "STATUS-1")
    assert "flaky 1/3" in again.summary
    assert again.verdict is Verdict.FAIL


def test_a_fault_that_repeats_is_asked_once_more_only(serve: Start) -> None:
    """Steady: no mark, and no third time."""
    order, study = next(iter(real_service.ORDERS.items()))
    wrong = real_service.document(200, {**real_service._status(order), "order_id": "ZK-0000-000000"})
    fixture = {"order_in_status": [{"status": "COMPLETED", "order_id": order, "study_uid": study}]}
    server = serve(failing_at(f"/status?order_id={order}", tuple(range(99)), wrong))
    done = run(server.target(states=States(fixtures=fixture)), Options(requirements=("STATUS-1",)))
    assert judgement(done, "STATUS-1").verdict is Verdict.FAIL
    assert "flaky" not in judgement(done, "STATUS-1").summary
    asked = [path for _, path, _, _ in server.requests if path.startswith(f"/status?order_id={order}")]
    assert len(asked) == 2


def test_a_call_that_failed_once_is_asked_again(serve: Start) -> None:
    """PROTO-3 judges each answer of a run: one 500 in a hundred is a FAIL, marked."""
    server = serve(failing_at("/orderId", (2,)))
    done = run(server.target(listing_allowed=True), Options(requirements=("ORDERID-*", "PROTO-3")))
    found = parts(done, "PROTO-3")["any-call"]
    assert found.verdict is Verdict.FAIL
    assert found.evidence[0].note.startswith("flaky 1/3: expected no failure of the service; got 500")


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
    assert "blocked by PROTO-3" in judgement(done, "GROUP-1").summary
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


class Queue:
    """The real service with a queue that can be acknowledged."""

    def __init__(self) -> None:
        self.left = list(real_service.ORDERS)
        self.shown: list[str] = []
        self.on_post: Callable[[], None] = lambda: None

    def say(self, method: str, path: str, body: bytes) -> Any:
        """Answer as the contract has it."""
        if not path.startswith("/reports"):
            return answer(method, path, body)
        ids = {order: real_service._entry(order)["report_id"] for order in self.left}
        if method == "GET":
            self.shown = self.left[:2] if "limit=2" in path else list(self.left)
            entries = [real_service._entry(order) for order in self.shown]
            return real_service.document(200, {"organization_id": "org-a", "count": len(entries), "reports": entries})
        self.on_post()
        named = json.loads(body)["report_ids"] if body else [ids[one] for one in self.shown if one in self.left]
        done = [order for order in self.left if ids[order] in named]
        self.left = [order for order in self.left if order not in done]
        gone = [one for one in named if one not in ids.values()]
        said = {"organization_id": "org-a", "count": len(done), "acknowledged": [ids[one] for one in done]}
        return real_service.document(200, {**said, "not_found": gone})


BATCHES = ("BATCH-5", "BATCH-8", "BATCH-10", "BATCH-11")


def test_acknowledging_takes_both_words(serve: Start, tmp_path: Path) -> None:
    """One of them, or the word for another organization: no POST leaves."""
    word = {"acknowledge_allowed": True, "acknowledge_organization": "org-a"}
    cases: list[tuple[dict[str, Any], str | None]] = [(word, None), (word, "org-b"), ({}, "org-a")]
    for more, allow in cases:
        server = serve(Queue().say)
        options = Options(requirements=BATCHES, allow_acknowledge=allow, report=tmp_path)
        done = run(server.target(listing_allowed=True, **more), options)
        assert not [path for method, path, _, _ in server.requests if method == "POST" and "token" not in path]
        assert "--allow-acknowledge" in _reasons(done, "BATCH-5")
    assert not (tmp_path / "private").exists()


def _reasons(done: RunFinished, requirement: str) -> str:
    return " ".join(one.note for part in judgement(done, requirement).parts for one in part.evidence)


def test_what_is_acknowledged_is_told_and_saved_before(serve: Start, tmp_path: Path) -> None:
    """Three reports at most, in a file of the owner's alone, before the POST arrives."""
    queue, told = Queue(), []
    server = serve(queue.say)
    queue.on_post = lambda: told.append(len(list((tmp_path / "private").glob("acknowledged-*.json"))))

    def listen(event: Event) -> None:
        if isinstance(event, Acknowledging):
            told.append((event.organization, event.count, event.file))

    target = server.target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    done = run(target, Options(requirements=BATCHES, allow_acknowledge="org-a", report=tmp_path), [listen])
    assert [judgement(done, one).verdict for one in BATCHES] == [Verdict.PASS] * 4
    assert len(queue.left) == len(real_service.ORDERS) - 3
    assert told[:2] == [("org-a", 2, "private/acknowledged-1.json"), 1]
    saved = tmp_path / "private" / "acknowledged-1.json"
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    reports = json.loads(saved.read_text("utf-8"))["last_listing"]["reports"]
    assert [one["order_id"] for one in reports] == list(real_service.ORDERS)[:2]


def test_without_a_report_folder_nothing_is_acknowledged(serve: Start) -> None:
    """The listing could not be saved."""
    server = serve(Queue().say)
    target = server.target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    done = run(target, Options(requirements=BATCHES, allow_acknowledge="org-a"))
    assert "needs --report DIR" in _reasons(done, "BATCH-5")
    assert not [path for method, path, _, _ in server.requests if method == "POST" and "token" not in path]


def test_a_service_that_ignores_the_limit_keeps_its_reports(serve: Start, tmp_path: Path) -> None:
    """A POST would acknowledge all of them: BATCH-13's fault, nobody's loss."""

    def say(method: str, path: str, body: bytes) -> Any:
        return queue.say(method, path.replace("limit=2", "limit=9"), body)

    queue = Queue()
    target = serve(say).target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    done = run(target, Options(requirements=("BATCH-5",), allow_acknowledge="org-a", report=tmp_path))
    assert "blocked by BATCH-13" in _reasons(done, "BATCH-5")
    assert len(queue.left) == len(real_service.ORDERS)


@pytest.mark.parametrize("exclusive", [False, True])
def test_another_client_may_acknowledge_meanwhile(serve: Start, tmp_path: Path, exclusive: bool) -> None:
    """A report that vanishes from a standing organization is a FAIL only where nobody else acknowledges."""
    queue = Queue()
    queue.on_post = lambda: queue.left.remove(queue.left[-1])
    target = serve(queue.say).target(
        listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a", exclusive=exclusive
    )
    done = run(target, Options(requirements=("BATCH-5",), allow_acknowledge="org-a", report=tmp_path))
    verdict = parts(done, "BATCH-5")["last-listing-alone"].verdict
    assert verdict is (Verdict.FAIL if exclusive else Verdict.NOT_EXERCISED)


@pytest.mark.parametrize("done_", [True, False])
def test_an_acknowledgement_answered_500_may_be_done_or_not(serve: Start, tmp_path: Path, done_: bool) -> None:
    """Either way BATCH-5 is not broken by it; that it failed is PROTO-3's."""
    queue = Queue()

    def say(method: str, path: str, body: bytes) -> Any:
        if method == "POST" and path.startswith("/reports"):
            if done_:
                queue.say(method, path, body)
            return BROKEN
        return queue.say(method, path, body)

    target = serve(say).target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    wanted = ("BATCH-5", "BATCH-14", "PROTO-3")
    done = run(target, Options(requirements=wanted, allow_acknowledge="org-a", report=tmp_path))
    assert judgement(done, "BATCH-5").verdict is Verdict.NOT_EXERCISED
    assert parts(done, "BATCH-14")["wholly-or-not"].verdict is Verdict.PASS
    assert judgement(done, "PROTO-3").verdict is Verdict.FAIL


def test_half_an_acknowledgement_is_a_failure(serve: Start, tmp_path: Path) -> None:
    """Answered 500, and one of two reports is gone."""
    queue = Queue()

    def say(method: str, path: str, body: bytes) -> Any:
        if method == "POST" and path.startswith("/reports"):
            queue.left = list(real_service.ORDERS)[1:]
            return BROKEN
        return queue.say(method, path, body)

    target = serve(say).target(listing_allowed=True, acknowledge_allowed=True, acknowledge_organization="org-a")
    options = Options(requirements=("BATCH-14",), allow_acknowledge="org-a", report=tmp_path)
    done = run(target, replace(options, requirements=("BATCH-5", "BATCH-14")))
    assert parts(done, "BATCH-14")["wholly-or-not"].verdict is Verdict.FAIL


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
    monkeypatch.setattr("pacsimile_contract.session.time.monotonic", lambda: _now() + clock.slept)
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


def test_a_declared_lack_is_no_lack(serve: Start) -> None:
    """`acknowledge: {allowed: false}`: N/A with the reason, and the operation need not answer."""
    target: Target = serve(answer).target(listing_allowed=True, declared=frozenset({"acknowledge"}))
    done = run(target, Options(accept_not_exercised=("*",)))
    assert judgement(done, "BATCH-5").verdict is Verdict.NOT_APPLICABLE
    assert "acknowledge: {allowed: false}" in judgement(done, "BATCH-5").summary
    assert not [one for one in done.notes if one.startswith("never answered")]


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
