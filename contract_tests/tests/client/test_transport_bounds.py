"""What ends a run's calls: the memory of what was said, and the time that it has."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pacsimile_contract.client import transport as module
from pacsimile_contract.client.pacing import BudgetSpent
from pacsimile_contract.client.requests import build
from pacsimile_contract.client.wire import WireError, reason_of
from pacsimile_contract.errors import CannotTell
from pacsimile_contract.evidence.exchange import Answer
from pacsimile_contract.run.run import Run
from pacsimile_contract.target.dialects import stored_dialect
from pacsimile_contract.target.model import Limits, Target

URL = "http://127.0.0.1:9"


class Wire:
    """Answers with what it has, or fails by it."""

    def __init__(self, *answers: Answer | Exception) -> None:
        self._answers = list(answers)
        self.fresh: list[object] = []
        """Of each request, whether it takes a new connection."""

    def send(self, *_: object, **how: object) -> Answer:
        """Give the next answer."""
        self.fresh.append(how.get("fresh"))
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        """Close nothing."""


def run_of(monkeypatch: pytest.MonkeyPatch, *answers: Answer | Exception, dialect: str = "") -> Run:
    given = stored_dialect(f"name: vendor\n{dialect}\n", "vendor") if dialect else None
    monkeypatch.setattr(module, "Wire", lambda *_: Wire(*answers))
    return Run(Target(URL, URL + "/oauth2", {}, dialect=given, limits=Limits(max_time=5.0)))


@pytest.fixture
def spent(monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """A run whose state URL does not answer."""
    run = run_of(monkeypatch, CannotTell("no answer"), CannotTell("no answer"))
    yield run
    run.close()


def test_a_history_that_is_too_large_ends_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything more is sent."""
    run = run_of(monkeypatch, Answer(404, (), b""))
    run.transport.send(build(run.target, "getStatus", {"order_id": "A"}))
    monkeypatch.setattr(module, "MOST_KEPT", run.history.size - 1)
    with pytest.raises(BudgetSpent, match="what the run asked and was answered is longer than"):
        run.transport.send(build(run.target, "getStatus", {"order_id": "A"}))
    assert len(run.history) == 1


def test_most_later_calls_of_a_token_take_a_new_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """AUTH-17: its first calls do not, nor do calls without a token."""
    wire = Wire(*[Answer(404, (), b"")] * 120)
    monkeypatch.setattr(module, "Wire", lambda *_: wire)
    run = Run(Target(URL, URL + "/oauth2", {}, limits=Limits(max_time=5.0)))
    for number in range(40):
        for headers in ((("Authorization", "Bearer a"),), (("Authorization", f"Bearer {number}"),), ()):
            run.transport.send(build(run.target, "getStatus", {"order_id": f"A-{len(wire.fresh)}"}, headers=headers))
    assert wire.fresh[::3] == [False] * 30 + [number % 4 != 0 for number in range(31, 41)]
    assert not any(wire.fresh[1::3] + wire.fresh[2::3])
    run.close()


def test_a_link_that_leads_to_no_answer_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """The answer that has it is judged as it is: no report."""
    linked = Answer(200, (("Content-Type", "application/json"),), b'{"link": "' + URL.encode() + b'/behind"}')
    run = run_of(monkeypatch, linked, WireError("reset"), dialect="reports_carried: {url: /link}")
    exchange = run.transport.send(build(run.target, "getResult", {"order_id": "A", "report_type": "pdf"}))
    assert [each.failure for each in run.history.exchanges if each.operation is None] == ["reset"]
    assert (exchange.status, exchange.media_type) == (200, "application/json")


@pytest.mark.parametrize(("remaining", "error"), [([5.0, 5.0, 5.0], CannotTell), ([5.0, 5.0, 0.0], BudgetSpent)])
def test_a_state_url_without_an_answer(
    spent: Run, monkeypatch: pytest.MonkeyPatch, remaining: list[float], error: type[Exception]
) -> None:
    """It is at fault, but where the run's own time was over."""
    left = iter([*remaining, *remaining[-1:] * 9])
    monkeypatch.setattr(type(spent.transport.pace), "remaining", property(lambda pace: next(left)))
    monkeypatch.setattr(module, "send_json", lambda *_: (_ for _ in ()).throw(CannotTell("no answer")))
    with pytest.raises(error):
        spent.transport.call_state_url("POST", URL, {}, None, 1.0)


def test_no_state_is_asked_for_once_the_time_is_over(spent: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason says what was used up."""
    monkeypatch.setattr(type(spent.transport.pace), "remaining", property(lambda pace: 0.0))
    with pytest.raises(BudgetSpent, match="not reached: "):
        spent.transport.call_state_url("POST", URL, {}, None, 1.0)


def test_an_error_that_has_no_words_is_told_by_its_kind() -> None:
    """Each failure says something."""
    assert reason_of(OSError()) == "unreachable (OSError)"
    assert reason_of(OSError(113, "No route to host")) == "unreachable (No route to host)"
