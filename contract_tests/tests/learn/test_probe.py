"""What a service that is asked shows of itself before anything is concluded from calls."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pacsimile_contract.errors import UsageError
from pacsimile_contract.learn.probing.negotiation import Agreement
from pacsimile_contract.learn.probing.probe import _Probe
from pacsimile_contract.learn.sources.recorded_calls import RecordedCall
from pacsimile_contract.target.model import Client, Target

DESCRIPTION = {
    "openapi": "3.0.0",
    "info": {"title": "vendor", "version": "1"},
    "paths": {
        "/v1/state": {
            "get": {
                "operationId": "getStatus",
                "parameters": [{"name": "order_id", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": ""}},
            }
        }
    },
}


def recorded(status: int, content: bytes | None) -> RecordedCall:
    return RecordedCall("GET", "/", {}, None, status, {"content-type": "application/json"}, content)


class Asking:
    """Answers by path; what it does not know is answered with 404. `spent` says that no call may leave."""

    def __init__(self, answers: dict[str, RecordedCall], *, spent: bool = False) -> None:
        self.target = Target("http://a", "http://a", {"primary": Client("primary", "me", "x", "org-a")})
        self.calls, self.granted, self.spent, self.asked = list[RecordedCall](), set[str](), spent, list[str]()
        self._answers = answers

    def get(self, path: str, given: Any = None, **_: Any) -> RecordedCall | None:
        """Ask."""
        self.asked.append(path)
        return None if self.spent else self._answers.get(path, recorded(404, b""))


def probe(answers: dict[str, RecordedCall] | None = None, *, spent: bool = False) -> _Probe:
    return _Probe(Asking(answers or {}, spent=spent), None)  # type: ignore[arg-type]


def test_the_services_own_description_is_read() -> None:
    """At the first usual place that has one; what is none there is passed over."""
    places = probe()._places["descriptions"]
    answers = {places[0]: recorded(200, b"<html>"), places[1]: recorded(200, json.dumps(DESCRIPTION).encode())}
    asked = probe(answers)
    (proposal,) = asked._description()
    assert proposal.lines["paths", "getStatus"].value == "/v1/state"
    assert asked._caller.asked == places[:2]
    assert probe()._description() == []


def test_a_service_that_never_answers_is_no_address() -> None:
    """Whoever wrote the target file is asked."""
    with pytest.raises(UsageError, match="http://a: no answer; is this its address"):
        probe(spent=True)._description()


@pytest.mark.parametrize(
    ("operation", "status", "message", "alike"),
    [
        ("getStatus", 401, "", True),
        ("getStatus", 400, "", True),
        ("getStatus", 400, "order_id is missing", True),
        ("getStatus", 400, "colour is missing", False),
        ("getOrderIds", 400, "order_id is missing", False),
        ("getOrderIds", 400, "study_uid is missing", True),
    ],
)
def test_what_a_call_without_parameters_shows(operation: str, status: int, message: str, *, alike: bool) -> None:
    """A refusal that names what another operation needs is that one's."""
    content = json.dumps({"message": message} if message else {}).encode()
    assert probe()._looks_like(operation, recorded(status, content)) == alike


def test_what_cannot_be_asked_is_not() -> None:
    """Without an agreed name for each parameter, or with a value in the path that is not known."""
    asked = probe()
    asked._agreed["getStatus"] = Agreement("/v1/{study_uid}/state", names={"order_id": "nr"})
    asked._names = {"order_id": "nr"}
    assert asked._ask("getResult", order_id="A") is None
    assert asked._ask("getStatus", order_id="A", limit="1") is None
    assert asked._ask("getStatus", order_id="A") is None
    assert asked._caller.asked == []
    asked._ask_scopes()
    assert asked._caller.asked == []
