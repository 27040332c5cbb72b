"""A token endpoint out of service: no verdict, soon, unless it gives a token as late as `Retry-After` allows."""

from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from contract_tests.tests.helpers.real_service import answer, problem
from contract_tests.tests.runs.test_pace_and_patience import Clock
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Limits, Target

Start = Callable[..., Any]
Say = Callable[[str, str, bytes], Any]


def judged(target: Target) -> tuple[RunFinished, float]:
    """Return a run, and its seconds by its own clock, which only waiting moves."""
    clock = Clock()
    done = run(target, Options(repeats=0), pace=Pace(Limits(), clock.read, clock.sleep))
    return done, clock.now - 1000


def out_of_service(seconds: str, calls: int, *, status: int = 503) -> Say:
    """Put so many token requests off by some seconds."""
    asked = count(1)

    def say(method: str, path: str, body: bytes) -> Any:
        if "/token" in path and next(asked) <= calls:
            return problem(status, "service-unavailable", **{"Retry-After": seconds})
        return answer(method, path, body)

    return say


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("seconds", ["1", "20", "86400"])
def test_a_run_without_a_token_ends_without_a_verdict(serve: Start, status: int, seconds: str) -> None:
    """Nothing passes that rests on refused token requests alone."""
    server = serve(out_of_service(seconds, 10**6, status=status))
    done, taken = judged(server.target(listing_allowed=True))
    assert done.exit_status == 4
    assert {one.verdict for one in done.judgements} <= {Verdict.NOT_EXERCISED, Verdict.NOT_APPLICABLE}
    assert len(server.requests) <= 20
    assert taken < 200
    assert f"answers {status}, and asks to wait {seconds} s" in str(done.diagnosis)
    assert "run this again later" in str(done.diagnosis)


def test_an_endpoint_that_now_and_then_does_not_answer_is_out_of_service_too(serve: Start) -> None:
    """One way to ask is put off, and the other gets no answer."""
    put_off = out_of_service("1", 10**6)
    server = serve(lambda method, path, body: None if method == "POST" else put_off(method, path, body))
    done, _ = judged(server.target(listing_allowed=True))
    assert done.exit_status == 4
    assert Verdict.PASS not in {one.verdict for one in done.judgements}


@pytest.mark.parametrize(("seconds", "calls"), [("1", 3), ("20", 2), ("20", 5), ("60", 3)])
def test_an_endpoint_that_recovers_is_judged(serve: Start, seconds: str, calls: int) -> None:
    """Whether it recovers within the half minute of the first line or after it."""
    done, _ = judged(serve(out_of_service(seconds, calls)).target(listing_allowed=True))
    assert done.diagnosis is None
    assert done.exit_status != 4
    status = next(one for one in done.judgements if one.requirement.id == "STATUS-1")
    assert status.verdict is Verdict.PASS
