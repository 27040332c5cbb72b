"""A correct service may be peculiar: none of it is a failure. And what it takes to judge one that offers no states."""

import time
from typing import Any

import pytest

from contract_tests.tests.helpers.varied_server import ANSWERING, CLOCKS, HANDLERS, PECULIARITIES, varied
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.events import RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Client, Limits, States, Target

BAD = (Verdict.FAIL, Verdict.WARN, Verdict.ERROR)


def target_of(line: dict[str, Any], *, states: bool, **more: Any) -> Target:
    """Return a served example as a target."""
    own = line["client"]
    primary = Client("primary", own.client_id, own.client_secret, own.organization_id)
    offered = States(line["states_url"], line["states_token"]) if states else States()
    more = {"limits": Limits(timeout=30.0), "profile": "strict", **more}
    return Target(line["url"], line["oauth2_endpoint"], {"primary": primary}, states=offered, **more)


def bad(target: Target, **options: Any) -> dict[str, str]:
    """Run everything and return what did not pass, with why."""
    return bad_of(run(target, Options(**options)))


def bad_of(done: RunFinished) -> dict[str, str]:
    """Return what did not pass in a run, with why."""
    return {
        one.requirement.id: done.redactor.redact_own_text(one.summary) for one in done.judgements if one.verdict in BAD
    }


def test_every_peculiarity_is_tried() -> None:
    """In a group, or for the late one below."""
    tried = {name for group in PECULIARITIES for name in group}
    assert tried | {"answers-late"} == {*ANSWERING, *HANDLERS, *CLOCKS}


@pytest.mark.parametrize("names", PECULIARITIES, ids=lambda names: names[0])
def test_what_a_correct_service_may_do_is_no_failure(names: tuple[str, ...]) -> None:
    """Another clock, another order, other spellings of times, other ways to send; cookies are a WARN of SEC-7 alone.

    One organization, one client, a few finished orders, no states, and listing allowed are enough for forty verdicts.
    """
    with varied(*names) as line:
        found = bad(target_of(line, states=True))
        done = run(target_of(line, states=False, listing_allowed=True), Options())
    standing = bad_of(done)
    assert len([one for one in done.judgements if one.verdict is Verdict.PASS]) >= 40
    allowed = {"SEC-7"} if "cookies-of-a-load-balancer" in names else set()
    assert set(found) <= allowed, found
    assert set(standing) <= allowed, standing


def test_late_answers_are_no_failure() -> None:
    """Each call takes its time."""
    with varied("answers-late") as line:
        assert bad(target_of(line, states=True), level="smoke") == {}


def test_a_slow_service_is_judged_within_the_time() -> None:
    """A second for each answer, four for the run: what is not reached is skipped, with the limit as the reason."""

    def late(request: Any, answer: Any) -> Any:
        time.sleep(1.0)
        return answer(request)

    with varied(answering=late) as line:
        began = time.monotonic()
        done = run(target_of(line, states=True, limits=Limits(timeout=10.0, max_time=4.0)), Options())
        assert time.monotonic() - began < 10
    assert not [one for one in done.judgements if one.verdict in BAD]
    skipped = {one.summary for one in done.judgements if "max_time of 4 s" in one.summary}
    assert skipped
    assert not [one for one in skipped if "supply it" in one]
    assert done.exit_status == 3
