"""`pacsimile verify`, `replay` and `matrix` as a user types them, against a mock on a free port."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mock.tests.helpers.fork_server import prepared


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return an environment with a runtime folder of its own."""
    folder = tmp_path_factory.mktemp("runtime")
    folder.chmod(0o700)
    return {**os.environ, "PACSIMILE_RUNTIME_DIR": str(folder)}


@pytest.fixture(scope="module")
def mock(place: dict[str, str]) -> Iterator[dict[str, Any]]:
    """Start a mock; give the line it prints."""
    process = subprocess.Popen(
        [*prepared(), "serve", "--port", "0", "--json"], stdout=subprocess.PIPE, text=True, env=place
    )
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()


def run(place: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command and return what it wrote."""
    return subprocess.run([*prepared(), *words], capture_output=True, text=True, env=place, timeout=300)


def test_a_mock_is_judged_in_a_world_of_its_own(mock: dict[str, Any], place: dict[str, str], tmp_path: Path) -> None:
    """Found by its runtime file, passes, and the reports name no secret; replay agrees."""
    words = ("--requirement", "AUTH-1", "--requirement", "STATUS-*", "--report", str(tmp_path))
    done = run(place, "verify", mock["url"], *words)
    assert done.returncode in (0, 3), done.stdout + done.stderr
    assert "PASS 9" in done.stdout.splitlines()
    assert "AUTH-1" not in done.stdout
    written = {"report.html", "report.json", "junit.xml", "history.jsonl", "summary.md"}
    assert {path.name for path in tmp_path.iterdir()} == written
    assert mock["control_token"] not in "".join(path.read_text("utf-8") for path in tmp_path.iterdir())
    again = run(place, "replay", "-v", str(tmp_path))
    assert (again.returncode, "PASS AUTH-1" in again.stdout) == (done.returncode, True)


def test_a_defect_is_killed_by_the_requirement_it_breaks(
    mock: dict[str, Any], place: dict[str, str], tmp_path: Path
) -> None:
    """The matrix of two defects of STATUS-2 holds, each in a process of its own."""
    file = tmp_path / "matrix.json"
    words = ("--defects", "*-order-wins,last-*-wins", "--level", "smoke", "--json", str(file))
    done = run(place, "matrix", mock["url"], *words)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads(file.read_text("utf-8"))
    assert found["holds"]
    assert len(found["defects"]) == 2
    assert {one["outcome"] for one in found["defects"]} == {"killed"}


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ((), "or --target FILE: `--init URL` writes a first one"),
        (("https://127.0.0.1:9",), "`pacsimile verify --init https://127.0.0.1:9 > target.yaml` writes one"),
        (("https://127.0.0.1:9", "--control-token", "x"), "needs a target file"),
        (("http://127.0.0.1:9",), "is a mock running there?"),
        (("--target", "no-such.yaml"), "no-such.yaml: cannot be read"),
        (("--list", "--requirement", "NO-1"), "there is no requirement NO-1"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(place: dict[str, str], words: tuple[str, ...], line: str) -> None:
    """Exit status 2, one line, no traceback."""
    done = run(place, "verify", *words)
    assert (done.returncode, done.stdout) == (2, "")
    assert line in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert ": Any other" not in done.stderr


def test_the_list_shows_each_requirement_with_its_words(place: dict[str, str]) -> None:
    """Nothing is asked; what is not tested says so."""
    done = run(place, "verify", "--list", "--requirement", "STATUS-2")
    assert done.returncode == 0
    head, clause = done.stdout.splitlines()[:2]
    assert head == "STATUS-2 the status by study is that of its most recent order"
    harm = "a failure means unauthorized access, wrong data or a lost report"
    assert clause == f"  MUST, from the public description; {harm}; 10 parts"
    assert "Part: one check with its own verdict." in done.stdout
    assert "needs fresh_organization, order_advanced, order_in_status, study_with_orders" in done.stdout


def test_a_wrong_control_token_is_a_usage_error(mock: dict[str, Any], place: dict[str, str]) -> None:
    """Exit status 2."""
    done = run(place, "verify", mock["url"], "--control-token", "wrong-token")
    assert (done.returncode, "refuses the control token" in done.stderr) == (2, True)
