"""Runs that end before their last scenario: each says why once, writes its report, and a FAIL wins."""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.command import report, target_file, verify
from contract_tests.tests.helpers.real_service import document
from pacsimile_contract.errors import UsageError
from pacsimile_contract.evidence.silence import GONE_AFTER
from pacsimile_contract.findings.verdict import Verdict
from pacsimile_contract.reporting.folder import ReportFolder
from pacsimile_contract.reporting.report_json import ReportJson
from pacsimile_contract.run.events import Diagnosed, Event, RequirementJudged, RunFinished
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner import runner
from pacsimile_contract.runner.runner import run
from pacsimile_contract.target.model import Limits, States, Target

Start = Callable[..., Any]
FILES = {"report.json", "report.html", "junit.xml", "summary.md", "history.jsonl"}
QUICK = Limits(timeout=5.0)


def stating(status: int, at: int = 1) -> Callable[[str, str, bytes], Any]:
    """Return the real service with a state URL that answers so, from its call `at` on; before, with an organization."""
    calls = iter(range(1, 10**6))

    def say(method: str, path: str, body: bytes) -> Any:
        if path != "/states":
            return real_service.answer(method, path, body)
        made = {"organization_id": "org-s", "client_id": "state-client", "client_secret": "the-secret-of-a-state"}
        return document(200, made) if next(calls) < at else document(status, {})

    return say


def told(target: Target, folder: Path, **options: Any) -> tuple[RunFinished, list[str]]:
    """Run, and return what came of it and what was said of the run as a whole."""
    lines: list[str] = []

    def listen(event: Event) -> None:
        if isinstance(event, Diagnosed):
            lines.append(event.line)

    done = run(target, Options(**options), [listen, ReportFolder(folder)])
    assert {one.name for one in folder.iterdir()} >= FILES
    return done, lines


@pytest.mark.parametrize(
    ("status", "at", "token", "words"),
    [
        (404, 1, None, "offers no state at all"),
        (403, 1, "states-token", "refuses our token (403)"),
        (403, 1, None, "wants a token, and none is given (403)"),
        (401, 2, None, "(401)"),
    ],
)
def test_a_state_url_that_cannot_be_used_leaves_a_report(
    serve: Start, tmp_path: Path, status: int, at: int, token: str | None, words: str
) -> None:
    """It is said once and in the report, and ends with 2: whoever wrote the target file has to act."""
    server = serve(stating(status, at))
    target = server.target(limits=QUICK, states=States(server.url + "/states", token))
    done, lines = told(target, tmp_path, requirements=("STATUS-1", "STATUS-2"))
    assert done.exit_status == 2
    assert [words in line for line in lines] == [True]
    assert any(words in note for note in done.notes)
    assert words in (tmp_path / "summary.md").read_text("utf-8")
    assert Verdict.FAIL not in {one.verdict for one in done.judgements}


def test_a_state_url_where_nothing_listens_ends_with_2(serve: Start, tmp_path: Path) -> None:
    """It is said at once, with what to look at."""
    target = serve(real_service.answer).target(limits=QUICK, states=States("http://127.0.0.1:1/states"))
    done, lines = told(target, tmp_path, requirements=("STATUS-1",))
    assert done.exit_status == 2
    assert ["no answer (refused): is `states: url` right" in line for line in lines] == [True]


def test_a_failure_wins_over_a_state_url_that_offers_nothing(serve: Start, tmp_path: Path) -> None:
    """Who judges on standard output sees the failure, and so does who reads the exit status alone."""

    def say(method: str, path: str, body: bytes) -> Any:
        return document(500, {}) if "/status" in path else stating(404)(method, path, body)

    server = serve(say)
    more = f"states: {{url: '{server.url}/states', token: T_SECRET}}\nprofile: strict\n"
    done = verify("--target", target_file(tmp_path, server.url, more), "--requirement", "PROTO-3", "--requirement",
                  "STATUS-1", "--level", "smoke", "--report", str(tmp_path / "report"))  # fmt: skip
    assert done.returncode == 1, done.stdout
    assert "\nFAIL " in done.stdout
    assert "offers no state at all" in done.stdout
    assert report(tmp_path / "report")["exit_status"] == 1


class Dying:
    """The real service until its last call: it answers nothing after that."""

    def __init__(self, last: int) -> None:
        self._last, self._asked, self._lock = last, 0, threading.Lock()

    def say(self, method: str, path: str, body: bytes) -> Any:
        """Answer, or close the connection."""
        with self._lock:
            self._asked += 1
        return real_service.answer(method, path, body) if self._asked <= self._last else None


