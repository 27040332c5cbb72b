"""Rates, times and `Retry-After` are kept; the three sources of states are asked in their order; who we are is said."""

import json
import re
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.real_service import answer, document, problem
from pacsimile_contract.client.pacing import Pace
from pacsimile_contract.errors import BudgetSpent
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Limits, States

Start = Callable[..., Any]


class Clock:
    """A clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def read(self) -> float:
        """Tell the time."""
        return self.now

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


def pace_of(clock: Clock, **limits: Any) -> Pace:
    """Return a pace that goes by that clock."""
    return Pace(Limits(**limits), clock.read, clock.sleep)


def test_rates_are_kept_apart() -> None:
    """Calls at five a second, tokens at one a minute: neither waits for the other, none comes early."""
    clock = Clock()
    pace = pace_of(clock, rate=5.0, token_rate=1 / 60)
    moments = []
    for token in (True, False, False, False, False):
        pace.take(token=token)
        moments.append(round(clock.now - 1000, 3))
    assert moments == [0, 0, 0.2, 0.4, 0.6]
    pace.take(token=True)
    assert round(clock.now - 1000, 3) == 60


def test_nothing_is_asked_that_would_begin_too_late() -> None:
    """A slot after `max_time` is none, a pause beyond it does not begin; a wait by the operator's word is no loss."""
    clock = Clock()
    pace = pace_of(clock, token_rate=1 / 60, max_time=100.0)
    pace.take(token=True)
    pace.take(token=True)
    with pytest.raises(BudgetSpent, match="max_time of 100 s"):
        pace.take(token=True)
    with pytest.raises(BudgetSpent, match="max_time of 100 s"):
        pace.wait_within_budget(41.0)
    assert clock.now == 1060
    pace.wait_beyond_budget(3900.0)
    assert (clock.now, pace.remaining) == (4960, 40)


def test_retry_after_is_waited_for(serve: Start) -> None:
    """A call that is put off twice is asked again when it may be, and judged by what it says then."""
    clock, seen = Clock(), Counter[str]()

    def say(method: str, path: str, body: bytes) -> Any:
        seen[path] += 1
        if path.startswith("/status") and seen[path] <= 2:
            return problem(429, "too-many-requests", **{"Retry-After": "7"})
        return answer(method, path, body)

    target = serve(say).target(listing_allowed=True)
    done = run(target, Options(requirements=("STATUS-1",), repeats=0), pace=pace_of(clock))
    found = next(one for one in done.judgements if one.requirement.id == "STATUS-1")
    assert found.verdict is Verdict.PASS
    assert clock.now >= 1000 + 14
    assert (clock.now - 1000) % 7 == 0


def test_patience_ends(serve: Start) -> None:
    """A service that puts off for ever, or for longer than the run lasts, is left open: no FAIL, and no end of time.

    Nearly all calls were put off, so the run has no verdict.
    """

    def say(method: str, path: str, body: bytes) -> Any:
        if path.startswith("/status"):
            return problem(503, "unavailable", **{"Retry-After": "3000"})
        return answer(method, path, body)

    clock = Clock()
    target = serve(say).target(listing_allowed=True)
    done = run(target, Options(requirements=("STATUS-1",)), pace=pace_of(clock))
    found = next(one for one in done.judgements if one.requirement.id == "STATUS-1")
    assert found.verdict is Verdict.NOT_EXERCISED
    assert clock.now == 1000
    assert done.exit_status == 4


def test_states_come_from_three_sources_in_order(serve: Start) -> None:
    """The state URL, then what the operator knows, then what a listing shows; each where the one before has none."""
    order, study = list(real_service.ORDERS.items())[2]
    known = {"order_in_status": {"status": "COMPLETED", "order_id": order, "study_uid": study}}
    made = dict(zip(("order_id", "study_uid"), list(real_service.ORDERS.items())[3], strict=True))
    asked: dict[str, str] = {}
    for name, offered, fixtures in (("url", 200, known), ("fixtures", 404, known), ("listing", 404, {})):

        def say(method: str, path: str, body: bytes, offered: int = offered) -> Any:
            if path == "/states" and json.loads(body)["state"] == "expired_token":
                return document(200, {"access_token": "an-expired-token"})
            if path == "/states" and json.loads(body)["state"] == "order_in_status":
                return document(offered, {"organization_id": "org-made", **made})
            return document(501, {}) if path == "/states" else answer(method, path, body)

        server = serve(say)
        states = States(f"{server.url}/states" if name != "listing" else None, "the-token-of-the-states", 5.0, fixtures)
        run(server.target(listing_allowed=True, states=states), Options(requirements=("STATUS-1", "AUTH-11")))
        paths = [path for _, path, _, _ in server.requests if path.startswith("/status?order_id=ZK")]
        asked[name] = paths[0].partition("=")[2]
    assert asked == {"url": made["order_id"], "fixtures": order, "listing": next(iter(real_service.ORDERS))}


def test_each_request_says_who_asks(serve: Start) -> None:
    """Name, version, purpose, and the run: by which an operator finds it in his logs, and a report its requests."""
    server = serve(answer)
    done = run(server.target(listing_allowed=True), Options(level="smoke"))
    names = {headers["User-Agent"] for _, _, headers, _ in server.requests}
    assert len(names) == 1
    assert re.fullmatch(rf"pacsimile/[0-9.a-z+]+ \(contract-test; {done.run_id}\)", names.pop())
