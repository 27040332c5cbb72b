"""Names and secrets planted in every place of an answer, over every operation: none of them reaches an output."""

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from contract_tests.tests.helpers import planting_service
from contract_tests.tests.helpers.planting_service import PLANTED, leaks, planting
from pacsimile_contract.errors import UsageError
from pacsimile_contract.reporting.console import Console
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.summary_md import StepSummary
from pacsimile_contract.reporting.terminal import Terminal
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.replay import replay
from pacsimile_contract.runner.runner import run
from pacsimile_contract.runner.stored_run import load_run

MODES = ("answering", "refusing", "tokenless", "states")


def written(mode: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Judge the service; return all that was written: files by name, but the operator's own, and the terminal."""
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "step.md"))
    out, more = io.StringIO(), io.StringIO()
    with planting(mode) as target, redirect_stdout(out), redirect_stderr(out):
        listeners = [Terminal(Console(out, colour=True), verbose=True), Terminal(Console(more, colour=False))]
        try:
            run(target, Options(report=folder), [*listeners, ReportFolder(folder), StepSummary()])
        except UsageError as error:
            out.write(str(error))
    files = {str(one.relative_to(folder)): one for one in folder.rglob("*") if one.is_file()}
    texts = {name: one.read_text("utf-8") for name, one in files.items() if not name.startswith("private/")}
    return {**texts, "terminal -v": out.getvalue(), "terminal": more.getvalue()}


@pytest.mark.parametrize("mode", MODES)
def test_nothing_planted_is_written(mode: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not as it is, nor in another case, URL-encoded, in base64, or escaped as JSON or HTML."""
    texts = written(mode, tmp_path, monkeypatch)
    assert {"history.jsonl", "report.html", "report.json", "junit.xml", "summary.md", "step.md"} <= set(texts)
    seen = [(name, one, spelt) for name, text in texts.items() for one, spelt in leaks(text)]
    assert seen == []
    assert "characters, " in texts["history.jsonl"]
    replay(load_run(tmp_path))


def test_what_is_planted_would_be_seen() -> None:
    """Each form of each word, in a text; and there are more than forty."""
    assert len(PLANTED) > 40
    for place, word in PLANTED.items():
        assert all(place in dict(leaks(f"<{form}>")) for form in planting_service.forms(word)), place
