"""Generated histories on a real server: never faulted where it is right, made small where not, within the requests."""

import json
from dataclasses import replace
from typing import Any

import pytest

from contract_tests.tests.helpers.handwritten import verdicts
from pacsimile_contract.checkers.queue_model import FITS_THE_MODEL, smallest_broken
from pacsimile_contract.client.wire import Wire
from pacsimile_contract.errors import BudgetSpent
from pacsimile_contract.evidence.exchange import Answer, Request
from pacsimile_contract.findings.story import Story
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.queue_model.recorded_histories import histories
from pacsimile_contract.run.options import Options
from pacsimile_contract.run.run import Run
from pacsimile_contract.scenarios.queue_model import RESERVE, SPENDS, generated_histories
from pacsimile_contract.session import Session
from pacsimile_contract.target.model import Target


class LosesTheNewest(Wire):
    """On the way back a listing of several reports loses the newest."""

    def send(self, request: Request, *args: Any, **more: Any) -> Answer:
        """Take it away."""
        answer = super().send(request, *args, **more)
        said = json.loads(answer.body) if request.operation == "listReports" and answer.status == 200 else {}
        if len(said.get("reports", ())) < 2:
            return answer
        body = json.dumps({**said, "reports": said["reports"][:-1]}).encode()
        return replace(answer, body=body, raw=body)


def played(target: Target, wire: Wire | None = None, first: Story | None = None, most: int = 100) -> tuple[Story, int]:
    """Play histories with a share of requests; the story, and how many were asked."""
    run = Run(target, Options(seed=3, level="full"), wire=wire)
    session = Session(run, "queue_model.generated_histories", 1 if first is None else 2, first)
    try:
        with run.transport.pace.share(most):
            generated_histories(session)
    finally:
        run.close()
    return session.story, run.transport.pace.requests


def test_a_correct_server_is_asked_the_same_and_never_faulted(small_target: Target) -> None:
    """The same seed plays the same acts, within its share of the requests."""
    told = [played(small_target) for _ in range(2)]
    acts = [[event.act for one in histories(story) for event in one.events] for story, _ in told]
    assert acts[0] == acts[1]
    assert len(acts[0]) > 20
    assert all(smallest_broken(story) is None and asked <= 100 for story, asked in told)
    found = [verdicts(checker, told[0][0])["model"] for checker in FITS_THE_MODEL]
    assert Verdict.PASS in found
    assert set(found) <= {Verdict.PASS, Verdict.NOT_EXERCISED}


def test_a_run_without_requests_for_them_says_so(small_target: Target) -> None:
    """Else a report would look as if they had been played."""
    with pytest.raises(BudgetSpent, match=r"not reached: .* leave only 60 requests"):
        played(small_target, most=RESERVE["full"])


def test_what_breaks_a_rule_is_made_small_and_told_again_alone(small_target: Target) -> None:
    """A listing that loses its newest report: three acts show it, and they alone are played again."""
    story, asked = played(small_target, LosesTheNewest(), most=SPENDS["full"])
    worst = smallest_broken(story)
    assert worst is not None
    assert asked <= SPENDS["full"]
    assert worst[1].requirement in ("BATCH-1", "BATCH-12", "BATCH-13")
    broken = [checker.requirement for checker in FITS_THE_MODEL if verdicts(checker, story)["model"] is Verdict.FAIL]
    assert broken == [worst[1].requirement]
    assert len(worst[0].events) <= 4
    again, _ = played(small_target, LosesTheNewest(), first=story)
    assert [event.act for event in histories(again)[0].events] == [event.act for event in worst[0].events]
    assert smallest_broken(again) is not None
