"""What is wrong in a call of the control API is told by the name of the member."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mock.tests.helpers.in_process import Service

W = "/worlds/default"
WRONG: list[tuple[str, str, Any, str]] = [
    ("GET", f"{W}/orders?limit=0", None, "'limit' must be a whole number from 1 to"),
    ("GET", f"{W}/orders?limit=1&limit=2", None, "the query parameter 'limit' is given more than once"),
    ("GET", f"{W}/orders?after=nobodys", None, "'after' names nothing of this list: 'nobodys'"),
    ("GET", f"{W}/journal?since=2026-02-30T00:00:00Z", None, "names a day or a time that does not exist"),
    ("POST", f"{W}/clients", {"scopes": "status.read"}, "'scopes' must be a list"),
    ("POST", f"{W}/clients", {"scopes": ["status.raed"]}, "'scopes' has 'status.raed', which is none of"),
    ("POST", f"{W}/clients", {"scopes": [3]}, "'scopes' must be a list of strings"),
    ("POST", f"{W}/clock", {"freeze": False}, "'freeze' must be true"),
    ("POST", f"{W}/orders", {"patient": []}, "'patient' must be an object"),
    ("POST", f"{W}/orders", {"moves": {"starts": 9, "finishes": 3}}, "'finishes' must not lie before 'starts'"),
    ("POST", f"{W}/orders", {"status": "RECEIVED", "moves": {}}, "give either 'status' (the order stays in it) or"),
    ("POST", f"{W}/groups", {"statuses": []}, "'statuses' must name at least one status"),
    (
        "POST",
        "/states",
        {"state": "study_shared_between_organizations", "params": {"statuses": ["RECEIVED"]}},
        "'statuses' must be two: mine, then the other's",
    ),
    ("POST", "/states", {"state": "study_group", "params": {"statuses": []}}, "a group has 1 to"),
]


@pytest.mark.parametrize(("method", "path", "content", "words"), WRONG)
def test_what_is_wrong_is_told(service: Service, method: str, path: str, content: Any, words: str) -> None:
    headers = {"Authorization": f"Bearer {service.state.control_token}", "Content-Type": "application/json"}
    body = None if content is None else json.dumps(content).encode()
    reply = service.call(method, f"/_mock{path}", headers, body)
    assert reply.status == 400
    assert words in json.loads(reply.body)["detail"]
