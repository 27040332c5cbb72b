"""The checks of dependencies fail where they should, and say so where nothing could be checked."""

import io
import json
import re
import runpy
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

SUPPLY = Path(__file__).resolve().parents[2] / "scripts" / "supply"
ADVISORY = {
    "id": "GHSA-xxxx-0000-0001",
    "aliases": ["CVE-2026-0001"],
    "summary": "made for this test",
    "affected": [{"package": {"name": "six", "ecosystem": "PyPI"}, "ranges": []}],
}
ALLOWED = "- {id: CVE-2026-0001, reason: not reached, until: 2027-01-31}\n"


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, SUPPLY / script, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def run_here(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a script in this process, which has imported most of what it needs."""
    out, errors, words = io.StringIO(), io.StringIO(), [str(SUPPLY / script), *map(str, arguments)]
    with (
        mock.patch.object(sys, "argv", words),
        mock.patch.object(sys, "path", [str(SUPPLY), *sys.path]),
        redirect_stdout(out),
        redirect_stderr(errors),
        pytest.raises(SystemExit) as ended,
    ):
        runpy.run_path(words[0], run_name="__main__")
    status = ended.value.code
    if isinstance(status, str):
        errors.write(status)
    code = status if isinstance(status, int) else int(status is not None)
    return subprocess.CompletedProcess(words, code, out.getvalue(), errors.getvalue())


@contextmanager
def server(answer: dict[str, Any], content_type: str = "application/json") -> Iterator[str]:
    """Answer every request with `answer`; gives the address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_port}"
        finally:
            listening.shutdown()
            thread.join()


@pytest.fixture
def nowhere() -> str:
    """An address at which nothing listens any more."""
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as listening:
        return f"http://127.0.0.1:{listening.server_port}"


def audit(url: str, folder: Path, allowed: str = "[]", today: str = "2026-12-01") -> subprocess.CompletedProcess[str]:
    (folder / "requirements.txt").write_text("six==1.0.0\n")
    (folder / "allowed.yaml").write_text(allowed)
    options = ["--requirement", folder / "requirements.txt", "--allowed", folder / "allowed.yaml", "--today", today]
    return run_here("audit.py", "--osv-url", url, *options)


@pytest.mark.parametrize(
    ("answer", "allowed", "today", "status", "line"),
    [
        ({"vulns": [ADVISORY]}, "[]", "2026-12-01", 1, "six 1.0.0: CVE-2026-0001, GHSA-xxxx-0000-0001"),
        ({"vulns": [ADVISORY]}, ALLOWED, "2027-01-31", 0, "1 packages audited, 1 advisories, 0 failures"),
        ({}, "[]", "2026-12-01", 0, "1 packages audited, 0 advisories, 0 failures"),
    ],
)
def test_a_known_vulnerability_fails_unless_it_is_allowed_today(
    answer: dict[str, Any], allowed: str, today: str, status: int, line: str, tmp_path: Path
) -> None:
    """An entry counts by any of the advisory's names."""
    with server(answer) as url:
        done = audit(url, tmp_path, allowed, today)
    assert (done.returncode, line in done.stdout) == (status, True), done.stdout + done.stderr


