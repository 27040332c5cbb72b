"""The journal over the control API: asked, counted, verified, followed by an audit log, exported as metrics."""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from werkzeug.test import Client, TestResponse

from pacsimile_mock.config import ServerOptions
from pacsimile_mock.control.server_state import ServerState
from pacsimile_mock.journal.store import MemoryJournalStore
from pacsimile_mock.serving.app import create_app
from pacsimile_mock.testing import Server as RunningServer
from pacsimile_spec.operation_ids import JOURNALLED_IDS


class Server:
    """A server in this process, an audit log beside it, and one client."""

    def __init__(self, audit_log: Path, **options: Any) -> None:
        self.state = ServerState(ServerOptions(control_token="c", audit_log=audit_log, **options), "http://localhost")
        self.http = Client(create_app(self.state))
        basic = b64encode(b"demo-hospital:demo-hospital-secret").decode()
        told = self.http.get("/oauth2/token", headers={"Authorization": f"Basic {basic}"})
        self.token = told.json["access_token"]

    def get(self, path: str) -> TestResponse:
        """A call of the client's."""
        return self.http.get(path, headers={"Authorization": f"Bearer {self.token}"})

    def journal(self, path: str = "", content: Any = None) -> Any:
        """Ask the journal."""
        method = self.http.get if content is None else self.http.post
        given = {} if content is None else {"json": content}
        return method(f"/_mock/worlds/default/journal{path}", headers={"Authorization": "Bearer c"}, **given).json

    def verify(self, **expectation: Any) -> dict[str, Any]:
        """Judge one expectation."""
        return self.journal("/verify", {"expectations": [expectation]})["expectations"][0]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    made = Server(tmp_path / "audit.jsonl")
    yield made
    made.state.close()


def test_calls_are_found_by_what_they_were(server: Server) -> None:
    """By operation, status and requirement; a refusal comes with the clause's words."""
    server.get("/status?order_id=ORD-5QBC5V-000001")
    server.get("/status?order_id=NO-SUCH")
    assert server.journal("?operation=getStatus")["count"] == 2
    refused = server.journal("?requirement=STATUS-4")["entries"]
    assert [one["status"] for one in refused] == [404]
    assert "404" in refused[0]["expected"]
    assert refused[0]["got"].startswith("Your organization has no order 'NO-SUCH'.")
    assert server.journal("?operation=getStatus&status=200")["count"] == 1
    assert [one["status"] for one in server.journal("?status=4xx&since=2000-01-01T00:00:00Z")["entries"]] == [404]
    assert server.journal("?status=5xx")["count"] == 0
    for unknown in ("4x", "40", "6xx", "xx4"):
        assert "or a class such as 4xx" in server.journal(f"?status={unknown}")["detail"]
    assert server.journal("?since=2999-01-01T00:00:00Z")["count"] == 0


def test_pages_walk_through_all(server: Server) -> None:
    """`after` goes on where a page ended; the last says that nothing follows."""
    for _ in range(3):
        server.get("/status?order_id=NO-SUCH")
    first = server.journal("?limit=2")
    rest = server.journal(f"?limit=2&after={first['next']}")
    numbers = [one["number"] for one in [*first["entries"], *rest["entries"]]]
    assert numbers == [1, 2, 3, 4]
    assert rest["next"] is None


def test_the_newest_may_stand_first(server: Server) -> None:
    """Pages go on in the same order; another word is refused with the two that there are."""
    for _ in range(3):
        server.get("/status?order_id=NO-SUCH")
    first = server.journal("?limit=3&order=newest")
    rest = server.journal(f"?limit=3&order=newest&after={first['next']}")
    assert [one["number"] for one in [*first["entries"], *rest["entries"]]] == [4, 3, 2, 1]
    assert "did you mean 'newest'" in server.journal("?order=newst")["detail"]


def test_an_expectation_that_is_not_met_names_the_closest_call(server: Server) -> None:
    """The difference is told: which call came near, and what it lacked."""
    server.get("/status?order_id=ORD-5QBC5V-000001")
    told = server.verify(operation="getStatus", parameters={"order_id": "ORD-5QBC5V-000002"})
    assert told["met"] is False
    assert told["closest"]["parameters"] == {"order_id": "ORD-5QBC5V-000001"}
    assert told["difference"] == ["the parameter order_id is 'ORD-5QBC5V-000001', not 'ORD-5QBC5V-000002'"]


