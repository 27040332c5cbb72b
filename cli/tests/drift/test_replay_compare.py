"""`pacsimile replay --compare`: a stored run held beside the mock's answers."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from contract_tests.tests.helpers.small_run import CALLS, call
from contract_tests.tests.helpers.stored_folder import write_folder
from pacsimile.drift import mock_answers
from pacsimile.main import main
from pacsimile_contract.drift.catalogue import Catalogue
from pacsimile_contract.errors import UsageError


def test_differences_are_printed_and_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines say what differs, how often and where first; no value of an answer is among them."""
    ours = [
        call(1, "getStatus", "/status?order_id=A-1", 200, {"order_id": "A-1", "progress": 100}, X_Request_Id="req-1"),
        call(2, "getResult", "/results?order_id=A-1&report_type=pdf", 404, {"title": "No", "detail": "none"}),
    ]
    monkeypatch.setattr(mock_answers, "mock_answers", lambda dialect: Catalogue(ours))
    stored, again = write_folder(tmp_path / "run", exchanges=CALLS, all_synthetic=True), tmp_path / "again"
    shown = CliRunner().invoke(main, ["replay", str(stored), "--compare", "--report", str(again)])
    _, _, lines = shown.output.partition("drift from the mock: ")
    assert lines == (
        "4 differences in 3 calls\n"
        "  getStatus, 200\n"
        "    header X-Request-Id: not there; mock: always there (1 call, first 2)\n"
        "    member progress: not there; mock: always there (2 calls, first 2)\n"
        "    member synthetic: there; mock: not there (1 call, first 2)\n"
        "    member patient: there; mock: not there (1 call, first 3)\n"
        "  not compared, or not whole: 1 call: not in the mock\n"
    )
    written = json.loads((again / "drift.json").read_text("utf-8"))
    assert written["compared"] == 3
    assert written["differences"][1] == {
        "kind": "member", "operation": "getStatus", "situation": "200", "place": "progress", "mock": "always there",
        "service": "not there", "calls": 2, "first_call": 2,
    }  # fmt: skip
    page = (again / "drift.md").read_text("utf-8")
    assert "| getStatus | 200 | member progress | not there | always there | 2 | 2 |" in page
    assert "Jane" not in page + lines
    assert (again / "drift.json").stat().st_mode & 0o077 == 0


def test_requirements_are_chosen_as_for_verify(tmp_path: Path) -> None:
    """Several in one option, with commas, in either case."""
    stored = str(write_folder(tmp_path / "run"))
    shown = CliRunner().invoke(main, ["replay", stored, "-v", "--requirement", "auth-1,BATCH-1"])
    assert set(re.findall(r"\b[A-Z]+-\d+\b", shown.output)) == {"AUTH-1", "BATCH-1"}


def test_a_mock_that_does_not_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The verdicts are printed, then a line says that nothing was compared; the exit status is that of wrong usage."""

    def fail(dialect: object) -> None:
        raise UsageError("--compare needs a mock beside the service, and it did not start: no room")

    monkeypatch.setattr(mock_answers, "mock_answers", fail)
    shown = CliRunner().invoke(main, ["replay", str(write_folder(tmp_path / "run")), "--compare"])
    assert shown.exit_code == 2
    assert "did not start: no room" in shown.stderr
