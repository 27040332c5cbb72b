"""Worlds from scenarios: the user's own reports and patients are served, faults are met, seed and pace are decided."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from mock.tests.helpers.databases import Databases
from mock.tests.helpers.in_process import Caller
from mock.tests.helpers.sharing import Server, serving
from pacsimile_mock.config import WorldOptions

PDF = b"%PDF-1.7 of my own \x00\xff"
FILES = """\
orders:
  - status: COMPLETED
    created: 2h
    amended: 1h
    study_uid: 1.2.840.99.1
    patient: {mrn: MY-1, family_name: Ångström, given_name: Zoë, birth_date: 1970-01-31, sex: F}
    report_files: {pdf: mine.pdf, dicom_sr: mine.dcm}
  - status: COMPLETED
    created: 1h
    study_uid: 1.2.840.99.2
    patient: {mrn: MY-1, family_name: Ångström, given_name: Zoë, birth_date: 1970-01-31, sex: F}
    report_types: [json, pdf]
    report_files: {pdf: mine.pdf}
"""
FAULTS = """\
orders: []
faults:
  - {match: {client_id: demo-hospital-archive}, effect: {status: 503, retry_after: 7}}
  - {match: {operation: getStatus, nth: 2}, effect: {status: 429}, limit: {count: 1}}
"""

Start = Callable[..., list[Server]]


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
def start(request: pytest.FixtureRequest, databases: Databases, tmp_path: Path) -> Iterator[Start]:
    """Starts two servers on one store of each kind, in memory one, with a scenario of this text."""
    (tmp_path / "mine.pdf").write_bytes(PDF)
    (tmp_path / "mine.dcm").write_bytes(b"DICM")
    with ExitStack() as started:

        def begin(text: str, **options: Any) -> list[Server]:
            path = tmp_path / "mine.yaml"
            path.write_text(text, encoding="utf-8")
            world = WorldOptions(scenario=str(path), **options)
            if request.param == "memory":
                return [Server(world)] * 2
            return started.enter_context(serving(databases.empty(request.param), 2, world))

        yield begin


def caller(server: Server, client_id: str = "demo-hospital") -> Caller:
    """A client of the scenario."""
    return Caller(server, server.world.clients[client_id])


def test_report_files_are_served_as_they_are(start: Start) -> None:
    """Marked as not ours; in no other type; the same bytes for each version."""
    _, other = start(FILES)
    client = caller(other)
    order = client.get("/status", study_uid="1.2.840.99.1").json
    assert order["report_types"] == ["pdf", "dicom_sr"]
    reply = client.get("/results", study_uid="1.2.840.99.1", report_type="pdf")
    assert (reply.status, reply.body, reply.headers["Content-Type"]) == (200, PDF, "application/pdf")
    assert reply.headers["X-Report-Source"] == "scenario"
    assert reply.headers["X-Report-Id"].endswith("-2")
    assert client.get("/results", order_id=order["order_id"], report_type="dicom_sr").body == b"DICM"
    none = client.get("/results", order_id=order["order_id"], report_type="json")
    assert none.refusal == (404, "report-type-not-available")
    listed = client.get("/reports", organizationId="demo-hospital").json["reports"]
    assert [one["report_types"] for one in listed] == [["pdf", "dicom_sr"], ["json", "pdf"]]


def test_beside_files_there_may_be_reports_of_ours(start: Start) -> None:
    """Of the user's own patient, and without the mark."""
    one, _ = start(FILES)
    client = caller(one)
    ours = client.get("/results", study_uid="1.2.840.99.2", report_type="json")
    assert "X-Report-Source" not in ours.headers
    assert ours.json["patient"] == {
        "mrn": "MY-1",
        "family_name": "Ångström",
        "given_name": "Zoë",
        "birth_date": "1970-01-31",
        "sex": "F",
    }
    assert client.get("/results", study_uid="1.2.840.99.2", report_type="pdf").body == PDF


