"""The reports of a load: what they say, and what they never have."""

import json
import xml.etree.ElementTree as Xml
from dataclasses import replace

import pytest

from pacsimile_contract.errors import UsageError
from pacsimile_contract.load.job import Job, Poller
from pacsimile_contract.load.plan import Plan
from pacsimile_contract.load.recorder import Recorder
from pacsimile_contract.load.report import report
from pacsimile_contract.load.report_files import document, junit, make_folder, write
from pacsimile_contract.load.results import Result
from pacsimile_contract.load.thresholds import error_bound, threshold
from pacsimile_contract.load.violations import MOST_KEPT, Violations
from pacsimile_contract.target.model import Client, Target

HOME = "http://127.0.0.1:8090"
CLIENTS = {"primary": Client("primary", "me", "made-up-secret-4711", "org-a")}
TARGET = Target(HOME, HOME + "/oauth2", CLIENTS)


def made(target=TARGET, plan=None, *, share=False, interrupted=False, violations=(), calls=100, errors=1):
    """Return a report with a call in each hundredth of a second."""
    recorder, wrong = Recorder(10), Violations()
    for number in range(calls):
        recorder.add("getStatus", 0.02, number / 10, "status 500" if number < errors else None)
    wrong.judge("AUTH-17", True, "", "", 0)
    for requirement, words, subject, other in violations:
        wrong.judge(requirement, False, words, subject, 1.0, other)
    job = Job(target, (Poller("primary", ("status",), ("O1",)),), plan or Plan(duration=10), 0.0)
    result = Result(10.0, recorder, wrong, interrupted, True, 0)
    bounds = [threshold(0.99, "status=10ms"), threshold(0.5, "1s"), threshold(0.99, "listing=1s")]
    return report(job, result, bounds, error_bound("5"), share_identifiers=share)


DOUBLED = ("BATCH-1", "listed twice in one listing", "REPORT-OF-MEIER", "")
CROSSED = ("STATUS-1", "the answer is about another order", "ORDER-OF-MEIER", "ORDER-OF-MUELLER")


def test_the_document_has_each_figure():
    told = document(made(violations=[DOUBLED]))
    assert told["exit_status"] == 1
    assert told["operations"]["status"]["calls"] == 100
    assert told["operations"]["status"]["p99"] == pytest.approx(20, rel=0.02)
    assert told["errors"]["kinds"] == [{"operation": "status", "kind": "status 500", "count": 1}]
    assert [bound["met"] for bound in told["thresholds"]] == [False, True, None, True]
    assert told["checks"]["BATCH-1"] == {"judged": 1, "violations": 1}
    assert sum(span["calls"] for span in told["over_time"]["spans"]) == 100


@pytest.mark.parametrize("share", [False, True])
def test_ids_are_written_only_where_they_may_be(share, tmp_path):
    """In no report, neither the one asked for nor the one that was answered."""
    write(made(violations=[DOUBLED, CROSSED], share=share), tmp_path, shared=False)
    for file in tmp_path.iterdir():
        assert ("MEIER" in file.read_text()) == share, file
        assert ("MUELLER" in file.read_text()) == share, file


def test_ids_of_a_mocks_world_are_synthetic():
    told = document(made(replace(TARGET, world_of_its_own=True), violations=[DOUBLED]))
    assert told["violations"][0]["subject"] == "REPORT-OF-MEIER"


def test_no_secret_is_in_a_report_even_where_a_service_repeats_it(tmp_path):
    write(made(violations=[("STATUS-1", "wrong", "O1", "made-up-secret-4711")], share=True), tmp_path, shared=False)
    assert not [file for file in tmp_path.iterdir() if "made-up-secret-4711" in file.read_text()]


def test_what_a_service_says_is_text_on_the_page(tmp_path):
    """An id may hold anything."""
    write(made(violations=[("BATCH-1", "wrong", "<script>alert(1)</script>", "")], share=True), tmp_path, shared=False)
    page = (tmp_path / "load.html").read_text()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "Content-Security-Policy" in page


def test_junit_has_a_case_for_each_bound_and_requirement():
    """A bound that no call was about fails too: what was asked for was not seen."""
    suite = Xml.fromstring(junit(made(violations=[DOUBLED] * (MOST_KEPT + 1))).partition("\n")[2])
    cases = {case.get("name"): case for case in suite.iter("testcase")}
    assert cases["p99 of status"].find("failure") is not None
    assert cases["p50"].find("failure") is None
    assert cases["p99 of listing"].find("failure") is not None
    (doubled,) = (case for name, case in cases.items() if name.startswith("BATCH-1 "))
    assert f"{MOST_KEPT + 1} times" in doubled.find("failure").get("message")
    assert any(case.find("skipped") is not None for case in cases.values())
    assert suite.get("failures") == "3"


@pytest.mark.parametrize(
    ("more", "status"),
    [({}, 1), ({"interrupted": True}, 130), ({"violations": [DOUBLED]}, 1), ({"calls": 0}, 1), ({"errors": 100}, 1)],
)
def test_the_exit_status(more, status):
    """Missed, interrupted, violated, nothing made, nothing served."""
    assert made(**more).exit_status == status


def test_notes_say_what_a_reader_must_know():
    """Of the closed model that it flatters; of a busy process; of what was not judged and not acknowledged."""
    notes = " ".join(made(plan=Plan(users=5)).notes)
    for words in ("quote percentiles of the open model", "90 %", "exclusive: true", "acknowledged nothing"):
        assert words in notes
    assert "coordinated omission" in " ".join(made().notes)


def test_a_page_of_no_call_at_all_is_a_page(tmp_path):
    write(made(calls=0), tmp_path, shared=True)
    assert "no call was served" in (tmp_path / "load.html").read_text()
    assert json.loads((tmp_path / "load.json").read_text())["calls"] == 0


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="cannot be created"):
        make_folder(tmp_path / "file" / "load")
