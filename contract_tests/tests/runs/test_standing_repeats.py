"""Runs against a standing service: what was found broken is asked again."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.judged_run import judgement, parts
from contract_tests.tests.helpers.real_service import BROKEN, answer
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.target.model import States

Start = Callable[[Callable[[str, str, bytes], Any]], Any]


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
    wrong = real_service.document(200, {**real_service._status(order), "order_id": "ZK-0000-000000", "synthetic": True})
    server = serve(failing_at(f"/status?order_id={order}", (2,), wrong))  # the first looks whether the fixture is there
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
    wrong = real_service.document(200, {**real_service._status(order), "order_id": "ZK-0000-000000", "synthetic": True})
    fixture = {"order_in_status": [{"status": "COMPLETED", "order_id": order, "study_uid": study}]}
    server = serve(failing_at(f"/status?order_id={order}", tuple(range(99)), wrong))
    done = run(server.target(states=States(fixtures=fixture)), Options(requirements=("STATUS-1",)))
    assert judgement(done, "STATUS-1").verdict is Verdict.FAIL
    assert "flaky" not in judgement(done, "STATUS-1").summary
    asked = [path for _, path, _, _ in server.requests if path.startswith(f"/status?order_id={order}")]
    assert len(asked) == 3  # the first looks whether the fixture is there


def test_a_call_that_failed_once_is_asked_again(serve: Start) -> None:
    """PROTO-3 judges each answer of a run: one 500 in a hundred is a FAIL, marked."""
    server = serve(failing_at("/orderId", (2,)))
    done = run(server.target(listing_allowed=True), Options(requirements=("ORDERID-*", "PROTO-3")))
    found = parts(done, "PROTO-3")["any-call"]
    assert found.verdict is Verdict.FAIL
    assert found.evidence[0].note.startswith("flaky 1/3: expected no failure of the service; got 500")
