"""Faults in the control API: set, shown, taken away, and refused in one line."""

from __future__ import annotations

import pytest

from mock.tests.helpers.faulty import Faulty
from mock.tests.helpers.in_process import Service


def test_the_control_api_sets_shows_and_takes_away(service: Service, faults: Faulty) -> None:
    """Ids are never given twice."""
    first, second = faults.set({"status": 503}), faults.set({"reset": True}, {"operation": "getStatus"}, count=2)
    assert first["id"] == "fault-1"
    assert second == {
        "id": "fault-2",
        "name": "reset",
        "match": {"operation": "getStatus"},
        "effect": {"reset": True},
        "limit": {"count": 2},
        "set_at": "2100-01-01T00:00:00+00:00",
        "matched": 0,
        "met": 0,
        "over": False,
    }
    assert faults.call("GET").json == {"faults": [first, second]}
    assert faults.call("DELETE", "/fault-2").status == 204
    assert faults.call("GET", "/fault-2").status == 404
    assert faults.set({"status": 503})["id"] == "fault-3"
    assert faults.call("DELETE").status == 204
    assert faults.call("GET").json == {"faults": []}


@pytest.mark.parametrize("fault_id", ["fault-9", "fault-01", "1", "fault-", "fault-x", "fault-" + "9" * 30, "fault-²"])
def test_a_fault_that_is_not_there_cannot_be_taken_away(faults: Faulty, fault_id: str) -> None:
    """404, also before the first is set."""
    assert faults.call("DELETE", f"/{fault_id}").status == 404
    faults.set({"status": 503})
    assert faults.call("DELETE", f"/{fault_id}").status == 404
    assert faults.call("GET", f"/{fault_id}").status == 404


def test_the_control_api_refuses_in_one_line(faults: Faulty) -> None:
    """400 with what is wrong; nothing is set. An unknown client is wrong too: its calls would never come."""
    for content, words in (
        ({"effect": {"status": 200}}, "effect.status must be a whole number from 400 to 599"),
        ({"effect": {"status": 503}, "match": {"client_id": "nobody"}}, "there is no client 'nobody'"),
        ([], "a fault must be an object"),
    ):
        reply = faults.call("POST", content=content)
        assert reply.status == 400
        assert words in reply.json["detail"]
    assert faults.call("PUT").status == 405
    assert faults.call("GET").json == {"faults": []}
    assert Faulty(faults.service, "nowhere").call("GET").status == 404


def test_no_more_faults_than_a_call_can_look_at(faults: Faulty) -> None:
    """A thousand; then it says to delete some."""
    for _ in range(1000):
        faults.set({"status": 503}, {"order_id": "X"})
    refused = faults.call("POST", content={"effect": {"status": 503}})
    assert refused.status == 400
    assert "delete some first" in refused.json["detail"]


def test_a_system_that_cannot_reset_says_so_when_the_fault_is_set(
    faults: Faulty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As Windows, where the descriptors of a process are not listed."""
    monkeypatch.setattr("pacsimile_mock.faults.capability.descriptors", lambda: None)
    refused = faults.call("POST", content={"effect": {"reset": True}})
    assert refused.status == 400
    assert "this system finds no way to reset a connection" in refused.json["detail"]
    faults.set({"truncate": True})
