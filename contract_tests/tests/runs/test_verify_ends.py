"""How a run of `pacsimile verify` ends: stopped from outside, out of time, or against what is no results API."""

import json
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from contract_tests.tests.helpers.command import COMMAND, environment, judged, report, target_file, verify
from contract_tests.tests.helpers.real_service import answer
from mock.tests.helpers import ctrl_c

Start = Callable[..., Any]
QUICK = "limits: {timeout: 500ms, max_time: 20s}\n"


class Stopper:
    """The real service, which sends a signal to who asks, once that has asked so often."""

    def __init__(self, when: int, number: signal.Signals) -> None:
        self._when, self._number, self._asked = when, number, 0
        self._known, self._over = threading.Event(), threading.Event()
        self._process: subprocess.Popen[str] | None = None

    def say(self, method: str, path: str, body: bytes) -> Any:
        """Answer as ever, but for the call at which it is sent: there is nobody left to hear the answer."""
        self._asked += 1
        if self._asked == self._when:
            self._known.wait(60)
            assert self._process is not None
            self._process.send_signal(self._number)
            self._over.wait(60)
        return answer(method, path, body)

    def stop(self, *words: str) -> tuple[int, str, str]:
        """Run the command and return its exit status, and what it wrote."""
        command = [*COMMAND, *words]
        with ctrl_c.heard():
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
            )
        with process:
            self._process = process
            self._known.set()
            out, err = process.communicate(timeout=120)
            self._over.set()
            return process.returncode, out, err


@pytest.mark.parametrize(("number", "when"), [(signal.SIGINT, 30), (signal.SIGTERM, 2)])
def test_stopped_from_outside_it_leaves_a_partial_report(
    serve: Start, tmp_path: Path, number: signal.Signals, when: int
) -> None:
    """Ctrl-C, or a cancelled job: every file is written, says that it is partial, and the run does not pass.

    One more request may have left before the signal is heard.
    """
    stopper, folder = Stopper(when, number), tmp_path / "report"
    server = serve(stopper.say)
    file = target_file(tmp_path, server.url, "listing: {allowed: true}\n")
    status, out, err = stopper.stop("--target", file, "--report", str(folder), "--accept-not-exercised", "*")
    assert "Traceback" not in out + err
    assert status == (1 if "\nFAIL: " in out else 3), out + err
    assert "interrupted: this report is partial; requirements that were not reached are NOT-EXERCISED" in out
    assert len(server.requests) <= when + 1
    assert {"report.json", "report.html", "junit.xml", "summary.md", "history.jsonl"} <= {
        path.name for path in folder.iterdir()
    }
    assert len(report(folder)["verdicts"]) > 70
    assert "interrupted: this report is partial" in (folder / "summary.md").read_text("utf-8")
    assert [path for path in folder.iterdir() if path.is_file() and real_service.leaks(path.read_text("utf-8"))] == []


def one_answer(status: int, kind: str, content: bytes) -> Callable[[str, str, bytes], Any]:
    """Return a server that says the same to everything."""
    return lambda method, path, body: (status, {"Content-Type": kind}, content)


def examples(method: str, path: str, body: bytes) -> Any:
    """Answer with the examples of a description, whatever is asked."""
    token = {"access_token": "example-token", "token_type": "Bearer", "expires_in": 3600, "scope": "status.read"}
    document = token if "/token" in path else real_service._status(next(iter(real_service.ORDERS)))
    return 200, {"Content-Type": "application/json"}, json.dumps(document).encode()


