"""What one process of a load does before it starts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pacsimile_contract.client.wire import Wire
from pacsimile_contract.evidence.exchange import Answer
from pacsimile_contract.load.job import Job, Poller
from pacsimile_contract.load.plan import Plan
from pacsimile_contract.load.process_load import ProcessLoad
from pacsimile_contract.target.model import Client, Target

HOME = "http://127.0.0.1:8090"
TARGET = Target(HOME, HOME + "/oauth2", {"primary": Client("primary", "me", "made-up-secret", "org-a")})


@pytest.mark.parametrize(("status", "content"), [(500, b""), (200, b"<p>We are back soon</p>"), (200, b"{}")])
def test_a_service_that_gives_no_token_is_told_before_the_load(
    status: int, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page with status 200, as a maintenance window has it, is no token either."""
    answer = Answer(status, (("Content-Type", "text/html"),), content, content)
    monkeypatch.setattr(Wire, "send", lambda wire, request, timeout: answer)
    load = ProcessLoad(Job(TARGET, (Poller("primary", ("status",), ("O1",)),), Plan(), 0.0))
    assert load.prepare() == f"{HOME}/oauth2/token: no token ({status} text/html)"
    load.close()


def test_arrivals_for_which_nothing_is_sent_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each client was asked; what has no room here waits, and that is counted too."""
    load = ProcessLoad(Job(TARGET, (Poller("primary", ("status",), ("O1",)),) * 2, Plan(rate=5, duration=1), 0.0))
    asked = list[float | None]()
    for client in load.clients:
        monkeypatch.setattr(client, "step", lambda due: bool(asked.append(due)))
    assert not load.call(3.0)
    assert not load.call()
    assert (asked, load.recorder.withheld) == ([3.0, 3.0, None, None], 1)
    load.begin()
    monkeypatch.setattr(load, "_sleep", lambda seconds: None)
    waiting = list[Callable[[], object]]()
    load.arrive(lambda call: bool(waiting.append(call)))
    assert load.recorder.late == len(waiting) > 0
    load.close()
