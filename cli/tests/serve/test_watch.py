"""`serve --watch`: the scenario file is hot-loaded, and a broken one changes nothing."""

import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from mock.tests.helpers.fork_server import prepared
from mock.tests.helpers.served import PATIENCE, Served, environment, serving

HEAD = """\
organizations:
  - id: hospital
    clients:
      - {id: same, secret: s, scopes: [status.read, reports.read, reports.ack]}
      - {id: other, secret: SECRET, scopes: [status.read]}
orders:
"""
ORDER = "  - {status: COMPLETED, created: 1h}\n"


def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it never came to hold"
        time.sleep(0.05)


def replace(path: Path, text: str) -> None:
    """Write a file as editors do: beside it, then in its place."""
    beside = path.with_suffix(".new")
    beside.write_text(text)
    beside.replace(path)


def heard(served: Served) -> list[str]:
    """The lines that were said on standard error; they are forgotten."""
    lines = served.errors.read_text().lstrip("\0").splitlines()
    os.truncate(served.errors, 0)
    return lines


def test_a_changed_file_is_served_at_once(tmp_path: Path) -> None:
    """Its orders and clients; who stays the same is not even asked for a new token."""
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + ORDER)
    with serving(tmp_path, "--scenario", str(path), "--watch") as served:
        assert len(served.listing()) == 1
        authorization = served.basic(1)
        other = served.call("GET", "/oauth2/token", {"Authorization": authorization}).json["access_token"]
        for count in (2, 3):
            replace(path, HEAD.replace("SECRET", f"SECRET-{count}") + ORDER * count)
            until(lambda count=count: len(served.listing()) == count)
        bearer = {"Authorization": f"Bearer {other}"}
        assert served.call("GET", "/status?study_uid=1.2.3", bearer).status == 401
        assert served.call("GET", "/oauth2/token", {"Authorization": authorization}).status == 401
        assert heard(served) == [f"pacsimile: {path} has changed: the world has restarted"] * 2


def test_a_broken_file_is_told_in_one_line_and_the_last_good_one_serves_on(tmp_path: Path) -> None:
    """Once, however long it stays broken; mended without another change, the world goes on as it was."""
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + ORDER)
    with serving(tmp_path, "--scenario", str(path), "--watch") as served:
        (report_id,) = served.listing()
        acknowledged = served.call(
            "POST", "/reports?organizationId=hospital", {"Authorization": f"Bearer {served.token}"}
        )
        assert acknowledged.json["acknowledged"] == [report_id]
        replace(path, HEAD + "  - {status: DONE}\n")
        until(lambda: served.errors.read_text() != "")
        time.sleep(1)
        (line,) = heard(served)
        assert line.startswith("pacsimile: mine.yaml:7:14: expected one of RECEIVED")
        assert line.endswith("; the old scenario continues")
        path.unlink()
        until(lambda: "cannot be read: No such file" in served.errors.read_text())
        heard(served)
        path.write_text(HEAD + ORDER)
        until(lambda: "is as before: the world continues" in served.errors.read_text())
        assert served.listing() == []
        replace(path, HEAD + ORDER * 2)
        until(lambda: len(served.listing()) == 2)
        heard(served)


def test_a_report_file_is_watched_too(tmp_path: Path) -> None:
    """What it holds now is served."""
    (tmp_path / "mine.pdf").write_bytes(b"%PDF-1")
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + "  - {status: COMPLETED, study_uid: 1.2.3, report_files: {pdf: mine.pdf}}\n")
    with serving(tmp_path, "--scenario", str(path), "--watch") as served:
        assert served.get("/results?study_uid=1.2.3&report_type=pdf").body == b"%PDF-1"
        (tmp_path / "mine.pdf").write_bytes(b"%PDF-22")
        until(lambda: served.get("/results?study_uid=1.2.3&report_type=pdf").body == b"%PDF-22")
        until(lambda: served.errors.read_text() != "")
        heard(served)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--scenario", "demo"), "--watch needs a --scenario file of your own"),
        (("--scenario", "backlog:5"), "--watch needs a --scenario file of your own"),
        (("--scenario", "mine.yaml", "--database", "sqlite:///state.db"), "--watch cannot be used with --database"),
    ],
)
def test_what_cannot_be_watched_is_told(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """In one line, with status 2; no database is begun."""
    (tmp_path / "mine.yaml").write_text(HEAD + ORDER)
    done = subprocess.run(
        [*prepared(), "serve", "--port", "0", "--watch", *arguments],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"pacsimile: {said}")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "state.db").exists()
