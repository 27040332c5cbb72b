"""Who may read the reports of a run: their owner alone, unless the operator lets the umask decide."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract_tests.tests.helpers import real_service
from pacsimile_contract.files import private_folder
from pacsimile_contract.reporting.folder import FILES, ReportFolder
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run

BEFORE = '{"profile": "strict"}'
"""What an earlier run left in its report."""


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Let files be readable by all, as most machines do."""
    former = os.umask(0o022)
    yield
    os.umask(former)


def modes(folder: Path, *, shared: bool, start: Any) -> dict[str, int]:
    """Judge one requirement, and return the modes of the folder and of what was written into it."""
    target = start(real_service.answer).target()
    run(target, Options(requirements=("AUTH-9",), report=folder), [ReportFolder(folder, shared=shared)])
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in (folder, *(folder / name for name in FILES))}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
@pytest.mark.parametrize(("shared", "of_folder", "of_file"), [(False, 0o700, 0o600), (True, 0o755, 0o644)])
def test_reports_are_for_their_owner(serve: Any, tmp_path: Path, shared: bool, of_folder: int, of_file: int) -> None:
    """A folder that a run makes, and each file in it."""
    folder = tmp_path / "made"
    assert modes(folder, shared=shared, start=serve) == {"made": of_folder, **dict.fromkeys(FILES, of_file)}
    assert os.umask(0o022) == 0o022


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_what_an_earlier_run_left_is_closed(serve: Any, tmp_path: Path) -> None:
    """A wide report that is written anew is closed before a word is in it; the folder that was there keeps its mode."""
    folder = tmp_path / "there"
    folder.mkdir()
    (folder / "report.json").write_text(BEFORE)
    assert modes(folder, shared=False, start=serve) == {"there": 0o755, **dict.fromkeys(FILES, 0o600)}


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a privilege before a link is made")
def test_no_report_is_written_through_a_link(serve: Any, tmp_path: Path) -> None:
    """What a link of a report's name points at keeps its words and its mode; the report takes the link's place."""
    folder, kept = tmp_path / "there", tmp_path / "kept"
    folder.mkdir()
    kept.write_text("of somebody else", "utf-8")
    kept.chmod(0o644)
    for name in FILES:
        (folder / name).symlink_to(kept)
    assert modes(folder, shared=False, start=serve) == {"there": 0o755, **dict.fromkeys(FILES, 0o600)}
    assert not any((folder / name).is_symlink() for name in FILES)
    assert (kept.read_text("utf-8"), stat.S_IMODE(kept.stat().st_mode)) == ("of somebody else", 0o644)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_no_report_is_written_into_a_file_of_somebody_else(serve: Any, tmp_path: Path) -> None:
    """In a folder that others may write to, whoever has a file of a report's name open, or linked, gets nothing."""
    folder = tmp_path / "there"
    folder.mkdir()
    for name in FILES:
        (folder / name).write_text(BEFORE, "utf-8")
        (tmp_path / name).hardlink_to(folder / name)
    assert modes(folder, shared=False, start=serve) == {"there": 0o755, **dict.fromkeys(FILES, 0o600)}
    assert {(tmp_path / name).read_text("utf-8") for name in FILES} == {BEFORE}


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a privilege before a link is made")
def test_nothing_private_is_written_where_a_link_points(tmp_path: Path) -> None:
    """A link of the name `private` is refused: its folder would be closed, and have real identifiers in it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (tmp_path / "private").symlink_to(elsewhere)
    with pytest.raises(OSError, match="a link to another folder"):
        private_folder(tmp_path)
    assert (list(elsewhere.iterdir()), stat.S_IMODE(elsewhere.stat().st_mode)) == ([], 0o755)
