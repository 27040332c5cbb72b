"""A stored run, judged again, is nowhere better than it was, whatever of its answers was not stored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.real_service import problem
from contract_tests.tests.helpers.small_run import judged
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.recorded_verdicts import STANDS, keep_recorded
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run
from pacsimile_contract.target.model import Limits

BROKEN = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)


def _broken(done: RunFinished) -> dict[str, Verdict]:
    found = {one.requirement.id: one.verdict for one in done.judgements if one.verdict in BROKEN}
    return found | {part.check: part.verdict for one in done.judgements for part in one.parts if part.verdict in BROKEN}


def test_no_failure_is_lost_with_a_body(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Of a service without a synthetic mark, most bodies and many headers are not stored."""
    target = serve(real_service.answer).target(limits=Limits(timeout=5.0), listing_allowed=True)
    done = run(target, Options(repeats=0), [ReportFolder(tmp_path / "report")])
    before, again = _broken(done), replay(load_run(tmp_path / "report"))
    assert any(STANDS in one.summary for one in again.judgements)
    after = _broken(again)
    assert {name: after.get(name) for name in before if after.get(name, Verdict.PASS) < before[name]} == {}
    assert again.exit_status == done.exit_status == 1


def test_what_was_stored_as_a_whole_is_judged_anew() -> None:
    """A part that is as bad or worse now keeps its evidence; a recorded PASS decides nothing."""
    newest = next(one for one in judged() if one.requirement.id == "STATUS-2")
    for recorded in ({"STATUS-2/latest": "FAIL"}, {"STATUS-2/latest": "WARN"}, {"STATUS-2/tie": "PASS"}, {}):
        assert keep_recorded(newest, recorded) is newest
    passing = next(one for one in judged() if one.requirement.id == "AUTH-1")
    kept = keep_recorded(passing, {"AUTH-1/token": "WARN", "AUTH-2/token": "FAIL", "AUTH-1/later": "FAIL"})
    assert kept.verdict is Verdict.FAIL
    assert {part.check: part.verdict.value for part in kept.parts} == {"AUTH-1/token": "WARN", "AUTH-1/later": "FAIL"}
    assert kept.summary == f"later: {STANDS}"


@pytest.mark.parametrize("reason", ["put off", "gone"])
def test_a_run_without_a_verdict_gets_none_later(serve: Callable[..., Any], tmp_path: Path, reason: str) -> None:
    """It ended with status 4, and nothing passes by the calls that it made until then."""

    def say(method: str, path: str, body: bytes) -> Any:
        return problem(503, "service-unavailable", **{"Retry-After": "86400"}) if reason == "put off" else None

    done = run(serve(say).target(limits=Limits(timeout=5.0)), Options(), [ReportFolder(tmp_path / "report")])
    again = replay(load_run(tmp_path / "report"))
    assert done.exit_status == again.exit_status == 4
    assert Verdict.PASS not in {one.verdict for one in (*done.judgements, *again.judgements)}
