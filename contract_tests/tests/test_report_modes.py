"""Who may read the reports of a run: their owner alone, unless the operator lets the umask decide."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import real_service

from pacsimile_contract.reporting.folder import FILES, ReportFolder
from pacsimile_contract.run.options import Options
from pacsimile_contract.runner.runner import run


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    """Let files be readable by all, as most machines do."""
    former = os.umask(0o022)
    yield
    os.umask(former)


def modes(folder: Path, *, shared: bool, start: Any) -> dict[str, int]:
    """Judge one requirement, and return the modes of the folder and of what was written into it."""
    target = start(real_service.answer).target()
    run(target, Options(requirements=("STATUS-4",), report=folder), [ReportFolder(folder, shared=shared)])
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
    (folder / "report.json").write_text("{}")
    assert modes(folder, shared=False, start=serve) == {"there": 0o755, **dict.fromkeys(FILES, 0o600)}
