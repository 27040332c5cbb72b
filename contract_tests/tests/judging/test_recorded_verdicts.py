"""A stored run, judged again, is nowhere better than it was, whatever of its answers was not stored."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.handwritten import exchange, story
from contract_tests.tests.helpers.real_service import problem
from contract_tests.tests.helpers.small_run import finished, judged
from pacsimile_contract.findings.reasons import MISTAKE
from pacsimile_contract.findings.registry import checkers
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.judging.judgement import JudgedPart
from pacsimile_contract.judging.recorded_verdicts import NOT_WHOLE, STANDS, keep_recorded
from pacsimile_contract.judging.redacted import EvaluatorOfStored
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.history_file import records
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import Stored, load_run
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


def test_no_verdict_of_one_profile_is_kept_under_another(serve: Callable[..., Any], tmp_path: Path) -> None:
    """Under `documented` a strict FAIL may be a WARN: what cannot be judged again neither fails nor passes."""
    target = serve(real_service.answer).target(limits=Limits(timeout=5.0), listing_allowed=True)
    run(target, Options(repeats=0, level="smoke"), [ReportFolder(tmp_path / "report")])
    stored = load_run(tmp_path / "report")
    strict, documented = replay(stored, "strict"), replay(stored, "documented")
    kept = {part.check for part in _parts(strict) if any(proof.note == STANDS for proof in part.evidence)}
    now = {part.check: part for part in _parts(documented)}
    opened = {check for check in kept if now[check].verdict is Verdict.NOT_EXERCISED}
    assert opened
    assert {now[check].evidence[0].note for check in opened} == {NOT_WHOLE}
    assert {now[check].verdict for check in kept} <= {Verdict.NOT_EXERCISED, Verdict.WARN, Verdict.FAIL}
    assert not any(proof.note == STANDS for part in now.values() for proof in part.evidence)


def _parts(done: RunFinished) -> list[JudgedPart]:
    return [part for judgement in done.judgements for part in judgement.parts]


def test_what_was_stored_as_a_whole_is_judged_anew() -> None:
    """A part that is as bad or worse now keeps its evidence; a recorded PASS decides nothing."""
    newest = next(one for one in judged() if one.requirement.id == "STATUS-2")
    checks = {part.check for part in newest.parts}
    for recorded in ({"STATUS-2/latest": "FAIL"}, {"STATUS-2/latest": "WARN"}, {"STATUS-2/tie": "PASS"}, {}):
        assert keep_recorded(newest, recorded, checks, same_profile=True) is newest
    passing = next(one for one in judged() if one.requirement.id == "AUTH-1")
    recorded = {"AUTH-1/token": "WARN", "AUTH-2/token": "FAIL", "AUTH-1/later": "FAIL"}
    assert keep_recorded(passing, recorded, (), same_profile=True) is passing
    kept = keep_recorded(passing, recorded, recorded, same_profile=True)
    assert kept.verdict is Verdict.FAIL
    assert {part.check: part.verdict.value for part in kept.parts} == {"AUTH-1/token": "WARN", "AUTH-1/later": "FAIL"}
    assert kept.summary == f"later: {STANDS}"
    opened = keep_recorded(passing, recorded, recorded, same_profile=False)
    assert (opened.verdict, opened.summary) == (Verdict.NOT_EXERCISED, NOT_WHOLE)


def test_only_checks_of_calls_that_were_not_stored_whole_are_kept() -> None:
    """A body without a mark, or an identifier redacted in one answer, says nothing of another scenario."""
    checker, whole, bare = (
        checkers()["STATUS-2", "answers_the_most_recent"],
        story(("a", exchange())),
        story(("a", exchange())),
    )
    evaluator = EvaluatorOfStored({})
    evaluator(checker, whole)
    assert not evaluator.partly_stored
    bare.steps[0].exchange.body_was_stored = False
    evaluator(checker, bare)
    assert evaluator.partly_stored == {f"STATUS-2/{name}" for name in checker.parts}


@pytest.mark.parametrize("reason", ["put off", "gone"])
def test_a_run_without_a_verdict_gets_none_later(serve: Callable[..., Any], tmp_path: Path, reason: str) -> None:
    """It ended with status 4, and nothing passes by the calls that it made until then."""

    def say(method: str, path: str, body: bytes) -> Any:
        return problem(503, "service-unavailable", **{"Retry-After": "86400"}) if reason == "put off" else None

    done = run(serve(say).target(limits=Limits(timeout=5.0)), Options(), [ReportFolder(tmp_path / "report")])
    again = replay(load_run(tmp_path / "report"))
    assert done.exit_status == again.exit_status == 4
    assert Verdict.PASS not in {one.verdict for one in (*done.judgements, *again.judgements)}


@pytest.mark.parametrize("says", [True, False])
def test_a_run_that_a_mistake_ended_has_its_status_again(says: bool) -> None:
    """That is 2. An earlier version stored only why each story ended."""
    record = next(iter(records(finished()))) | {"verdicts": {}, "unusable": says}
    if not says:
        del record["unusable"]
    told = Story("by-hand", stopped=None if says else MISTAKE)
    assert replay(Stored(record, {}, [(told, ())])).exit_status == 2