@pytest.mark.parametrize(
    ("say", "words", "statuses"),
    [
        (one_answer(404, "text/plain", b"no"), "/oauth2/token: answers 404: is oauth2_endpoint right?", (2,)),
        (one_answer(401, "text/plain", b"no"), "/oauth2/token: refuses the primary client (401)", (2,)),
        (one_answer(200, "text/html", b"<html>Sign in"), "/oauth2/token: answers an HTML page (200)", (2,)),
        (examples, "/status: answers 200 for an order that nobody has: does it serve examples?", (1, 4)),
        (lambda method, path, body: None, "/oauth2: it closes each connection without an answer", (1, 4)),
    ],
    ids=["404", "401", "login page", "examples", "closes"],
)
def test_an_absurd_target_is_told_on_the_first_line(
    serve: Start, tmp_path: Path, say: Any, words: str, statuses: tuple[int, ...]
) -> None:
    """After who is judged, and before any verdict; never 0, and within the time."""
    server = serve(say)
    began = time.monotonic()
    done = verify("--target", target_file(tmp_path, server.url, QUICK), "--level", "smoke")
    assert time.monotonic() - began < 60
    first = next(line for line in done.stdout.splitlines() if line.startswith("!! "))
    assert words in first
    verdicts = ("\nPASS ", "\nFAIL ", "\nERROR ", "\nNOT-EXERCISED ")
    assert done.stdout.index(first) < min(done.stdout.find(one) % 10**9 for one in verdicts)
    assert done.returncode in statuses


def test_a_service_without_answers_behind_a_token_is_no_lack_of_data(serve: Start, tmp_path: Path) -> None:
    """A run of a single requirement ends with 4 too, and the next step is to mend what the first line says."""
    server = serve(lambda method, path, body: real_service.answer(method, path, body) if "/token" in path else None)
    done = verify("--target", target_file(tmp_path, server.url, QUICK), "--requirement", "STATUS-1")
    assert done.returncode == 4, done.stdout
    assert "gives no answer (closed), though the token endpoint gave a token" in done.stdout
    assert "next: fix what the line with !! says" in done.stdout
    assert "supply what is missing" not in done.stdout


def test_what_never_answers_is_told_too(tmp_path: Path) -> None:
    """It takes the connection; the run waits for two calls, and ends."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        done = verify("--target", target_file(tmp_path, url, QUICK), "--level", "smoke")
    assert (done.returncode, "!! " in done.stdout) == (4, True)
    assert f"{url}/oauth2: it takes the connection and never answers." in done.stdout


def test_a_run_keeps_its_time_by_skipping(serve: Start, tmp_path: Path) -> None:
    """Late answers and a short `max_time`: exit 3, the limit as the reason, no FAIL, no ERROR."""

    def late(method: str, path: str, body: bytes) -> Any:
        time.sleep(0.3)
        return answer(method, path, body)

    folder, more = tmp_path / "report", "listing: {allowed: true}\nlimits: {max_time: 2s}\n"
    words = ("--requirement", "ORDERID-*", "--requirement", "BATCH-3", "--requirement", "STATUS-*")
    done = verify("--target", target_file(tmp_path, serve(late).url, more), *words, "--report", str(folder))
    assert done.returncode == 3, done.stdout
    assert "max_time of 2 s is used up" in " ".join(done.stdout.split())
    assert {one["verdict"] for one in report(folder)["verdicts"]} <= {"PASS", "NOT-EXERCISED", "WARN", "N/A"}
    assert report(folder)["seconds"] < 30
    assert len(judged(folder)) == 13


def test_a_run_that_may_wait_waits_for_real(serve: Start, tmp_path: Path) -> None:
    """`limits: wait` is planned, and kept beside `max_time`: orders are asked for again, what lacks is said."""
    moments: list[tuple[float, str]] = []

    def say(method: str, path: str, body: bytes) -> Any:
        moments.append((time.monotonic(), path))
        return answer(method, path, body)

    more = "listing: {allowed: true}\nlimits: {wait: 2s, max_time: 60s}\n"
    file = target_file(tmp_path, serve(say).url, more)
    words = ("--requirement", "AUTH-11", "--requirement", "STATUS-1", "--requirement", "STATUS-5")
    assert "then it waits until 2 s after its first token" in verify("--target", file, "--plan", *words).stdout
    assert moments == []
    done = verify("--target", file, *words, "-v", "--report", str(tmp_path / "report"))
    assert done.returncode == 3
    assert "wait for 3910 s or more" in json.dumps(report(tmp_path / "report"))
    late = [path for at, path in moments if at - moments[0][0] >= 1.9]
    assert {path.partition("?")[0] for path in late} == {"/status"}
    assert "PASS STATUS-5" in done.stdout