def test_a_target_that_dies_ends_the_run(serve: Start, tmp_path: Path) -> None:
    """It is asked a few times more and left alone; after which call it was, is said once, with a line to repeat it."""
    last = 30
    server = serve(Dying(last).say)
    done, lines = told(server.target(limits=QUICK, listing_allowed=True), tmp_path)
    assert len(server.requests) <= last + 2 * GONE_AFTER
    (line,) = lines
    answered = max(one.number for one in done.exchanges if one.answer is not None)
    assert f"gave no answer any more after call {answered}: curl -i " in line
    assert f"; then call {answered + 1} (closed): curl -i " in line
    errors = [one for one in done.judgements if one.verdict is Verdict.ERROR]
    assert len(errors) < 5
    reason = "not reached: the target gave no answer any more"
    assert len([one for one in done.judgements if one.summary == reason]) > 30
    assert done.exit_status in (1, 4)


def test_a_target_that_dies_does_not_pass_whatever_is_accepted(serve: Start, tmp_path: Path) -> None:
    """That all may stay open is no word about a service that is gone."""
    server = serve(Dying(3).say)
    done, _ = told(server.target(limits=QUICK), tmp_path, accept_not_exercised=("*",), requirements=("STATUS-4",))
    assert done.exit_status == 4


def test_a_fault_of_ours_leaves_a_report(serve: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its place is told, and nothing of what the target said."""

    def broken(*_: object) -> list[str]:
        raise ValueError("a patient's name")

    monkeypatch.setattr(runner, "inventory", broken)
    done, (line,) = told(serve(real_service.answer).target(limits=QUICK), tmp_path, requirements=("AUTH-9",))
    assert "internal error, ValueError (test_early_ends.py:" in line
    assert "patient" not in line
    assert done.exit_status == 4


def test_who_cannot_be_told_ends_the_run_and_not_the_reports(serve: Start, tmp_path: Path) -> None:
    """A reader that went away: the reports are written, then it is raised for whoever called."""
    heard: list[str] = []

    def gone(event: Event) -> None:
        if isinstance(event, RequirementJudged):
            heard.append(event.judgement.requirement.id)
            raise BrokenPipeError

    server = serve(real_service.answer)
    with pytest.raises(BrokenPipeError):
        run(server.target(limits=QUICK), Options(), [gone, ReportJson(tmp_path)])
    assert len(heard) == 1
    verdicts = json.loads((tmp_path / "report.json").read_text("utf-8"))["verdicts"]
    assert "not reached: the results cannot be written" in str(verdicts)


def test_one_report_that_cannot_be_written_keeps_no_other(serve: Start, tmp_path: Path) -> None:
    """A folder stands where one of the files belongs."""
    (tmp_path / "report.json").mkdir()
    target = serve(real_service.answer).target(limits=QUICK)
    with pytest.raises(UsageError, match=r"report\.json: cannot be written"):
        run(target, Options(requirements=("AUTH-9",)), [ReportFolder(tmp_path)])
    assert {one.name for one in tmp_path.iterdir() if one.is_file()} >= FILES - {"report.json"}


@pytest.mark.parametrize("text", ["two\nlines", "a\r\nX-Injected: 1", "na\u00efve", "nul\0", "tab\t"])
def test_a_token_that_no_header_can_carry_is_no_token(serve: Start, tmp_path: Path, text: str) -> None:
    """RFC 6749 appendix A.12: such an answer breaks AUTH-1, and ends nothing."""

    def say(method: str, path: str, body: bytes) -> Any:
        if "/token" in path:
            return document(200, {"access_token": text, "token_type": "Bearer", "expires_in": 3600, "scope": "x"})
        return real_service.answer(method, path, body)

    done, lines = told(serve(say).target(limits=QUICK), tmp_path)
    assert done.exit_status in (1, 2), lines
    assert "error of ours" not in " ".join(lines)


def test_a_state_whose_token_no_header_can_carry_is_told(serve: Start, tmp_path: Path) -> None:
    """What a state gives goes into headers too."""

    def say(method: str, path: str, body: bytes) -> Any:
        if path == "/states":
            return document(200, {"organization_id": "org-s", "access_token": "two\nlines"})
        return real_service.answer(method, path, body)

    server = serve(say)
    target = server.target(limits=QUICK, states=States(url=f"{server.url}/states"))
    done, _ = told(target, tmp_path, requirements=("AUTH-11",))
    assert "error of ours" not in (tmp_path / "report.html").read_text()
    assert done.exit_status in (2, 4)