def test_an_order_that_joins_a_study_has_its_patient(start: Start) -> None:
    """One that is submitted over the control API, too."""
    one, other = start(FILES)
    wanted = {"organization_id": "demo-hospital", "study_uid": "1.2.840.99.1", "status": "COMPLETED"}
    made = one.control("POST", "/worlds/default/orders", wanted).json
    report = caller(other).get("/results", order_id=made["order_id"], report_type="json").json
    assert report["patient"]["mrn"] == "MY-1"


def test_a_world_that_begins_anew_has_the_files_as_they_are_then(start: Start, tmp_path: Path) -> None:
    """What was served before is forgotten; a file that is gone leaves the world as it was."""
    one, other = start(FILES)
    (tmp_path / "mine.pdf").write_bytes(b"%PDF-anew")
    one.control("POST", "/worlds/default/reset")
    assert caller(other).get("/results", study_uid="1.2.840.99.1", report_type="pdf").body == b"%PDF-anew"
    (tmp_path / "mine.pdf").unlink()
    refused = one.asked("POST", "/worlds/default/reset")
    assert refused.status == 400
    assert "the world is as it was: mine.yaml:7:25: expected a file that can be read" in refused.json["detail"]
    assert caller(other).get("/results", study_uid="1.2.840.99.1", report_type="pdf").body == b"%PDF-anew"


def test_faults_of_a_scenario_are_met(start: Start) -> None:
    """By whichever worker; they begin anew with the world, and those that were set since are gone."""
    one, other = start(FAULTS)
    archive, hospital = caller_without_token(one, "demo-hospital-archive"), caller(other)
    for _ in range(2):
        refused = archive.ask_token()
        assert (refused.status, refused.headers["Retry-After"]) == (503, "7")
        calls = [hospital.get("/status", study_uid="1.2.3").status for _ in range(4)]
        assert calls == [404, 429, 404, 404]
        one.control("POST", "/worlds/default/faults", {"effect": {"status": 500}})
        assert hospital.get("/orderId", study_uid="1.2.3").status == 500
        other.control("POST", "/worlds/default/reset")
        shown = one.control("GET", "/worlds/default/faults").json["faults"]
        assert [(fault["matched"], fault["effect"]["status"]) for fault in shown] == [(0, 503), (0, 429)]


def caller_without_token(server: Server, client_id: str) -> Caller:
    """A client that gets no token."""
    made = Caller.__new__(Caller)
    made.service, made.client = server, server.world.clients[client_id]
    return made


def test_faults_of_a_scenario_are_those_of_each_world(start: Start) -> None:
    """A client's id is that of the world."""
    one, other = start(FAULTS)
    made = one.control("POST", "/worlds", {}).json
    (fault, _) = other.control("GET", f"/worlds/{made['world']}/faults").json["faults"]
    assert fault["match"]["client_id"] == f"demo-hospital-archive-{made['world']}"


def decided(server: Server, **given: Any) -> tuple[int, str]:
    """Seed and pace of a new world."""
    made = server.control("POST", "/worlds", given).json
    return made["seed"], made["pace"]


def test_a_scenario_may_say_its_seed_and_pace(start: Start, tmp_path: Path) -> None:
    """They count where nothing else is given: not against the call that makes a world, but before the server's own."""
    one, other = start("seed: 7\npace: polls\norders: []\n", seed=3, pace="manual", undecided=("seed",))
    assert (other.world.options.seed, other.world.options.pace) == (7, "manual")
    assert decided(one) == (7, "polls")
    assert decided(other, seed=5) == (5, "polls")
    assert decided(other, pace="instant") == (7, "instant")
    assert decided(one, scenario="empty") == (3, "manual")
    (tmp_path / "mine.yaml").write_text("seed: 8\norders: []\n")
    one.control("POST", "/worlds/default/reset")
    assert other.world.options.seed == 7