def test_expectations_count(server: Server) -> None:
    """exactly, at_least, at_most; at least one where nothing is said."""
    server.get("/status?order_id=NO-SUCH")
    server.get("/status?order_id=NO-SUCH")
    assert server.verify(operation="getStatus")["met"] is True
    assert server.verify(operation="getStatus", exactly=2)["met"] is True
    assert server.verify(operation="getStatus", at_most=1)["met"] is False
    assert server.verify(operation="listReports", exactly=0)["met"] is True


@pytest.mark.parametrize("redact", [False, True])
def test_the_users_own_identifiers_are_found_although_they_may_be_hashed(tmp_path: Path, redact: bool) -> None:
    """Where the journal is redacted, a value that is not synthetic stands hashed, and is compared hashed."""
    server = Server(tmp_path / "audit.jsonl", redact_journal=redact)
    server.get("/status?study_uid=1.2.840.1")
    assert server.verify(operation="getStatus", parameters={"study_uid": "1.2.840.1"})["met"] is True
    assert server.verify(operation="getStatus", parameters={"study_uid": "1.2.840.2"})["met"] is False
    assert ("1.2.840.1" in json.dumps(server.journal())) is not redact
    assert ("1.2.840.1" in (tmp_path / "audit.jsonl").read_text()) is not redact
    server.state.close()


def test_a_question_over_dropped_entries_does_not_pass(server: Server) -> None:
    """Counters answer by operation, status and client for all time; what needs the entries says that they are gone."""
    world = server.state.worlds.default
    world.journal.store = MemoryJournalStore(bound=2)
    for _ in range(5):
        server.get("/status?order_id=NO-SUCH")
    assert server.verify(operation="getStatus", exactly=5)["met"] is True
    lost = server.verify(requirement="STATUS-4", exactly=2)
    assert lost["met"] is False
    assert "dropped" in lost["reason"]
    assert server.journal("?requirement=STATUS-4")["complete"] is False


def test_counters_and_clearing(server: Server) -> None:
    """Each operation, status and client is counted; clearing begins anew."""
    server.get("/status?order_id=NO-SUCH")
    counted = server.journal("/counters")
    assert counted["total"] == 2
    assert {"operation": "getStatus", "status": 404, "client_id": "demo-hospital", "count": 1} in counted["counters"]
    server.http.delete("/_mock/worlds/default/journal", headers={"Authorization": "Bearer c"})
    assert server.journal("/counters")["total"] == 0


def test_the_audit_log_has_a_line_a_call_and_no_secret(server: Server, tmp_path: Path) -> None:
    """Refused calls too, with what they sent; tokens and secrets never; moved away, it begins anew."""
    server.get(f"/status?study_uid=1.2.840.1&access_token=xyz&token={server.token}")
    server.http.get("/nowhere")
    log = tmp_path / "audit.jsonl"
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    assert [line["status"] for line in lines] == [200, 400, 404]
    assert server.token not in log.read_text()
    assert lines[1]["parameters"] == {
        "study_uid": "1.2.840.1",
        "access_token": "(secret, not shown)",
        "token": "(secret, not shown)",
    }
    assert lines[2]["path"] == "/nowhere"
    log.rename(tmp_path / "audit.1")
    server.get("/status?order_id=NO-SUCH")
    assert len(log.read_text().splitlines()) == 1


