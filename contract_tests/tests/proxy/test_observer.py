"""What judges the calls of a proxy: its end in error, its bound, and what it says of single calls."""

from __future__ import annotations

from collections.abc import Callable
from threading import Semaphore

import pytest

from contract_tests.tests.proxy.test_reading import answer, copied
from pacsimile_contract.proxy import observer as module
from pacsimile_contract.proxy.events import ExchangeFinished, FindingMade, JudgingStopped, ProxyEvent
from pacsimile_contract.proxy.observer import Observer
from pacsimile_contract.run.options import Options
from pacsimile_contract.target.model import Target

TARGET = Target("http://127.0.0.1:9", "http://127.0.0.1:9/oauth2", {})


def started(*listeners: Callable[[ProxyEvent], None]) -> Observer:
    judge = Observer(TARGET, Options(), listeners)
    judge.start("http://127.0.0.1:1")
    return judge


def test_an_error_of_ours_is_raised_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes after it is taken, so that no relay waits; nothing of it is judged."""
    judge = started()

    def fail(call: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(judge._reader, "read", fail)
    for _ in range(3):
        judge.finished(copied("GET /status?order_id=A"))
    with pytest.raises(ZeroDivisionError):
        judge.close()
    judge.abandon()


def test_a_listener_that_raises_hears_nothing_more() -> None:
    """The others do; what it raised is raised at the end."""
    heard, broken = list[ProxyEvent](), list[ProxyEvent]()

    def fail(event: ProxyEvent) -> None:
        broken.append(event)
        raise OSError("no space left")

    judge = started(fail, heard.append)
    judge.finished(copied("GET /status?order_id=A"))
    with pytest.raises(OSError, match="no space left"):
        judge.close()
    assert len(broken) == 1
    assert any(isinstance(event, ExchangeFinished) for event in heard)


@pytest.mark.parametrize(("bound", "words"), [("MOST_EXCHANGES", "2 calls"), ("MOST_KEPT", "0 MiB")])
def test_after_the_bound_nothing_is_judged(bound: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy may stand for weeks; what follows is counted, and the report says so."""
    monkeypatch.setattr(module, bound, 2 if bound == "MOST_EXCHANGES" else 300)
    heard = list[ProxyEvent]()
    judge = started(heard.append)
    for _ in range(12):
        judge.finished(copied("GET /status?order_id=A", answered=answer({"order_id": "A", "status": "COMPLETED"})))
    done = judge.close()
    (stopped,) = (event.why for event in heard if isinstance(event, JudgingStopped))
    assert stopped.startswith(f"{words} were judged, which is the most")
    assert stopped in done.notes
    assert 0 < len(done.exchanges) < 12


def test_the_history_is_looked_at_while_nothing_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """What only several calls show is told before the end; the same fault is told once."""
    monkeypatch.setattr(module, "PAUSE", 0.02)
    monkeypatch.setattr(module, "SHARE", 0.0)
    heard, looks = list[ProxyEvent](), Semaphore(0)
    judge = Observer(TARGET, Options(), [heard.append])
    look = judge._look

    def counted() -> None:
        look()
        looks.release()

    monkeypatch.setattr(judge, "_look", counted)
    judge.start("http://127.0.0.1:1")
    token = answer({"access_token": "T", "token_type": "Other", "expires_in": 3600})
    for _ in range(2):
        judge.finished(copied("GET /oauth2/token", answered=token))
    assert looks.acquire(timeout=20)
    assert looks.acquire(timeout=20)
    told = [(event.check, event.expected) for event in heard if isinstance(event, FindingMade)]
    assert told
    assert len(told) == len(set(told))
    assert len(judge.close().exchanges) == 2
