"""`pacsimile load`: real runs of a second or two, and the part of a process without Locust."""

import json
import subprocess
import xml.etree.ElementTree as Xml
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner

from pacsimile.load import command
from pacsimile_contract.load import driver
from pacsimile_contract.load.job import Job
from pacsimile_contract.load.mock_orders import world
from pacsimile_contract.load.plan import Plan
from pacsimile_contract.load.process_load import ProcessLoad
from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.load.results import Result
from pacsimile_contract.load.violations import Violations
from pacsimile_contract.provider import mock_worlds
from pacsimile_contract.provider.mock_worlds import Mock
from pacsimile_contract.target.dialects import given_dialect


def made(served: Any, dialect: str | None = None, **options: Any) -> ProcessLoad:
    """Return what a process saw that made a second of load in a world of its own, one call after the other."""
    mock = Mock(served.line["url"], served.line["control_token"])
    plan = Plan(rate=100, duration=1, ramp=0, poll=0.1, batch=10)
    try:
        with world(mock, plan, 2, 0, given_dialect(dialect) if dialect else None, **options) as (target, chosen):
            load = ProcessLoad(Job.from_json(json.loads(json.dumps(Job(target, tuple(chosen), plan, 0.0).as_json()))))
            assert load.prepare() is None
            load.begin()
            load.arrive(lambda call: call() is not None)
            load.finish()
            load.close()
            return load
    finally:
        mock.close()


def test_a_right_service_violates_nothing(served):
    """In a dialect too: what it acknowledges never comes back, and nothing is lost. One token a client."""
    load = made(served, "legacy")
    assert load.recorder.errors == {}
    assert load.violations.kept == []
    assert load.violations.judged["BATCH-1"] > 0
    assert {"getStatus", "getResult", "listReports", "acknowledgeReports"} <= set(load.recorder.operations)
    tokens = [load.recorder.operations.get(name) for name in ("getToken", "postToken")]
    assert sum(times.count for times in tokens if times) == 2


@pytest.mark.parametrize(
    ("defect", "requirement"),
    [
        ("report-listed-twice", "BATCH-1"),
        ("one-report-never-listed", "BATCH-1"),
        ("acknowledged-comes-back", "BATCH-2"),
    ],
)
def test_a_queue_that_is_wrong_is_caught(served, defect, requirement):
    """Doubled, lost, come back: by the requirement that it breaks."""
    assert requirement in made(served, defects=[defect]).violations.counts


def run(served, *words, **environment):
    """Run the command against the shared mock."""
    given = [served.line["url"], "--control-token", served.line["control_token"], "--duration", "1", "--rate", "60"]
    return CliRunner().invoke(command, [*given, "--poll", "100ms", *words], env=environment)


SLOW_TO_LISTEN = """
import gevent
from pacsimile_contract.load import locust_process

at_once = locust_process.Environment.create_worker_runner

def after_a_while(self, *master):
    runner = at_once(self, *master)
    gevent.sleep(0.5)
    return runner

locust_process.Environment.create_worker_runner = after_a_while
locust_process.main()
"""
"""A process of a load whose worker registers nothing until half a second after the master has greeted it."""


def started_slow_to_listen(command, **options):
    """Start a process of a load whose worker is slow to listen."""
    return subprocess.Popen([*command[: command.index("-m")], "-c", SLOW_TO_LISTEN], **options)


def test_two_processes_of_users_miss_a_threshold_and_write_the_reports(served, tmp_path, monkeypatch):
    """Percentiles for each operation, what was judged, and a page that needs no other file; no secret is in any.

    The master gives a share to none that does not listen yet, where Locust would drop it.
    """
    monkeypatch.setattr(driver, "subprocess", SimpleNamespace(**{**vars(subprocess), "Popen": started_slow_to_listen}))
    folder = tmp_path / "load"
    users = ("--users", "6", "--think", "50ms", "--clients", "2", "--processes", "2")
    result = run(served, *users, "--p50", "0.01ms", "--p99", "status=20s", "--errors", "0", "--report", str(folder))
    assert result.exit_code == 1, result.output
    document = json.loads((folder / "load.json").read_text())
    assert document["plan"]["model"] == "closed"
    assert [bound["met"] for bound in document["thresholds"]] == [False, True, True]
    assert document["operations"]["token"]["calls"] == 2
    assert document["operations"]["status"]["p50"] <= document["operations"]["status"]["p99"]
    assert 4 < document["calls"] <= 60 * 1.5  # the rate holds for users too
    assert document["checks"]["AUTH-17"]["judged"] > 0
    assert Xml.parse(folder / "junit.xml").getroot().get("failures") == "1"
    page = (folder / "load.html").read_text()
    assert "<polyline" in page
    assert "FAIL p50" in result.output
    written = result.output + page + (folder / "load.json").read_text()
    assert served.line["control_token"] not in written
    assert "Bearer " not in written
    assert all(oct(file.stat().st_mode)[-2:] == "00" for file in folder.iterdir())


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        ("fast", "'fast' is no rate: expected 0.01 to 100,000 calls a second, such as 20/s or 30/m"),
        ("-3/s", "'-3/s' is no rate"),
        ("0", "'0' is out of range"),
        ("1000000/s", "'1000000/s' is out of range: expected 0.01 to 100,000 calls a second"),
    ],
)
def test_a_rate_that_cannot_be_used_is_told_with_the_range(rate, words):
    done = CliRunner().invoke(command, ["--rate", rate])
    assert done.exit_code == 2
    assert words in " ".join(done.output.split())


def test_nothing_is_sent_to_a_mock_beyond_this_machine(monkeypatch):
    """Not even the question whether it is a mock, and no world is made there."""
    monkeypatch.setattr(mock_worlds, "mock_at", lambda url, token: pytest.fail(f"{url} was asked"))
    done = CliRunner().invoke(command, ["http://192.0.2.7:8080", "--control-token", "made-up", "--duration", "1s"])
    assert done.exit_code == 2
    assert "192.0.2.7 is not this machine: a load on it needs `load: {allowed: true" in " ".join(done.output.split())


def test_figures_are_shown_though_no_report_can_be_written(tmp_path, monkeypatch):
    """A disk that is full at the end of a long load takes the files, not what was measured."""
    target = tmp_path / "target.yaml"
    target.write_text(
        "base_url: http://127.0.0.1:9\noauth2_endpoint: http://127.0.0.1:9/oauth2\norganization_id: org-a\n"
        "clients: {primary: {id: MY_ID, secret: MY_SECRET}}\nlisting: {allowed: true}\n"
    )
    recorder = Recorder(1)
    recorder.add("listReports", 0.02, 0.5)
    result = Result(1.0, recorder, Violations(), False, False, 0)
    monkeypatch.setattr(driver, "run", lambda job, progress, master: result)
    folder = tmp_path / "load"
    (folder / "load.html" / "in the way").mkdir(parents=True)
    done = CliRunner().invoke(
        command, ["--target", str(target), "--report", str(folder)], env={"MY_ID": "me", "MY_SECRET": "made-up-4711"}
    )
    assert done.exit_code == 2, done.output
    assert "1 call in 1.0 s" in done.output
    assert "cannot be written" in done.output
    assert "reports:" not in done.output