@pytest.mark.parametrize(("today", "failures"), [(date(2027, 1, 31), 0), (date(2027, 2, 1), 1)])
def test_a_known_vulnerability_is_allowed_until_its_day(
    today: date, failures: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The day itself included; from the next day on, the entry fails."""
    monkeypatch.syspath_prepend(str(SUPPLY))
    import allowances
    import audit as script

    (tmp_path / "allowed.yaml").write_text(ALLOWED)
    known, allowed = script.Audit(), allowances.read(tmp_path / "allowed.yaml", "id")
    known.add({"dependencies": [{"name": "six", "version": "1.0.0", "vulns": [ADVISORY]}]})
    told = script.judge(known, allowed, today)
    assert len(told) == failures
    assert all("CVE-2026-0001 was allowed until 2027-01-31" in line for line in told)


def test_an_audit_without_a_service_says_that_nothing_was_audited(nowhere: str, tmp_path: Path) -> None:
    """And passes: a CI that reaches package indexes alone is not red for ever."""
    done = audit(nowhere, tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "No advisories can be had here: no service knew any package. Nothing was audited.\n"


def test_an_allowed_advisory_without_a_reason_is_refused(tmp_path: Path) -> None:
    """The line says which members an entry wants."""
    done = audit("http://127.0.0.1:1", tmp_path, "- {id: CVE-2026-0001, until: 2027-01-31}\n")
    assert done.returncode == 1
    assert "entry 1: wants id, reason, until (YYYY-MM-DD)" in done.stderr


@pytest.mark.parametrize(
    ("today", "allowed", "status", "line"),
    [
        ("2026-11-28", "[]", 0, "ok      2025-06-01  hl7"),
        ("2027-07-01", "[]", 1, "no release for two years"),
        ("2027-07-01", "- {name: hl7, reason: small, until: 2027-12-31}", 1, "kept until 2027-12-31"),
        ("2028-01-01", "- {name: hl7, reason: small, until: 2027-12-31}", 1, "to be reviewed by 2027-12-31"),
        (
            "2026-11-28",
            "- {name: gone, reason: small, until: 2027-12-31}",
            1,
            "gone: pyproject.toml does not ask for it",
        ),
    ],
)
def test_a_dependency_without_a_release_for_two_years_needs_a_decision(
    today: str, allowed: str, status: int, line: str, tmp_path: Path
) -> None:
    """The index here says the same day of all; a withdrawn file is no release."""
    times = [{"upload-time": "2025-06-01T12:00:00Z"}, {"upload-time": "2026-06-01T12:00:00Z", "yanked": True}]
    (tmp_path / "old.yaml").write_text(allowed)
    with server({"files": times}, "application/vnd.pypi.simple.v1+json") as url:
        done = run_here("releases.py", "--index", url, "--today", today, "--allowed", tmp_path / "old.yaml")
    assert (done.returncode, line in done.stdout) == (status, True), done.stdout + done.stderr


def test_without_an_index_no_release_is_judged(nowhere: str) -> None:
    """It says so in a line."""
    done = run_here("releases.py", "--index", nowhere)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "No release dates can be had here: the package index gives none. Nothing was checked.\n"


def test_every_licence_is_on_the_list() -> None:
    """`licences.py` names those that are not."""
    done = run_here("licences.py")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND GPL-3.0-only", False),
        ("ISC AND (GPL-3.0-only OR MIT)", True),
        ("(GPL-3.0-only OR MIT) AND GPL-2.0-only", False),
        ("MIT WITH something", False),
        ("", False),
        ("(MIT", False),
    ],
)
def test_a_licence_expression_is_allowed_as_spdx_reads_it(
    expression: str, allowed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an OR one is enough, of an AND all are needed; what cannot be read is not allowed."""
    monkeypatch.syspath_prepend(str(SUPPLY))
    import licences

    assert licences.is_allowed(expression, {"MIT", "ISC"}) is allowed


def test_the_sbom_is_the_same_each_time_and_names_what_users_install() -> None:
    """Without times, random ids and development tools; it is validated as it is written."""
    first, second = run("sbom.py"), run("sbom.py")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    names = {component["name"] for component in json.loads(first.stdout)["components"]}
    assert {"Flask", "pypdf", "psycopg-binary"} <= names
    assert not {"ruff", "mypy", "pip_audit", "hl7"} & names


def test_every_file_in_the_threat_model_exists() -> None:
    """A page that names what is gone would promise what nobody holds."""
    root = SUPPLY.parents[1]
    named = re.findall(r"`([\w.-]+/[\w./-]+)`", (root / "docs" / "threat-model.md").read_text())
    assert len(named) > 20
    assert [name for name in named if not (root / name).is_file()] == []