@pytest.mark.parametrize("how", ["a folder", "full"])
def test_an_audit_log_that_cannot_be_written_is_told_once(
    server: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    """Calls are served all the same; the log says when it begins and how many calls are missing when it ends."""
    log = tmp_path / "audit.jsonl"
    log.rename(tmp_path / "audit.1")
    log.mkdir() if how == "a folder" else log.symlink_to("/dev/full")
    assert [server.get("/status?order_id=NO-SUCH").status_code for _ in range(3)] == [404] * 3
    log.rmdir() if how == "a folder" else log.unlink()
    assert server.get("/status?order_id=NO-SUCH").status_code == 404
    assert len(log.read_text().splitlines()) == 1
    why = "Is a directory" if how == "a folder" else "No space left on device"
    assert [record.getMessage() for record in caplog.records] == [
        f"the audit log {log} cannot be written: {why}; calls are served without it",
        f"the audit log {log} is written again, without 3 calls",
    ]


def test_a_torn_line_of_the_audit_log_is_ended(tmp_path: Path) -> None:
    """A killed process may leave one; what follows is a line of its own."""
    (tmp_path / "audit.jsonl").write_text('{"time": "20')
    made = Server(tmp_path / "audit.jsonl")
    made.state.close()
    torn, whole = (tmp_path / "audit.jsonl").read_text().splitlines()
    assert torn == '{"time": "20'
    assert json.loads(whole)["status"] == 200


def test_metrics_are_prometheus(server: Server) -> None:
    """Calls by world, operation and status, under a name that is ours alone; a foreign Host is refused."""
    server.get("/status?order_id=NO-SUCH")
    told = server.http.get("/metrics")
    assert told.status_code == 200
    assert 'pacsimile_requests_total{operation="getStatus",status="404",world="default"} 1.0' in told.text
    assert server.http.get("/metrics", headers={"Host": "evil.example"}).status_code == 421


@pytest.mark.parametrize(
    ("expectation", "told"),
    [
        ({"colour": 1}, "'colour' is not known here"),
        ({"operatoin": "getStatus"}, "did you mean 'operation'?"),
        ({"exactly": 1, "at_least": 1}, "give 'exactly' alone"),
        ({"at_least": 3, "at_most": 2}, "no number of calls is both"),
        ({"at_least": 0}, "met by any number of calls"),
        ({"operation": "getstatus", "exactly": 0}, "did you mean 'getStatus'?"),
        ({"operation": "nonsense", "exactly": 0}, "'operation' must be one of getToken, "),
        ({"client_id": "demo-hosptal", "exactly": 0}, "did you mean 'demo-hospital'?"),
        ({"requirement": "STATSU-4", "exactly": 0}, "did you mean 'STATUS-4'?"),
        ({"method": "get", "exactly": 0}, "did you mean 'GET'?"),
        ({"operation": "getStatus", "parameters": {"orderid": "X"}, "exactly": 0}, "did you mean 'order_id'?"),
        ({"parameters": {"oder_id": "X"}, "exactly": 0}, "did you mean 'order_id'?"),
        ({"operation": "getToken", "parameters": {"order_id": "X"}, "exactly": 0}, "none of getToken: grant_type"),
    ],
)
def test_what_no_call_can_be_is_refused(server: Server, expectation: dict[str, Any], told: str) -> None:
    """It would pass for ever: a 400 that says what is not known, and what was meant."""
    refused = server.journal("/verify", {"expectations": [expectation]})
    assert refused["status"] == 400
    assert told in refused["detail"]


@pytest.mark.parametrize("content", [{}, {"expectations": []}, {"expectations": 3}, {"expectations": [3]}])
def test_no_expectations_at_all_are_refused(server: Server, content: dict[str, Any]) -> None:
    """Nothing that was expected is nothing that could fail."""
    assert server.journal("/verify", content)["status"] == 400


@pytest.mark.parametrize(
    "query",
    ["operation=getstatus", "operation=", "client_id=demo-hosptal", "requirement=STATSU-4", "method=get", "opration=x"],
)
def test_filters_of_what_no_call_can_be_are_refused(server: Server, query: str) -> None:
    """An empty list would look like an answer; also where calls are followed."""
    assert server.journal("?" + query)["status"] == 400
    assert server.journal("/follow?" + query)["status"] == 400


def test_each_operation_can_be_asked_about(server: Server) -> None:
    """Those of the description, introspection and revocation."""
    for operation in JOURNALLED_IDS:
        assert server.verify(operation=operation, status=418, exactly=0)["met"] is True


def test_a_client_that_is_gone_can_still_be_asked_about(server: Server) -> None:
    """Its calls are in the journal."""
    server.get("/status?order_id=NO-SUCH")
    del server.state.worlds.default.clients["demo-hospital"]
    assert server.journal("?client_id=demo-hospital")["count"] == 2


def test_calls_are_followed_as_they_come() -> None:
    """Server-sent events over a real socket: each call once, those of other operations left out."""
    with RunningServer() as server:
        world = server.world()
        url = f"{server.line['control_url']}/worlds/{world.name}/journal/follow?operation=getToken"
        headers = {"Authorization": f"Bearer {server.line['control_token']}"}
        with requests.get(url, headers=headers, stream=True, timeout=10) as following:
            assert following.headers["Content-Type"] == "text/event-stream"
            lines = following.iter_lines()
            assert next(lines).startswith(b":")
            requests.get(f"{server.url}/status", timeout=5)
            requests.get(world.token_endpoint, auth=(world.client_id, world.client_secret), timeout=5)
            told = next(line for line in lines if line.startswith(b"data:"))
            assert json.loads(told[5:])["operation"] == "getToken"
        begun = time.monotonic()
        with requests.get(url, headers=headers, stream=True, timeout=10):
            server.stop()
        assert time.monotonic() - begun < 5  # an open stream does not hold up the end


def test_in_process_nothing_can_be_followed(server: Server) -> None:
    """There is no connection to send events on: 501 says so."""
    assert server.journal("/follow")["status"] == 501
