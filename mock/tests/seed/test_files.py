"""Files that a scenario names: in its own folder alone, wherever links lead, and nothing but files."""

import os
from pathlib import Path

import pytest

from pacsimile_mock.seed.load import load
from pacsimile_mock.seed.model import ScenarioError

ORDER = "orders:\n- {{status: COMPLETED, report_files: {{txt: {name!r}}}}}\n"


def _loaded(folder: Path, name: str) -> set[bytes]:
    (folder / "mine.yaml").write_text(ORDER.format(name=name), "utf-8")
    return set(load(str(folder / "mine.yaml")).files.values())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a scenario's folder, beside which a secret lies, with links to it and to a file within."""
    (tmp_path / "secret.txt").write_text("a secret")
    home = tmp_path / "scenarios"
    (home / "reports").mkdir(parents=True)
    (home / "reports" / "own.txt").write_text("a report")
    (home / "within.txt").symlink_to("reports/own.txt")
    (home / "outside.txt").symlink_to("../secret.txt")
    (home / "away").symlink_to("..")
    (home / "round").symlink_to("round")
    os.mkfifo(home / "pipe.txt")
    return home


@pytest.mark.parametrize("name", ["reports/own.txt", "within.txt", "reports/../within.txt", "./reports/own.txt"])
def test_a_file_of_the_scenarios_folder_is_served(folder: Path, name: str) -> None:
    """Below it, and by a link that stays in it."""
    assert _loaded(folder, name) == {b"a report"}


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../secret.txt", "outside.txt", "away/secret.txt", "reports/../../secret.txt"]
)
def test_a_file_elsewhere_is_refused(folder: Path, name: str) -> None:
    """One line with file and line, and what to do."""
    with pytest.raises(
        ScenarioError, match=r"^mine\.yaml:2:\d+: expected a file in the folder .*copy the file beside it$"
    ):
        _loaded(folder, name)


@pytest.mark.parametrize(
    ("name", "why"), [("pipe.txt", "is a pipe"), ("reports", "directory"), ("round", ""), ("a\\0", "")]
)
def test_what_is_no_file_is_refused_at_once(folder: Path, name: str, why: str) -> None:
    """A pipe that nobody writes to does not hang the start."""
    with pytest.raises(ScenarioError, match=rf"^mine\.yaml:2:\d+: expected a file .*{why}"):
        _loaded(folder, name)


def test_a_scenario_that_is_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    """As any file that is none."""
    os.mkfifo(tmp_path / "mine.yaml")
    with pytest.raises(ScenarioError, match="cannot be read: is a pipe"):
        load(str(tmp_path / "mine.yaml"))
