"""The options of `pytest --target FILE`, in a process: those of `pacsimile verify`, with its exit statuses."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contract_tests.tests.helpers.command import environment, judged, report, target_file
from contract_tests.tests.helpers.real_service import answer, document, leaks
from mock.tests.helpers.fork_server import prepared

ROOT = Path(__file__).parents[2]
Start = Callable[..., Any]
LISTED = "listing: {allowed: true}\nlimits: {rate: 900/s}\n"


def run_pytest(file: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Run pytest over the requirements; nothing of what it writes is a traceback, a secret or a real identifier."""
    command = [*prepared("pytest"), "-p", "no:cacheprovider", "-q", "contract_tests", "--target", file]
    alone = environment(PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")  # others take seconds to be imported
    done = subprocess.run([*command, *words], cwd=ROOT, env=alone, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stdout + done.stderr, done.stdout
    assert leaks(done.stdout + done.stderr) == []
    return done


def wrong_order(method: str, path: str, body: bytes) -> Any:
    """Answer as ever, but for another order's status."""
    found = answer(method, path, body)
    if path.startswith("/status?order_id=") and found and found[0] == 200:
        return document(200, {**json.loads(found[2]), "order_id": "ZK-0000-000000"})
    return found


def test_selection_level_seed_profile_and_reports(serve: Start, tmp_path: Path) -> None:
    """`-k` and `--pacsimile-requirement` choose, the others say how; the folder has what `verify` writes."""
    folder = tmp_path / "report"
    words = ("--pacsimile-level", "smoke", "--pacsimile-seed", "5", "--pacsimile-profile", "strict")
    chosen = ("--pacsimile-requirement", "status-*", "--pacsimile-requirement", "AUTH-1", "-k", "not STATUS-2")
    run_pytest(target_file(tmp_path, serve(answer).url, LISTED), *words, *chosen, "--pacsimile-report", str(folder))
    found = report(folder)
    assert (found["level"], found["seed"], found["profile"]) == ("smoke", 5, "strict")
    assert "AUTH-1" in judged(folder)
    assert "STATUS-2" not in judged(folder)
    assert {one.partition("-")[0] for one in judged(folder)} == {"AUTH", "STATUS"}
    assert (folder / "report.html").is_file()


def test_collecting_asks_nothing(serve: Start, tmp_path: Path) -> None:
    """`--collect-only` lists the requirements, and sends nothing; one that is none is exit 2."""
    server = serve(answer)
    file = target_file(tmp_path, server.url, LISTED)
    done = run_pytest(file, "--collect-only", "-k", "BATCH-1")
    assert (done.returncode, "BATCH-1" in done.stdout) == (0, True)
    done = run_pytest(file, "--pacsimile-requirement", "BATHC-1")
    assert (done.returncode, "there is no requirement BATHC-1" in done.stdout + done.stderr) == (2, True)
    assert server.requests == []


def test_exit_statuses_baseline_and_accepted_lacks(serve: Start, tmp_path: Path) -> None:
    """1 for a FAIL, 0 where the baseline knows it, 1 once it passes; 3 for a lack, 0 where it is accepted."""
    wrong, right = target_file(tmp_path, serve(wrong_order).url, LISTED), serve(answer).url
    done = run_pytest(wrong, "-k", "STATUS-1 or STATUS-4")
    assert done.returncode == 1
    assert "expected order_id" in done.stdout
    known = tmp_path / "known.yaml"
    lines = done.stdout.splitlines()  # in CI, pytest tells them a second time, as its summary
    failing = dict.fromkeys(line.split()[1] for line in lines if line.startswith("  FAIL "))
    known.write_text("".join(f"- {{check: {one}, reason: ticket 17}}\n" for one in failing), "utf-8")
    done = run_pytest(wrong, "-k", "STATUS-1 or STATUS-4", "--pacsimile-baseline", str(known), "-rx")
    assert (done.returncode, "1 xfailed" in done.stdout, "ticket 17" in done.stdout) == (0, True, True)
    file = target_file(tmp_path, right, LISTED)
    done = run_pytest(file, "-k", "STATUS-1", "--pacsimile-baseline", str(known))
    assert (done.returncode, "passes now" in done.stdout) == (1, True)
    open_ = ("--pacsimile-requirement", "AUTH-1", "--pacsimile-requirement", "SEC-3")
    assert run_pytest(file, *open_).returncode == 3
    accepting = ("--pacsimile-accept-not-exercised", "SEC-3,AUTH-1")
    done = run_pytest(file, *open_, *accepting)
    assert (done.returncode, "AUTH-1 is accepted as not exercised, but was exercised" in done.stdout) == (0, True)
    assert run_pytest(file, *open_, *accepting, "--pacsimile-strict-accept").returncode == 1


def test_what_could_not_be_told_is_4(tmp_path: Path) -> None:
    """Nothing listens there: each requirement is an error, and says why."""
    done = run_pytest(target_file(tmp_path, "http://127.0.0.1:9"), "-k", "AUTH-1", "--pacsimile-fail-fast")
    assert done.returncode == 4
    assert "nothing listens there" in done.stdout
