"""What one process of a load does before it starts."""

from __future__ import annotations

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
